//! Keys come and go.

use assent_server::store::{Error, verify_database};

use super::proof::{check, checkpoint, keys};
use super::stand::{Person, Stand, each};

#[test]
fn a_new_signing_key_signs_beside_the_old_one_and_then_alone() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, site) = stand.shop().await;
        let person = Person::new(1);
        let before = person.choose(&archive, &site, 1).await.unwrap();
        archive.rotate_signing_key("test").await.unwrap();
        let overlap = person.choose(&archive, &site, 2).await.unwrap();
        let both = keys(&archive).await;
        assert_eq!(both.len(), 2);
        assert_eq!(check(&overlap, &both).signers.len(), 2);
        // Receipts are given out again as they were, each with its own key.
        let again = person.choose(&archive, &site, 1).await.unwrap();
        assert_eq!(again.jws, before.jws);
        archive.retire_signing_keys("test").await.unwrap();
        let alone = person.choose(&archive, &site, 3).await.unwrap();
        assert_eq!(check(&alone, &both).signers.len(), 1);
        check(&before, &both);
        archive.close().await;
        let archive = stand.open().await;
        let head = archive.logs().await.unwrap().remove(0);
        assert_eq!(checkpoint(&head.checkpoint, &both).signers.len(), 1);
        let findings = verify_database(&stand.database, Some(&stand.keys())).await.unwrap();
        assert_eq!(findings.faults, Vec::<String>::new());
    });
}

#[test]
fn wrapping_keys_change_step_by_step_and_the_old_one_goes() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, site) = stand.shop().await;
        for number in 0..300 {
            Person::new(number).choose(&archive, &site, 1).await.unwrap();
        }
        // Another archive on the same database and keys, which does not know yet.
        let other = stand.open().await;
        archive.rotate_wrapping_key("test").await.unwrap();
        Person::new(500).choose(&other, &site, 1).await.unwrap();
        let mut steps = 0;
        while archive.work().await.unwrap().more {
            steps += 1;
        }
        assert!(steps > 0, "there is more than one step takes");
        assert!(!stand.keys().join("wrapping-1.key").exists());
        assert!(stand.keys().join("wrapping-2.key").exists());
        for number in [0, 299, 500] {
            let person = Person::new(number);
            // The other one has not written since, and still reads.
            assert_eq!(other.history(&person.bearer(&site), None, 10).await.unwrap().receipts.len(), 1);
            assert_eq!(archive.history(&person.bearer(&site), None, 10).await.unwrap().receipts.len(), 1);
        }
        Person::new(501).choose(&other, &site, 1).await.unwrap();
        let findings = verify_database(&stand.database, Some(&stand.keys())).await.unwrap();
        assert_eq!(findings.faults, Vec::<String>::new());
    });
}

#[test]
fn keys_are_made_for_their_owner_alone_and_refused_when_others_may_look() {
    each(async |engine| {
        use std::os::unix::fs::PermissionsExt;
        let stand = Stand::new(engine).await;
        stand.shop().await.0.close().await;
        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&stand.keys()), 0o700);
        for file in std::fs::read_dir(stand.keys()).unwrap().flatten() {
            assert_eq!(mode(&file.path()), 0o600, "{:?}", file.path());
        }
        std::fs::set_permissions(stand.keys(), PermissionsExt::from_mode(0o755)).unwrap();
        let refused = stand.try_open().await.err();
        assert!(matches!(refused, Some(Error::Refused(text)) if text.contains("chmod 700")));
    });
}

#[test]
fn a_database_without_its_keys_is_refused_and_gets_no_new_ones() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        stand.shop().await.0.close().await;
        let elsewhere = stand.folder.path().join("elsewhere");
        std::fs::rename(stand.keys(), &elsewhere).unwrap();
        assert!(matches!(stand.try_open().await.err(), Some(Error::Refused(_))));
        assert!(!stand.keys().exists());
        // Another archive's keys do not open it either.
        let other = Stand::new(super::stand::Engine::Sqlite).await;
        other.shop().await.0.close().await;
        std::fs::rename(other.keys(), stand.keys()).unwrap();
        assert!(stand.try_open().await.is_err());
        std::fs::remove_dir_all(stand.keys()).unwrap();
        std::fs::rename(&elsewhere, stand.keys()).unwrap();
        stand.open().await;
    });
}
