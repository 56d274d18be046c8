//! Numbers about many, and about nobody.

use std::collections::BTreeMap;

use assent_core::jurisdiction::Regime;
use assent_server::store::{Archive, Cell, Release, Site, Submission, Trust};

use super::stand::{DAY, NOW, Person, Stand, browser, each};

const TODAY: u64 = NOW / DAY;
/// Whatever was released.
const EVER: (u64, u64) = (0, 100_000);
/// So that what is counted can be seen.
const QUIET: Release = Release { smallest: 20, noise: 0, budget: u32::MAX };

/// Lets people choose once each; every second says yes to marketing.
async fn choose(archive: &Archive, site: &Site, people: std::ops::Range<u64>, regime: Regime) {
    for number in people {
        let mut choice = Person::new(number).choice(1, number % 2 == 0);
        choice.answer.regime = Some(regime);
        archive.record(site, choice, browser()).await.unwrap();
    }
}

fn numbers(cells: &[Cell]) -> BTreeMap<(u64, &str, &str), (u64, u64)> {
    let number = |cell: &Cell| (cell.granted, cell.refused);
    cells.iter().map(|cell| ((cell.day, cell.purpose.as_str(), cell.regime.as_str()), number(cell))).collect()
}

#[test]
fn a_number_about_few_is_in_no_answer_and_in_no_sum() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, site) = stand.shop().await;
        choose(&archive, &site, 0..40, Regime::OptIn).await;
        choose(&archive, &site, 100..119, Regime::OptOut).await;
        choose(&archive, &site, 200..225, Regime::Notice).await;
        assert_eq!(archive.release(QUIET).await.unwrap(), 0, "the day is not over");
        assert!(archive.look_at(&site, EVER, QUIET).await.unwrap().is_empty());
        stand.clock.forward(2 * DAY);
        assert_eq!(archive.release(QUIET).await.unwrap(), 2);
        let cells = archive.look_at(&site, EVER, QUIET).await.unwrap();
        // Nineteen people are nowhere: whatever is added up or taken away, they are not in it. Nor are the next larger ones:
        // whoever knows how many there were in all would know the nineteen.
        let expected = BTreeMap::from([
            ((TODAY, "analytics", "opt_in"), (40, 0)),
            ((TODAY, "marketing", "opt_in"), (20, 20)),
        ]);
        assert_eq!(numbers(&cells), expected);
        assert!(cells.iter().all(|cell| cell.policy_version == 1));
        for days in [(0, TODAY - 1), (TODAY + 1, 100_000)] {
            assert!(archive.look_at(&site, days, QUIET).await.unwrap().is_empty());
        }
    });
}

#[test]
fn a_day_is_released_once_whatever_comes_later() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, site) = stand.shop().await;
        choose(&archive, &site, 0..60, Regime::OptIn).await;
        stand.clock.forward(2 * DAY);
        let noisy = Release { smallest: 20, noise: 3, budget: u32::MAX };
        archive.release(noisy).await.unwrap();
        let released = archive.look_at(&site, EVER, QUIET).await.unwrap();
        assert!(!released.is_empty());
        // Asking again draws no other noise, and one more person of that day makes no difference that can be seen.
        stand.clock.set(NOW + 1);
        choose(&archive, &site, 200..201, Regime::OptIn).await;
        stand.clock.set(NOW + 2 * DAY);
        assert_eq!(archive.release(noisy).await.unwrap(), 0);
        stand.clock.forward(DAY);
        assert_eq!(archive.release(noisy).await.unwrap(), 0);
        archive.close().await;
        let archive = stand.open().await;
        assert_eq!(archive.look_at(&site, EVER, QUIET).await.unwrap(), released);
        // The next days are counted after that.
        choose(&archive, &site, 300..330, Regime::OptIn).await;
        stand.clock.forward(2 * DAY);
        archive.release(QUIET).await.unwrap();
        let cells = archive.look_at(&site, (TODAY + 1, TODAY + 9), QUIET).await.unwrap();
        assert_eq!(numbers(&cells)[&(TODAY + 3, "analytics", "opt_in")], (30, 0));
    });
}

#[test]
fn a_person_is_counted_once_a_month_and_who_was_erased_not_at_all() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, site) = stand.shop().await;
        choose(&archive, &site, 0..30, Regime::OptIn).await;
        for number in 2..40 {
            let again = Submission { ..Person::new(7).choice(number, true) };
            archive.record(&site, again, browser()).await.unwrap();
        }
        for number in 0..5 {
            archive.erase(&Person::new(number).bearer(&site)).await.unwrap();
        }
        // What was brought along from elsewhere is no choice of that day.
        for number in 500..600 {
            let seen = assent_server::store::Seen { trust: Trust::Import, region: None };
            archive.record(&site, Person::new(number).choice(1, true), seen).await.unwrap();
        }
        stand.clock.forward(2 * DAY);
        archive.release(QUIET).await.unwrap();
        let cells = archive.look_at(&site, EVER, QUIET).await.unwrap();
        assert_eq!(numbers(&cells)[&(TODAY, "analytics", "opt_in")], (25, 0));
        assert_eq!(cells.len(), 2, "{cells:?}");
        // The same people again, still in November and then in December.
        let again = async |number| {
            for person in 5..30 {
                archive.record(&site, Person::new(person).choice(number, true), browser()).await.unwrap();
            }
            stand.clock.forward(2 * DAY);
            archive.release(QUIET).await.unwrap()
        };
        assert_eq!(again(100).await, 0);
        stand.clock.forward(7 * DAY);
        assert_eq!(again(101).await, 2);
    });
}
