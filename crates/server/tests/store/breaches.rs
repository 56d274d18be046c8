//! Who is told of a breach, and who is not.

use std::collections::BTreeMap;

use assent_server::store::{Archive, Error, NewBreach, Site, Time};

use super::stand::{DAY, NOW, Person, Stand, browser, each, id};

fn at(millis: u64) -> Time {
    Time::from_millis(millis).unwrap()
}

fn new(from: u64, to: u64, purposes: &[&str]) -> NewBreach {
    NewBreach {
        since: at(from),
        until: at(to),
        purposes: purposes.iter().map(ToString::to_string).collect(),
        texts: BTreeMap::from([("en".into(), "Something was open.".into()), ("de".into(), "Offen.".into())]),
    }
}

/// How many notices concern somebody.
async fn told(archive: &Archive, site: &Site, person: &Person) -> usize {
    archive.breaches_about(&person.bearer(site), site).await.unwrap().len()
}

#[test]
fn those_are_told_who_had_allowed_it_at_that_time() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, site) = stand.shop().await;
        let (always, withdrew, refused, later) =
            (Person::new(1), Person::new(2), Person::new(3), Person::new(4));
        for (person, marketing) in [(&always, true), (&withdrew, true), (&refused, false)] {
            archive.record(&site, person.choice(1, marketing), browser()).await.unwrap();
        }
        stand.clock.forward(DAY);
        archive.withdraw(&withdrew.bearer(&site), id(2, 9)).await.unwrap();
        stand.clock.forward(4 * DAY);
        archive.record(&site, later.choice(1, true), browser()).await.unwrap();
        stand.clock.forward(5 * DAY);
        let people = [&always, &withdrew, &refused, &later];
        let cases: [(u64, u64, &[&str], [usize; 4]); 7] = [
            // While the second one still allowed it; after that; between; after all; before all.
            (NOW + 1, NOW + 2, &["marketing"], [1, 1, 0, 0]),
            (NOW + 2 * DAY, NOW + 3 * DAY, &["marketing"], [1, 0, 0, 0]),
            (NOW + 2 * DAY, NOW + 9 * DAY, &["marketing", "other"], [1, 0, 0, 1]),
            (NOW + 6 * DAY, NOW + 9 * DAY, &["marketing"], [1, 0, 0, 1]),
            (NOW - DAY, NOW - 1, &["marketing", "analytics"], [0, 0, 0, 0]),
            (NOW, NOW + 1, &["analytics"], [1, 1, 1, 0]),
            // About the records themselves.
            (NOW + DAY, NOW + 2 * DAY, &[], [1, 1, 1, 0]),
        ];
        let mut expected = [0; 4];
        for (from, to, purposes, more) in cases {
            archive.tell_breach("ana", &site, new(from, to, purposes)).await.unwrap();
            for (number, person) in people.into_iter().enumerate() {
                expected[number] += more[number];
                assert_eq!(
                    told(&archive, &site, person).await,
                    expected[number],
                    "{number}: {purposes:?} {from}"
                );
            }
        }
    });
}

#[test]
fn a_notice_is_a_leaf_stays_as_it_is_and_is_for_the_person_alone() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, site) = stand.shop().await;
        let person = Person::new(1);
        for number in 0..250 {
            person.choose(&archive, &site, number).await.unwrap();
        }
        let written = archive.tell_breach("ana", &site, new(NOW, NOW, &["analytics"])).await.unwrap();
        assert_eq!((written.purposes.len(), written.texts["de"].as_str()), (1, "Offen."));
        let (trail, _) = archive.audit(None, 1).await.unwrap();
        assert_eq!(trail[0].place, written.place);
        for word in ["\"kind\":\"breach\"", "ana", &written.id.text()] {
            assert!(trail[0].entry.contains(word), "{word}: {}", trail[0].entry);
        }
        assert_eq!(archive.breaches(&site).await.unwrap(), std::slice::from_ref(&written));
        assert_eq!(archive.breaches_about(&person.bearer(&site), &site).await.unwrap(), [written]);
        let stranger = archive.breaches_about(&Person::new(2).bearer(&site), &site).await;
        assert!(matches!(stranger, Err(Error::NotFound)));
        let backwards = archive.tell_breach("ana", &site, new(NOW, NOW - 1, &[])).await;
        assert!(matches!(backwards, Err(Error::Refused(_))));
    });
}
