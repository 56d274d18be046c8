//! What goes, and what stays.

use std::path::Path;

use assent_core::record::{Event, Record, token_hash};
use assent_server::keys::Keys;
use assent_server::store::{
    Database, ErasureMode, Error, Seen, SiteSettings, Submission, Trust, open_escrow, verify_database,
};

use super::proof::{check, keys};
use super::stand::{DAY, Engine, NOW, Person, Stand, browser, each, id, settings};

/// How often some bytes are in the files of a folder.
fn found(folder: &Path, bytes: &[u8]) -> usize {
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_file() {
            let text = std::fs::read(entry.path()).unwrap();
            count += text.windows(bytes.len()).filter(|window| *window == bytes).count();
        }
    }
    count
}

#[test]
fn an_erasure_leaves_no_byte_of_a_person_in_the_files() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, site) = stand.shop().await;
        let person = Person::new(1);
        for number in 0..20 {
            person.choose(&archive, &site, number).await.unwrap();
            Person::new(100 + number).choose(&archive, &site, 1).await.unwrap();
        }
        // What is looked for in the files: pseudonym, token's hash, the ids, a sealed payload, the wrapped key.
        let pseudonym = Keys::open(&stand.keys(), None).unwrap().pseudonym(site.number, &person.0.subject());
        let mut canaries = vec![pseudonym.to_vec(), token_hash(&person.0.token()).to_vec()];
        canaries.extend((0..20).map(|number| person.choice(number, false).id.bytes().to_vec()));
        if let Database::Sqlite(path) = &stand.database {
            let link = rusqlite::Connection::open(path).unwrap();
            let mut rows = link.prepare("SELECT sealed FROM record WHERE subject = ?1").unwrap();
            let sealed = rows.query_map([pseudonym], |row| row.get::<_, Vec<u8>>(0)).unwrap();
            canaries.extend(sealed.map(|sealed| sealed.unwrap()[..40].to_vec()));
            let dek =
                link.query_row("SELECT dek FROM subject WHERE subject = ?1", [pseudonym], |row| row.get(0));
            canaries.push(dek.unwrap());
            for canary in &canaries {
                assert!(found(stand.folder.path(), canary) > 0, "the canary was never there");
            }
        }
        let erasure = archive.erase(&person.bearer(&site)).await.unwrap();
        assert!(erasure.done_at.is_some());
        if engine == Engine::Sqlite {
            assert!(erasure.scrubbed);
            for (number, canary) in canaries.iter().enumerate() {
                assert_eq!(found(stand.folder.path(), canary), 0, "canary {number}");
            }
        }
        // The tombstone is proved like any other leaf, and names the leaves.
        let receipt = erasure.receipt.unwrap();
        check(&receipt, &keys(&archive).await);
        let record = Record::parse(&receipt.record).unwrap();
        assert_eq!(record.id, erasure.id);
        let Event::Erasure(tombstone) = record.event else { panic!("no tombstone") };
        assert_eq!(tombstone.erased.iter().map(|(_, indices)| indices.len()).sum::<usize>(), 20);
        assert!(matches!(archive.history(&person.bearer(&site), None, 10).await, Err(Error::NotFound)));
        let findings = verify_database(&stand.database, Some(&stand.keys())).await.unwrap();
        assert_eq!((findings.faults, findings.erased), (Vec::new(), 20));
    });
}

#[test]
fn an_erasure_leaves_every_other_proof_valid_and_its_own_receipts_checkable() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, site) = stand.shop().await;
        let (person, other) = (Person::new(1), Person::new(2));
        let own = person.choose(&archive, &site, 1).await.unwrap();
        other.choose(&archive, &site, 1).await.unwrap();
        archive.erase(&person.bearer(&site)).await.unwrap();
        let keys = keys(&archive).await;
        let history = archive.history(&other.bearer(&site), None, 10).await.unwrap();
        check(&history.receipts[0], &keys);
        // Whoever kept a receipt can still show that it is in the log.
        check(&own, &keys);
        let proof = archive.proof(&own.place).await.unwrap();
        check(&assent_server::store::Receipt { proof, ..own }, &keys);
    });
}

#[test]
fn an_erasure_that_waits_is_done_when_it_is_due_and_asked_for_once() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, _) = stand.shop().await;
        let later = SiteSettings { erasure_delay: 3_600_000, ..settings() };
        let site = archive.put_site("test", "shop", later).await.unwrap();
        let person = Person::new(1);
        person.choose(&archive, &site, 1).await.unwrap();
        let asked = archive.erase(&person.bearer(&site)).await.unwrap();
        let again = archive.erase(&person.bearer(&site)).await.unwrap();
        assert_eq!(asked, again);
        assert_eq!((asked.done_at, asked.due_at.millis()), (None, NOW + 3_600_000));
        assert_eq!(archive.work().await.unwrap().erased, 0);
        assert_eq!(archive.erasures(10).await.unwrap().len(), 1);
        assert_eq!(archive.history(&person.bearer(&site), None, 10).await.unwrap().receipts.len(), 1);
        stand.clock.forward(3_600_000);
        assert_eq!(archive.work().await.unwrap().erased, 1);
        let done = archive.erasure(asked.id).await.unwrap();
        assert!(done.done_at.is_some() && done.scrubbed && done.receipt.is_some());
        assert!(archive.erasures(10).await.unwrap().is_empty());
    });
}

#[test]
fn what_is_restricted_opens_elsewhere_only_and_goes_in_the_end() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, _) = stand.shop().await;
        let private = [5; 32];
        let x25519 =
            aws_lc_rs::agreement::PrivateKey::from_private_key(&aws_lc_rs::agreement::X25519, &private);
        let to = x25519.unwrap().compute_public_key().unwrap().as_ref().try_into().unwrap();
        let restrict = SiteSettings { erasure: ErasureMode::Restrict { to, days: 30 }, ..settings() };
        let site = archive.put_site("test", "shop", restrict).await.unwrap();
        let person = Person::new(1);
        person.choose(&archive, &site, 1).await.unwrap();
        archive.erase(&person.bearer(&site)).await.unwrap();
        assert!(matches!(archive.history(&person.bearer(&site), None, 10).await, Err(Error::NotFound)));
        let findings = verify_database(&stand.database, Some(&stand.keys())).await.unwrap();
        assert_eq!(findings.faults, Vec::<String>::new());
        if let Database::Sqlite(path) = &stand.database {
            let link = rusqlite::Connection::open(path).unwrap();
            let escrow =
                || link.query_row("SELECT escrow FROM erasure", [], |row| row.get::<_, Option<Vec<u8>>>(0));
            let sealed = || {
                link.query_row(
                    "SELECT COUNT(*) FROM record WHERE gone > 0 AND sealed IS NOT NULL",
                    [],
                    |row| row.get::<_, i64>(0),
                )
            };
            let text = open_escrow(&private, &escrow().unwrap().unwrap()).unwrap();
            assert!(text.contains("\nkey ") && text.contains("\nrow "), "{text}");
            assert!(open_escrow(&[6; 32], &escrow().unwrap().unwrap()).is_err());
            assert_eq!(sealed().unwrap(), 1);
            stand.clock.forward(30 * DAY);
            archive.work().await.unwrap();
            assert_eq!((sealed().unwrap(), escrow().unwrap()), (0, None));
        }
    });
}

#[test]
fn a_log_is_dropped_as_a_whole_when_its_time_is_over_and_its_last_checkpoint_stays() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, site) = stand.shop().await;
        let (gone, stays) = (Person::new(1), Person::new(2));
        gone.choose(&archive, &site, 1).await.unwrap();
        stays.choose(&archive, &site, 1).await.unwrap();
        stand.clock.forward(60 * DAY);
        stays.choose(&archive, &site, 2).await.unwrap();
        assert_eq!(archive.work().await.unwrap().dropped, 0);
        stand.clock.forward(366 * DAY);
        // The settings that keep it are set anew in the log that stays.
        while archive.work().await.unwrap().more {}
        let logs = archive.logs().await.unwrap();
        let keys = keys(&archive).await;
        assert_eq!(format!("{:?}", logs[0].state), "Dropped");
        let last = super::proof::checkpoint(&logs[0].checkpoint, &keys);
        assert_eq!(last.size, logs[0].size);
        assert!(matches!(archive.history(&gone.bearer(&site), None, 10).await, Err(Error::NotFound)));
        assert_eq!(archive.history(&stays.bearer(&site), None, 10).await.unwrap().receipts.len(), 1);
        let findings = verify_database(&stand.database, Some(&stand.keys())).await.unwrap();
        assert_eq!(findings.faults, Vec::<String>::new());
        archive.close().await;
        stand.open().await;
    });
}

#[test]
fn what_was_erased_does_not_come_back_out_of_an_outbox() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, site) = stand.shop().await;
        let (person, other) = (Person::new(1), Person::new(2));
        person.choose(&archive, &site, 1).await.unwrap();
        other.choose(&archive, &site, 1).await.unwrap();
        archive.erase(&person.bearer(&site)).await.unwrap();
        let leaves = archive.logs().await.unwrap()[0].size;
        // The line that was recorded, one that had waited until now, and one that somebody withdraws.
        assert!(matches!(person.choose(&archive, &site, 1).await.err(), Some(Error::Erased)));
        assert!(matches!(person.choose(&archive, &site, 2).await.err(), Some(Error::Erased)));
        let tokenless = Submission { auth: None, ..person.choice(3, true) };
        assert!(matches!(archive.record(&site, tokenless, browser()).await.err(), Some(Error::Erased)));
        let withdrawn = archive.withdraw(&person.bearer(&site), id(1, 9)).await;
        assert!(
            matches!(withdrawn.err(), Some(Error::NotFound)),
            "to the person's own doors nobody is there"
        );
        assert_eq!(archive.logs().await.unwrap()[0].size, leaves, "nothing was added");
        // At another site it is another person, and everybody else goes on.
        let elsewhere = archive.put_site("test", "blog", settings()).await.unwrap();
        archive.publish("test", &elsewhere, super::stand::POLICY).await.unwrap();
        person.choose(&archive, &elsewhere, 4).await.unwrap();
        other.choose(&archive, &site, 2).await.unwrap();
        // When no outbox can hold it any more, the mark goes too.
        stand.clock.forward(366 * DAY);
        archive.work().await.unwrap();
        person.choose(&archive, &site, 5).await.unwrap();
    });
}

#[test]
fn a_visitor_of_a_site_s_own_server_may_choose_anew_but_what_was_erased_stays_erased() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, site) = stand.shop().await;
        let person = Person::new(1);
        person.choose(&archive, &site, 1).await.unwrap();
        archive.erase(&person.bearer(&site)).await.unwrap();
        let send = async |number| {
            let seen = Seen { trust: Trust::Backend, region: None };
            archive.record(&site, person.choice(number, true), seen).await
        };
        assert!(matches!(send(1).await.err(), Some(Error::Erased)));
        send(2).await.unwrap();
        assert!(matches!(send(1).await.err(), Some(Error::Erased)), "although the subject is there again");
        assert!(verify_database(&stand.database, Some(&stand.keys())).await.unwrap().faults.is_empty());
    });
}
