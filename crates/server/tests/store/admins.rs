//! Those who sign in.

use assent_server::store::{Error, Password, Scope};

use super::stand::{Stand, each};

const MINUTE: u64 = 60_000;
const GOOD: &str = "a horse and a staple";

fn password(text: &str) -> Password {
    Password::new(text.into())
}

#[test]
fn a_session_ends_when_it_rests_when_it_is_old_and_when_its_holder_changes() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, site) = stand.shop().await;
        archive.add_admin("test", "ana", Scope::Auditor, Some(&site), password(GOOD)).await.unwrap();
        let sign_in = async || archive.sign_in("ana", password(GOOD)).await.unwrap();
        let is_in = async |text: &str| match archive.session(text).await {
            Ok(admin) => {
                assert_eq!(
                    (admin.name.as_str(), admin.scope, admin.site),
                    ("ana", Scope::Auditor, Some(site.number))
                );
                true
            }
            Err(Error::NotFound) => false,
            Err(error) => panic!("{error}"),
        };
        let resting = sign_in().await;
        stand.clock.forward(29 * MINUTE);
        assert!(is_in(&resting).await);
        stand.clock.forward(29 * MINUTE);
        assert!(is_in(&resting).await, "it was used");
        stand.clock.forward(30 * MINUTE);
        assert!(!is_in(&resting).await);
        let old = sign_in().await;
        for _ in 0..35 {
            stand.clock.forward(20 * MINUTE);
            assert!(is_in(&old).await);
        }
        stand.clock.forward(20 * MINUTE);
        assert!(!is_in(&old).await, "after twelve hours it is over, used or not");
        let (out, other) = (sign_in().await, sign_in().await);
        archive.sign_out(&out).await.unwrap();
        assert!(!is_in(&out).await && is_in(&other).await);
        archive.set_password("test", "ana", password("another horse, no staple")).await.unwrap();
        assert!(!is_in(&other).await);
        assert!(matches!(archive.sign_in("ana", password(GOOD)).await, Err(Error::NotFound)));
        let last = archive.sign_in("ana", password("another horse, no staple")).await.unwrap();
        archive.remove_admin("test", "ana").await.unwrap();
        assert!(!is_in(&last).await && archive.admins().await.unwrap().is_empty());
        assert!(!is_in("").await && !is_in(&"A".repeat(43)).await);
    });
}

#[test]
fn a_name_means_one_and_a_password_is_long() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, _) = stand.shop().await;
        archive.make_token("test", "robot", Scope::Auditor, None, 1).await.unwrap();
        archive.add_admin("test", "ana", Scope::Admin, None, password(GOOD)).await.unwrap();
        for (name, scope, text) in [
            ("ana", Scope::Admin, GOOD),
            ("robot", Scope::Admin, GOOD),
            ("bob", Scope::Backend, GOOD),
            ("bob", Scope::Admin, "fourteen chars"),
            ("bob\n", Scope::Admin, GOOD),
            ("bob", Scope::Admin, &"x".repeat(1025)),
        ] {
            let added = archive.add_admin("test", name, scope, None, password(text)).await;
            assert!(matches!(added, Err(Error::Refused(_))), "{name} {text}");
        }
        assert!(matches!(
            archive.make_token("test", "ana", Scope::Auditor, None, 1).await,
            Err(Error::Refused(_))
        ));
        for (name, text) in
            [("ana", "not the password"), ("nobody", GOOD), ("", ""), ("ana", &"x".repeat(5000))]
        {
            assert!(matches!(archive.sign_in(name, password(text)).await, Err(Error::NotFound)), "{name}");
        }
        assert!(matches!(archive.remove_admin("test", "nobody").await, Err(Error::NotFound)));
        // Neither the password nor a session can be read back, and each change is told.
        archive.sign_in("ana", password(GOOD)).await.unwrap();
        let (entries, _) = archive.audit(None, 100).await.unwrap();
        let told: String = entries.into_iter().map(|entry| entry.entry).collect();
        for act in ["add admin", "ana, admin, all sites", "sign in"] {
            assert!(told.contains(act), "{act}: {told}");
        }
        assert!(!told.contains("horse"));
    });
}
