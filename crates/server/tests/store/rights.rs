//! What a person may ask for.

use assent_core::record::{Event, Kind, Record};
use assent_server::store::{Cursor, Error};

use super::proof::{check, keys};
use super::stand::{Person, Stand, each, id};

#[test]
fn a_history_is_read_in_parts_the_newest_first_and_each_record_is_proved() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, site) = stand.shop().await;
        let (person, other) = (Person::new(1), Person::new(2));
        for number in 0..7 {
            person.choose(&archive, &site, number).await.unwrap();
            other.choose(&archive, &site, number).await.unwrap();
        }
        let keys = keys(&archive).await;
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let part = archive.history(&person.bearer(&site), cursor, 3).await.unwrap();
            for receipt in &part.receipts {
                check(receipt, &keys);
                seen.push(Record::parse(&receipt.record).unwrap().id);
            }
            match part.next {
                Some(next) => cursor = Cursor::parse(&next.text()),
                None => break,
            }
        }
        let expected: Vec<_> = (0..7).rev().map(|number| person.choice(number, false).id).collect();
        assert_eq!(seen, expected);
        // A cursor into somebody else's history opens nothing.
        let theirs = archive.history(&other.bearer(&site), None, 3).await.unwrap().next;
        let stolen = archive.history(&person.bearer(&site), theirs, 3).await;
        assert!(matches!(stolen, Err(Error::NotFound)));
    });
}

#[test]
fn who_is_not_known_and_who_has_the_wrong_token_get_one_answer() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, site) = stand.shop().await;
        let person = Person::new(1);
        person.choose(&archive, &site, 1).await.unwrap();
        let mut wrong = person.bearer(&site);
        wrong.token[31] ^= 1;
        let mut elsewhere = person.bearer(&site);
        elsewhere.site += 1;
        for bearer in [wrong, elsewhere, Person::new(2).bearer(&site)] {
            let history = archive.history(&bearer, None, 10).await.unwrap_err();
            let receipt = archive.receipt(&bearer, person.choice(1, false).id).await.unwrap_err();
            let withdrawal = archive.withdraw(&bearer, id(1, 50)).await.unwrap_err();
            let erasure = archive.erase(&bearer).await.unwrap_err();
            for error in [history, receipt, withdrawal, erasure] {
                assert!(matches!(error, Error::NotFound), "{error:?}");
            }
        }
        // Somebody else's record is not found either.
        let other = Person::new(3);
        other.choose(&archive, &site, 1).await.unwrap();
        let theirs = archive.receipt(&other.bearer(&site), person.choice(1, false).id).await;
        assert!(matches!(theirs, Err(Error::NotFound)));
    });
}

#[test]
fn a_withdrawal_is_a_new_record_that_says_no_to_everything() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, site) = stand.shop().await;
        let person = Person::new(1);
        person.choose(&archive, &site, 1).await.unwrap();
        let receipt = archive.withdraw(&person.bearer(&site), id(1, 50)).await.unwrap();
        check(&receipt, &keys(&archive).await);
        let record = Record::parse(&receipt.record).unwrap();
        assert_eq!(record.kind(), Kind::Withdrawal);
        let Event::Decision(decision) = record.event else { panic!("no decision") };
        assert!(decision.answer.purposes.iter().all(|(_, granted)| !granted));
        assert_eq!(decision.answer.purposes.len(), 2);
        stand.clock.forward(1000);
        let again = archive.withdraw(&person.bearer(&site), id(1, 50)).await.unwrap();
        assert!(again.again);
        assert_eq!((again.place, again.jws), (receipt.place, receipt.jws));
        let taken = archive.withdraw(&person.bearer(&site), person.choice(1, false).id).await;
        assert!(matches!(taken, Err(Error::Conflict)));
        assert_eq!(archive.history(&person.bearer(&site), None, 10).await.unwrap().receipts.len(), 2);
    });
}
