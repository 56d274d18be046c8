//! A clock that jumps: order and logs do not depend on it.

use assent_server::store::{Time, verify_database};

use super::proof::{check, keys};
use super::stand::{DAY, NOW, Person, Stand, each};

#[test]
fn a_clock_that_is_set_back_changes_what_a_record_says_and_not_where_it_stands() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, site) = stand.shop().await;
        let person = Person::new(1);
        let mut receipts = Vec::new();
        for (number, now) in (0..).zip([NOW, NOW - DAY, NOW + DAY, NOW - 1, NOW]) {
            stand.clock.set(now);
            receipts.push(person.choose(&archive, &site, number).await.unwrap());
            assert_eq!(receipts[receipts.len() - 1].received_at, Time::from_millis(now).unwrap());
        }
        let places: Vec<u64> = receipts.iter().map(|receipt| receipt.place.index).collect();
        assert_eq!(places, (places[0]..places[0] + 5).collect::<Vec<_>>());
        let keys = keys(&archive).await;
        receipts.iter().for_each(|receipt| {
            check(receipt, &keys);
        });
        // The history is in the order of arrival, the newest first.
        let history = archive.history(&person.bearer(&site), None, 10).await.unwrap();
        let found: Vec<u64> = history.receipts.iter().map(|receipt| receipt.place.index).collect();
        assert_eq!(found, places.iter().rev().copied().collect::<Vec<_>>());
        let findings = verify_database(&stand.database, Some(&stand.keys())).await.unwrap();
        assert!(findings.faults.is_empty(), "{findings:?}");
    });
}

#[test]
fn a_clock_that_went_ahead_opens_the_next_log_and_going_back_never_opens_an_old_one() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, site) = stand.shop().await;
        let person = Person::new(1);
        let before = person.choose(&archive, &site, 1).await.unwrap();
        stand.clock.forward(60 * DAY);
        let ahead = person.choose(&archive, &site, 2).await.unwrap();
        let closed = archive.logs().await.unwrap()[0].clone();
        stand.clock.set(NOW);
        let back = person.choose(&archive, &site, 3).await.unwrap();
        let logs = archive.logs().await.unwrap();
        assert_eq!(before.place.log, "consent.example.com/2026h2");
        assert_eq!(
            (ahead.place.log.as_str(), &back.place.log),
            ("consent.example.com/2027h1", &ahead.place.log)
        );
        assert_eq!(back.place.index, ahead.place.index + 1);
        assert_eq!((logs.len(), &logs[0]), (2, &closed), "what is closed stays as it is");
        // The ids that the house draws hold the time; they are ids at the ends of time, too.
        for now in [0, Time::LAST.millis()] {
            stand.clock.set(now);
            archive.note("test", "look at", "the clock").await.unwrap();
        }
        // Another start, with whatever clock, goes on where the last one was.
        archive.close().await;
        stand.clock.set(NOW - 400 * DAY);
        let archive = stand.open().await;
        let after = person.choose(&archive, &site, 4).await.unwrap();
        check(&after, &keys(&archive).await);
        assert_eq!(archive.history(&person.bearer(&site), None, 10).await.unwrap().receipts.len(), 4);
        let findings = verify_database(&stand.database, Some(&stand.keys())).await.unwrap();
        assert!(findings.faults.is_empty(), "{findings:?}");
    });
}
