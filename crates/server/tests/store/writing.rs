//! What is answered is durable and proved.

use assent_server::store::{Archive, Error, Receipt, Seen, Site, Time, Trust};

use super::proof::{check, keys};
use super::stand::{NOW, Person, Stand, browser, each};

#[test]
fn what_is_acknowledged_is_durable_and_proved() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, site) = stand.shop().await;
        let person = Person::new(1);
        let receipt = person.choose(&archive, &site, 1).await.unwrap();
        let keys = keys(&archive).await;
        check(&receipt, &keys);
        assert!(!receipt.again);
        assert_eq!(receipt.received_at, Time::from_millis(NOW).unwrap());
        archive.close().await;
        // Another process finds it.
        let archive = stand.open().await;
        let found = archive.receipt(&person.bearer(&site), person.choice(1, false).id).await.unwrap();
        check(&found, &keys);
        assert_eq!((found.record, found.salt, found.jws), (receipt.record, receipt.salt, receipt.jws));
    });
}

/// Many people at once, as `people` choices each.
async fn crowd(archive: &Archive, site: &Site, people: std::ops::Range<u64>, choices: u64) -> Vec<Receipt> {
    let mut tasks = tokio::task::JoinSet::new();
    for number in people {
        let (archive, site) = (archive.clone(), site.clone());
        tasks.spawn(async move {
            let mut receipts = Vec::new();
            for choice in 0..choices {
                receipts.push(Person::new(number).choose(&archive, &site, choice).await.unwrap());
            }
            receipts
        });
    }
    tasks.join_all().await.into_iter().flatten().collect()
}

#[test]
fn a_crowd_gets_places_without_gap_or_double_across_tiles() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, site) = stand.shop().await;
        let first = archive.logs().await.unwrap()[0].size;
        let receipts = crowd(&archive, &site, 0..100, 8).await;
        let keys = keys(&archive).await;
        let mut places: Vec<u64> = receipts.iter().map(|receipt| receipt.place.index).collect();
        places.sort_unstable();
        assert_eq!(places, (first..first + 800).collect::<Vec<_>>());
        for receipt in &receipts {
            check(receipt, &keys);
        }
        // Old leaves are proved out of tiles, in the tree as it is now.
        for receipt in receipts.iter().step_by(37) {
            let proof = archive.proof(&receipt.place).await.unwrap();
            let again = Receipt { proof, ..receipt.clone() };
            assert_eq!(check(&again, &keys).size, first + 800);
        }
    });
}

#[test]
fn the_same_again_gives_the_same_receipt_and_something_else_is_refused() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, site) = stand.shop().await;
        let person = Person::new(1);
        let first = person.choose(&archive, &site, 1).await.unwrap();
        stand.clock.forward(60_000);
        // Twice at once, from another place, later: it is the same choice.
        let seen = Seen { trust: Trust::Browser, region: Some("FR".into()) };
        let (a, b) = tokio::join!(
            archive.record(&site, person.choice(1, false), seen),
            person.choose(&archive, &site, 1)
        );
        for again in [a.unwrap(), b.unwrap()] {
            assert!(again.again);
            assert_eq!(again.place, first.place);
            assert_eq!(
                (again.record, again.salt, again.jws),
                (first.record.clone(), first.salt, first.jws.clone())
            );
        }
        let other = archive.record(&site, person.choice(1, true), browser()).await;
        assert!(matches!(other, Err(Error::Conflict)), "{other:?}");
        let mut stolen = Person::new(2).choice(9, false);
        stolen.id = person.choice(1, false).id;
        let stolen = archive.record(&site, stolen, browser()).await;
        assert!(matches!(stolen, Err(Error::Conflict)), "{stolen:?}");
        assert_eq!(archive.history(&person.bearer(&site), None, 10).await.unwrap().receipts.len(), 1);
    });
}

#[test]
fn doubles_within_one_batch_are_one_record() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, site) = stand.shop().await;
        let before = archive.logs().await.unwrap()[0].size;
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let (archive, site) = (archive.clone(), site.clone());
            tasks.spawn(async move { Person::new(1).choose(&archive, &site, 1).await.unwrap() });
        }
        let receipts = tasks.join_all().await;
        assert_eq!(receipts.iter().filter(|receipt| !receipt.again).count(), 1);
        assert!(receipts.iter().all(|receipt| receipt.jws == receipts[0].jws));
        assert_eq!(archive.logs().await.unwrap()[0].size, before + 1);
    });
}

#[test]
fn nobody_writes_into_a_history_with_another_token_or_begins_one_without() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, site) = stand.shop().await;
        let person = Person::new(1);
        person.choose(&archive, &site, 1).await.unwrap();
        let mut forged = person.choice(2, true);
        forged.auth = Some([0; 32]);
        assert!(matches!(archive.record(&site, forged, browser()).await, Err(Error::NotFound)));
        let mut nameless = Person::new(2).choice(1, true);
        nameless.auth = None;
        assert!(matches!(archive.record(&site, nameless, browser()).await, Err(Error::Refused(_))));
        // Later choices need no token, and a site's own server answers for its visitors.
        let mut later = person.choice(3, true);
        later.auth = None;
        archive.record(&site, later, browser()).await.unwrap();
        let mut told = Person::new(3).choice(1, true);
        told.auth = None;
        archive.record(&site, told, Seen { trust: Trust::Backend, region: None }).await.unwrap();
        let unreadable = archive.history(&Person::new(3).bearer(&site), None, 10).await;
        assert!(matches!(unreadable, Err(Error::NotFound)));
    });
}

#[test]
fn a_policy_that_was_never_published_is_refused() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, site) = stand.shop().await;
        let mut choice = Person::new(1).choice(1, false);
        choice.answer.policy = assent_server::store::Digest([0; 32]);
        assert!(matches!(archive.record(&site, choice, browser()).await, Err(Error::Refused(_))));
    });
}

#[test]
fn two_archives_on_one_database_never_fork_the_log() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (one, site) = stand.shop().await;
        let other = stand.open().await;
        let before = one.logs().await.unwrap()[0].size;
        let (a, b) = tokio::join!(crowd(&one, &site, 0..20, 10), crowd(&other, &site, 20..40, 10));
        let keys = keys(&one).await;
        let mut roots = std::collections::HashMap::new();
        let mut places = Vec::new();
        for receipt in a.iter().chain(&b) {
            let checkpoint = check(receipt, &keys);
            let root = roots.entry(checkpoint.size).or_insert(checkpoint.root);
            assert_eq!(*root, checkpoint.root, "two roots for one size");
            places.push(receipt.place.index);
        }
        places.sort_unstable();
        assert_eq!(places, (before..before + 400).collect::<Vec<_>>());
        let findings =
            assent_server::store::verify_database(&stand.database, Some(&stand.keys())).await.unwrap();
        assert_eq!(findings.faults, Vec::<String>::new());
        // Two people on two archives share a history as well.
        let person = Person::new(50);
        for number in 0..10 {
            let archive = if number % 2 == 0 { &one } else { &other };
            person.choose(archive, &site, number).await.unwrap();
        }
        assert_eq!(other.history(&person.bearer(&site), None, 100).await.unwrap().receipts.len(), 10);
    });
}

#[test]
fn time_opens_a_new_log_and_an_old_choice_stays_the_same_one() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, site) = stand.shop().await;
        let person = Person::new(1);
        let old = person.choose(&archive, &site, 1).await.unwrap();
        // 2027-01-01
        stand.clock.set(1_798_761_600_000);
        let new = person.choose(&archive, &site, 2).await.unwrap();
        let keys = keys(&archive).await;
        assert_eq!(
            (old.place.log.as_str(), new.place.log.as_str()),
            ("consent.example.com/2026h2", "consent.example.com/2027h1")
        );
        assert_eq!(new.place.index, 0);
        check(&new, &keys);
        let again = person.choose(&archive, &site, 1).await.unwrap();
        assert_eq!((again.place, again.jws), (old.place, old.jws));
        // A clock that goes back does not reopen what is closed.
        stand.clock.set(NOW);
        let back = person.choose(&archive, &site, 3).await.unwrap();
        assert_eq!(back.place.log, "consent.example.com/2027h1");
        let history = archive.history(&person.bearer(&site), None, 10).await.unwrap();
        assert_eq!(history.receipts.len(), 3);
        history.receipts.iter().for_each(|receipt| _ = check(receipt, &keys));
    });
}

#[test]
fn a_full_queue_says_busy_and_loses_nothing() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, _) = stand.shop().await;
        archive.close().await;
        let mut settings = stand.settings();
        (settings.queue, settings.batch) = (2, 2);
        let entropy = std::sync::Arc::new(assent_server::store::SystemEntropy);
        let archive = Archive::open(settings, stand.clock.clone(), entropy).await.unwrap();
        let site = archive.site("shop").await.unwrap();
        let before = archive.logs().await.unwrap()[0].size;
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..200 {
            let (archive, site) = (archive.clone(), site.clone());
            tasks.spawn(async move { Person::new(number).choose(&archive, &site, 1).await });
        }
        let answers = tasks.join_all().await;
        let stored = answers.iter().filter(|answer| answer.is_ok()).count() as u64;
        assert!(answers.iter().all(|answer| matches!(answer, Ok(_) | Err(Error::Busy))));
        assert!(answers.iter().any(Result::is_err), "the queue never filled");
        assert_eq!(archive.logs().await.unwrap()[0].size, before + stored);
    });
}

#[test]
fn after_the_end_nothing_is_taken() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, site) = stand.shop().await;
        archive.close().await;
        assert!(matches!(Person::new(1).choose(&archive, &site, 1).await, Err(Error::Busy)));
    });
}

#[test]
fn what_it_takes_to_go_on_does_not_grow_with_the_log() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, site) = stand.shop().await;
        crowd(&archive, &site, 0..60, 10).await;
        // 602 leaves: the frontier has one hash for each bit of the size, and only full tiles of leaves are stored.
        assert_eq!(archive.logs().await.unwrap()[0].size, 602);
        let small = "UPDATE log SET state = state WHERE length(frontier) = 8 + 32 * 5";
        assert_eq!(stand.tamper(small).await, 1);
        let full = "UPDATE tile SET n = n WHERE level = 0 AND length(hashes) = 256 * 32";
        assert_eq!(stand.tamper(full).await, 2);
        assert_eq!(stand.tamper("UPDATE tile SET n = n WHERE level = 0").await, 2);
        assert_eq!(stand.tamper("UPDATE tile SET n = n").await, 3);
    });
}
