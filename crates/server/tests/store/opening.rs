//! What is refused at the door, and what is done at the first time.

use assent_server::store::{Database, Error, Scope, SiteSettings, verify_folder};

use super::stand::{DAY, Engine, Person, Stand, each, settings};

#[test]
fn an_old_backup_is_refused_with_a_remedy() {
    each(async |engine| {
        if engine != Engine::Sqlite {
            return;
        }
        let stand = Stand::new(engine).await;
        let Database::Sqlite(path) = stand.database.clone() else { return };
        let (archive, site) = stand.shop().await;
        Person::new(1).choose(&archive, &site, 1).await.unwrap();
        archive.close().await;
        drop(archive);
        let backup = std::fs::read(&path).unwrap();
        let archive = stand.open().await;
        Person::new(1).choose(&archive, &site, 2).await.unwrap();
        archive.close().await;
        drop(archive);
        let newest = std::fs::read(&path).unwrap();
        std::fs::write(&path, backup).unwrap();
        let refused = stand.try_open().await.err();
        assert!(
            matches!(refused, Some(Error::Refused(text)) if text.contains("older than") && text.contains("restore")),
            "{refused:?}"
        );
        std::fs::write(&path, newest).unwrap();
        stand.open().await;
    });
}

#[test]
fn a_database_that_lost_everything_is_refused() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        stand.shop().await.0.close().await;
        let lost = Stand::new(engine).await;
        std::fs::rename(stand.keys(), lost.keys()).unwrap();
        assert!(matches!(lost.try_open().await.err(), Some(Error::Refused(_))));
    });
}

#[test]
fn other_migrations_and_newer_databases_are_refused() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        stand.shop().await.0.close().await;
        assert_eq!(stand.tamper("UPDATE migration SET name = 'renamed'").await, 7);
        stand.open().await.close().await;
        let newer = "INSERT INTO migration SELECT version + 100, name, checksum, applied_at FROM migration";
        assert_eq!(stand.tamper(newer).await, 7);
        assert!(matches!(stand.try_open().await.err(), Some(Error::Refused(text)) if text.contains("newer")));
        assert_eq!(stand.tamper("DELETE FROM migration WHERE version > 100").await, 7);
        stand
            .tamper(
                "UPDATE migration SET checksum = CAST('x' AS BLOB)".replace("BLOB", blob(engine)).as_str(),
            )
            .await;
        assert!(
            matches!(stand.try_open().await.err(), Some(Error::Refused(text)) if text.contains("other migrations"))
        );
    });
}

fn blob(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "BLOB",
        Engine::Postgres => "BYTEA",
    }
}

#[test]
fn sites_policies_and_tokens_are_kept_and_each_change_is_a_leaf() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, site) = stand.shop().await;
        let size = async || archive.logs().await.unwrap()[0].size;
        let before = size().await;
        assert_eq!(archive.put_site("test", "shop", settings()).await.unwrap(), site);
        assert_eq!(archive.publish("test", &site, super::stand::POLICY).await.unwrap().version, 1);
        assert_eq!(size().await, before, "nothing changed");
        let second = archive.publish("test", &site, "{}").await.unwrap();
        assert_eq!((second.version, second.place.index), (2, before));
        assert_eq!(archive.present_policy(&site).await.unwrap(), second);
        assert_eq!(archive.policies(&site).await.unwrap().len(), 2);
        let changed = SiteSettings { retention_days: 1, ..settings() };
        archive.put_site("test", "shop", changed.clone()).await.unwrap();
        assert_eq!(archive.site("shop").await.unwrap().settings, changed);
        assert!(matches!(archive.site("nowhere").await, Err(Error::NotFound)));

        let (token, text) = archive.make_token("test", "jo", Scope::Auditor, None, 30).await.unwrap();
        assert_eq!((token.scope, token.site), (Scope::Auditor, None));
        assert_eq!(archive.token(&text).await.unwrap(), token);
        assert!(matches!(archive.token("assent_x").await, Err(Error::NotFound)));
        assert!(matches!(
            archive.make_token("test", "jo", Scope::Admin, None, 1).await,
            Err(Error::Refused(_))
        ));
        let (_, short) = archive.make_token("test", "shop", Scope::Backend, Some(&site), 1).await.unwrap();
        stand.clock.forward(DAY);
        assert!(matches!(archive.token(&short).await, Err(Error::NotFound)));
        archive.revoke_token("test", "jo").await.unwrap();
        assert!(matches!(archive.token(&text).await, Err(Error::NotFound)));
        assert_eq!(archive.tokens().await.unwrap().len(), 2);

        let entry = archive.note("jo", "read records", "shop").await.unwrap();
        let (trail, _) = archive.audit(None, 100).await.unwrap();
        assert_eq!(trail[0], entry);
        assert_eq!(trail.len() as u64, size().await, "every leaf so far is the house's");
        let (newest, next) = archive.audit(None, 2).await.unwrap();
        let (rest, _) = archive.audit(next, 100).await.unwrap();
        assert_eq!([newest, rest].concat(), trail);
        let revoked = trail.iter().find(|entry| entry.entry.contains("revoke token")).unwrap();
        assert!(revoked.entry.contains(r#""actor":"test""#) && revoked.entry.contains(r#""object":"jo""#));
    });
}

#[test]
fn a_log_that_was_written_down_verifies_and_a_changed_file_does_not() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, site) = stand.shop().await;
        for number in 0..300 {
            Person::new(number).choose(&archive, &site, 1).await.unwrap();
        }
        let head = archive.logs().await.unwrap().remove(0);
        let folder = stand.folder.path().join("log");
        archive.write_log(&head.origin, &folder).await.unwrap();
        let good = verify_folder(&folder, &head.verifiers).unwrap();
        assert_eq!((good.faults, good.leaves), (Vec::<String>::new(), head.size));
        assert_eq!(verify_folder(&folder, &[]).unwrap().faults.len(), 1);
        for file in ["checkpoint", "tile/0/000", "tile/0/001.p/46", "tile/1/000.p/1", "tile/entries/000"] {
            let path = folder.join(file);
            let bytes = std::fs::read(&path).unwrap_or_else(|_| panic!("{file}"));
            let mut changed = bytes.clone();
            let last = changed.len() - 3;
            changed[last] ^= 1;
            std::fs::write(&path, changed).unwrap();
            let findings = verify_folder(&folder, &head.verifiers).unwrap();
            assert!(!findings.faults.is_empty(), "{file}");
            std::fs::write(&path, bytes).unwrap();
        }
    });
}
