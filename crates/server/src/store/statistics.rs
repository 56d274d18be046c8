//! How often people say yes, without saying who.
//!
//! What this is: once a day is over, its choices are counted by purpose, regime and policy version, one choice per person
//! and month; cells with few people are left out, noise is added to the others, and the result is kept. That is all that
//! there is: each answer is a sum of released cells, so that no two answers differ by anything that was not released.
//!
//! What it costs: a person is in the cells of one day of a month, once for each purpose. So a month tells of them epsilon
//! times the purposes, however many of its days are looked at; [`Archive::look_at`] keeps the accounts.
//!
//! What it is not: exact, on purpose. Nobody sees exact numbers, since none are kept.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use assent_core::jurisdiction::Regime;
use assent_core::record::{Event, Hash, Time, Trust};

use super::archive::Archive;
use super::house::{self, millis, time};
use super::people::about_key;
use super::reading::{self, Stored};
use super::sql::{Row, Tx};
use super::turn::Turn;
use super::types::{Cell, Release, Site};
use super::{Error, Result, noise, sites};
use crate::keys::Keys;

const DAY: i64 = 86_400_000;
/// How long after its end a day is counted: until then records of it may still wait for their place.
const SETTLE: i64 = 3_600_000;
/// How many records are read at once.
const STEP: usize = 1000;

/// Persons' records after a place, with the time of the one before and the person's key. What was erased is not there.
const ROWS: &str = "SELECT record.at, record.kind, record.site, record.id, record.subject, record.prev,
        record.received_at, record.commitment, record.sealed, record.gone,
        earlier.received_at, subject.auth, subject.kek, subject.dek
    FROM record JOIN subject ON subject.site = record.site AND subject.subject = record.subject
        LEFT JOIN record AS earlier ON earlier.at = record.prev
    WHERE record.at > $1 AND record.kind <= 2 ORDER BY record.at LIMIT $2";

/// Site, day, purpose, regime, version.
type Name = (i64, i64, String, &'static str, i64);
/// Yes and no.
type Counts = BTreeMap<Name, (i64, i64)>;

/// A cell and its numbers.
type Counted<'c> = (&'c Name, &'c (i64, i64));

/// One pass over the records.
struct Pass {
    /// The days to be counted: from this one, before that one.
    days: (i64, i64),
    /// After which place to go on.
    next: i64,
    /// The first place that belongs to a later day.
    later: Option<i64>,
    counts: Counts,
    versions: HashMap<(i64, Hash), Option<i64>>,
}

impl Pass {
    /// Counts a step. Whether there is more.
    async fn step(&mut self, tx: &mut Tx, keys: &Keys) -> Result<bool> {
        let rows = tx.rows(ROWS, &[self.next.into(), i64::try_from(STEP).unwrap_or(i64::MAX).into()]).await?;
        for row in &rows {
            let stored = Stored::read(row)?;
            self.next = stored.at;
            let Some(received_at) = stored.received_at else { continue };
            let day = received_at.div_euclid(DAY);
            if day >= self.days.1 {
                self.later.get_or_insert(stored.at);
            }
            // One choice per person and month: the first.
            let month = house::month(time(received_at)?);
            let earlier = row.maybe_int(10)?.map(time).transpose()?;
            let is_again = earlier.is_some_and(|earlier| house::month(earlier) == month);
            if is_again || !(self.days.0..self.days.1).contains(&day) {
                continue;
            }
            if let Err(error) = self.count(tx, keys, (row, &stored), day).await {
                // One damaged record is no reason to count nobody.
                tracing::warn!(%error, "a record is not counted");
            }
        }
        Ok(rows.len() == STEP)
    }

    async fn count(
        &mut self,
        tx: &mut Tx,
        keys: &Keys,
        (row, stored): (&Row, &Stored),
        day: i64,
    ) -> Result<()> {
        let (Some(site), Some(subject)) = (stored.site, stored.subject) else { return Ok(()) };
        let about = about_key(site, &subject, row.maybe_array(11)?.as_ref());
        let key = keys.unwrap(row.int(12)?, row.bytes(13)?, &about)?;
        let Event::Decision(decision) = stored.open(&key)?.record.event else { return Ok(()) };
        if decision.trust == Trust::Import {
            return Ok(());
        }
        let answer = decision.answer;
        let version = match self.versions.get(&(site, answer.policy.0)) {
            Some(version) => *version,
            None => {
                let policies = sites::policies(tx, site).await?;
                let version = policies.iter().find(|policy| policy.digest == answer.policy);
                let version = version.map(|policy| i64::from(policy.version));
                self.versions.insert((site, answer.policy.0), version);
                version
            }
        };
        let Some(version) = version else { return Ok(()) };
        let regime = match answer.regime {
            Some(Regime::OptIn) => "opt_in",
            Some(Regime::OptOut) => "opt_out",
            Some(Regime::Notice) => "notice",
            None => "unknown",
        };
        for (purpose, yes) in answer.purposes {
            let cell = self.counts.entry((site, day, purpose, regime, version)).or_default();
            if yes { cell.0 += 1 } else { cell.1 += 1 }
        }
        Ok(())
    }
}

/// The cells that may be told: those with enough people, and where one alone was left out of a day and purpose, not the
/// smallest of the others either, or the sum of all, which somebody may know from elsewhere, would tell the one.
fn large(counts: &Counts, smallest: i64) -> Vec<Counted<'_>> {
    let mut groups: BTreeMap<(i64, i64, &str), Vec<Counted<'_>>> = BTreeMap::new();
    for cell in counts {
        groups.entry((cell.0.0, cell.0.1, &cell.0.2)).or_default().push(cell);
    }
    let people = |cell: &Counted<'_>| cell.1.0 + cell.1.1;
    let mut told = Vec::new();
    for mut cells in groups.into_values() {
        let all = cells.len();
        cells.retain(|cell| people(cell) >= smallest);
        if all - cells.len() == 1
            && let Some(least) =
                cells.iter().enumerate().min_by_key(|(_, cell)| people(cell)).map(|(at, _)| at)
        {
            cells.remove(least);
        }
        told.extend(cells);
    }
    told
}

/// Releases what is large enough, once: of two replicas, the slower one finds that it was done.
async fn keep(turn: &mut Turn, pass: &Pass, how: Release) -> Result<u64> {
    let later = pass.later.map_or(pass.next, |later| later - 1);
    let args = [pass.days.1.into(), later.into(), pass.days.0.into()];
    if turn.tx.run("UPDATE release SET day = $1, at = $2 WHERE one = 1 AND day = $3", &args).await? == 0 {
        return Ok(0);
    }
    let mut released = 0;
    let smallest = i64::from(how.smallest);
    for ((site, day, purpose, regime, version), (granted, refused)) in large(&pass.counts, smallest) {
        // A person is in one of the two numbers.
        let granted = (granted + noise::draw(&*turn.house.entropy, how.noise)?).max(0);
        let refused = (refused + noise::draw(&*turn.house.entropy, how.noise)?).max(0);
        if granted + refused < smallest {
            continue;
        }
        let args = [
            (*site).into(),
            (*day).into(),
            purpose.as_str().into(),
            (*regime).into(),
            (*version).into(),
            granted.into(),
            refused.into(),
        ];
        let sql = "INSERT INTO released (site, day, purpose, regime, version, granted, refused)
            VALUES ($1, $2, $3, $4, $5, $6, $7)";
        turn.tx.run(sql, &args).await?;
        released += 1;
    }
    Ok(released)
}

impl Archive {
    /// Counts the days that are over, if that was not done before, and keeps what may be told of them. Returns how many
    /// cells were released. To be called now and then; it does nothing until a day is over.
    pub async fn release(&self, how: Release) -> Result<u64> {
        let before = (millis(self.house.clock.now()) - SETTLE).div_euclid(DAY);
        let read = self.readers.read(move |tx| {
            Box::pin(async move {
                let row = tx.row("SELECT day, at FROM release", &[]).await?;
                let row = row.ok_or_else(|| Error::damaged("the row of releases is missing"))?;
                Ok((row.int(0)?, row.int(1)?))
            })
        });
        let (from, next) = read.await?;
        if from >= before {
            return Ok(0);
        }
        let (counts, versions) = (Counts::new(), HashMap::new());
        let mut pass = Pass { days: (from, before), next, later: None, counts, versions };
        loop {
            // A state of the database for each step: a long one would keep its log from being emptied.
            let house = self.house.clone();
            let step = self.readers.read(move |tx| {
                Box::pin(async move {
                    let keys = reading::keys(tx, &house).await?;
                    let more = pass.step(tx, &keys).await?;
                    Ok((pass, more))
                })
            });
            let more;
            (pass, more) = step.await?;
            if !more {
                break;
            }
        }
        let pass = std::sync::Arc::new(pass);
        let turn = self.queue.turn(move |turn| {
            let pass = pass.clone();
            Box::pin(async move { keep(turn, &pass, how).await })
        });
        Ok(turn.await?.0)
    }

    /// What was released of a site's days, from the first to the last (days since 1970), by day, purpose, regime and
    /// policy version. What few people are in is not there.
    ///
    /// The first look at a month is paid for out of the budget of the present month; if that is not enough,
    /// [`Error::Spent`]. A month that was looked at costs nothing again.
    pub async fn look_at(&self, site: &Site, (first, last): (u64, u64), how: Release) -> Result<Vec<Cell>> {
        let day = |day: u64| i64::try_from(day).unwrap_or(i64::MAX);
        let look = Look { site: site.number, first: day(first), last: day(last), how };
        let during = house::month(self.house.clock.now());
        let read = self.readers.read(move |tx| {
            Box::pin(async move {
                let dues = look.dues(tx).await?;
                Ok(if dues.is_empty() { Some(look.cells(tx).await?) } else { None })
            })
        });
        if let Some(cells) = read.await? {
            return Ok(cells);
        }
        let turn = self.queue.turn(move |turn| {
            Box::pin(async move {
                let dues = look.dues(&mut turn.tx).await?;
                let args = [look.site.into(), during.into()];
                let sql =
                    "SELECT CAST(COALESCE(SUM(cost), 0) AS INT8) FROM opened WHERE site = $1 AND during = $2";
                let spent =
                    turn.tx.row(sql, &args).await?.ok_or_else(|| Error::damaged("no answer"))?.int(0)?;
                if spent + dues.iter().map(|(_, cost)| cost).sum::<i64>() > i64::from(how.budget) {
                    return Err(Error::Spent(next_month(turn.now)));
                }
                for (month, cost) in dues {
                    let args = [look.site.into(), month.into(), during.into(), cost.into()];
                    let sql = "INSERT INTO opened (site, month, during, cost) VALUES ($1, $2, $3, $4)
                        ON CONFLICT (site, month, during) DO UPDATE SET cost = opened.cost + excluded.cost";
                    turn.tx.run(sql, &args).await?;
                }
                look.cells(&mut turn.tx).await
            })
        });
        Ok(turn.await?.0)
    }
}

/// The first moment of the next month.
fn next_month(now: Time) -> Time {
    let next = house::month(now) + 1;
    let text = format!("{:04}-{:02}-01T00:00:00.000Z", next / 12, next % 12 + 1);
    Time::parse(&text).unwrap_or(Time::LAST)
}

/// A look at what was released.
#[derive(Clone, Copy)]
struct Look {
    site: i64,
    first: i64,
    last: i64,
    how: Release,
}

impl Look {
    async fn cells(self, tx: &mut Tx) -> Result<Vec<Cell>> {
        let sql = "SELECT day, purpose, regime, version, granted, refused FROM released
            WHERE site = $1 AND day >= $2 AND day <= $3 ORDER BY day, purpose, regime, version";
        let args = [self.site.into(), self.first.into(), self.last.into()];
        tx.rows(sql, &args).await?.iter().map(cell).collect()
    }

    /// The months of the days that were not paid for yet, each with what it costs, in thousandths of epsilon.
    async fn dues(self, tx: &mut Tx) -> Result<Vec<(i64, i64)>> {
        // A month is paid for as a whole, so all its purposes count.
        let sql = "SELECT DISTINCT day, purpose FROM released WHERE site = $1 AND day >= $2 AND day <= $3";
        let wide = [self.site.into(), (self.first - 31).into(), (self.last + 31).into()];
        let mut months: BTreeMap<i64, (bool, BTreeSet<String>)> = BTreeMap::new();
        for row in tx.rows(sql, &wide).await? {
            let day = row.int(0)?;
            let month = months.entry(house::month(time(day * DAY)?)).or_default();
            month.0 |= (self.first..=self.last).contains(&day);
            month.1.insert(row.text(1)?.into());
        }
        let mut dues = Vec::new();
        for (month, (_, purposes)) in months.into_iter().filter(|(_, (is_asked, _))| *is_asked) {
            let purposes = i64::try_from(purposes.len()).unwrap_or(i64::MAX);
            let cost = (1000 * purposes).div_euclid(i64::from(self.how.noise.max(1)));
            let sql =
                "SELECT CAST(COALESCE(SUM(cost), 0) AS INT8) FROM opened WHERE site = $1 AND month = $2";
            let paid = tx.row(sql, &[self.site.into(), month.into()]).await?;
            let due = cost - paid.ok_or_else(|| Error::damaged("no answer"))?.int(0)?;
            if due > 0 {
                dues.push((month, due));
            }
        }
        Ok(dues)
    }
}

fn cell(row: &Row) -> Result<Cell> {
    Ok(Cell {
        day: row.count(0)?,
        purpose: row.text(1)?.into(),
        regime: row.text(2)?.into(),
        policy_version: u32::try_from(row.int(3)?).unwrap_or(u32::MAX),
        granted: row.count(4)?,
        refused: row.count(5)?,
    })
}
