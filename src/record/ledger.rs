//! What is remembered of sending, and what follows from an answer.
//!
//! What this is: the outbox as a state machine. It is handed the time, chance and what the archive answered, and says
//! what becomes of a line. Lines are sent one after the other, in the order in which they were written: the log's order
//! is the order of arrival, and no clock has a say in it.

use assent_core::json::{self, Value};
use assent_core::text::push_decimal;

use super::receipt::{Head, Receipt, number, text};
use super::value::{Tell, tell};

/// How many receipts are kept on the device; the archive has all of them.
pub const MOST_RECEIPTS: usize = 50;
/// How many lines that can never be sent are kept for whoever mends it.
const MOST_PARKED: usize = 20;
/// How often an answer is tried that a mended setting could still change, as an origin that is not listed.
const MOST_REFUSALS: u64 = 8;
/// The first wait after a failure, in milliseconds; it doubles.
const FIRST_WAIT: u64 = 5_000;
/// The longest wait. A shop that was closed for days hears of a choice within this time of a page view.
const LONGEST_WAIT: u64 = 6 * 3_600_000;

/// Everything that outlives a page, besides the lines themselves.
#[derive(Debug, Default, PartialEq)]
pub struct Ledger {
    /// The visitor's secret, base64url; empty until something is to be sent.
    pub secret: String,
    /// Whether the archive has learnt the token.
    pub known: bool,
    /// Failures in a row.
    pub tries: u64,
    /// Milliseconds since 1970 before which nothing is tried.
    pub not_before: u64,
    /// What can never be sent.
    pub parked: Vec<Parked>,
    /// The newest receipts, the newest last.
    pub receipts: Vec<Receipt>,
    /// The last checkpoint seen of each log.
    pub heads: Vec<Head>,
}

/// A line that can never be sent, and why.
#[derive(Debug, PartialEq)]
pub struct Parked {
    /// The record's name.
    pub id: String,
    /// What the archive answered: a status and the kind of problem.
    pub reason: String,
    /// When, in milliseconds since 1970.
    pub time: u64,
    /// The line itself.
    pub line: String,
}

tell!(Ledger {
    secret: "secret",
    known: "known",
    tries: "tries",
    not_before: "not_before",
    parked: "parked",
    receipts: "receipts",
    heads: "heads",
});
tell!(Parked { id: "id", reason: "reason", time: "time", line: "line" });

/// What became of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The archive has it: the line may go.
    Recorded,
    /// Not now; again after the wait.
    Later,
    /// Never; the line is parked.
    Parked,
    /// The person's records were erased: the line goes, and with it the secret.
    Erased,
}

/// What the archive answered.
pub struct Reply<'a> {
    /// The HTTP status; 0 for none.
    pub status: u16,
    /// The kind of problem, without its prefix, or what else is known of the reason.
    pub problem: &'a str,
    /// Seconds after which to come back, if the archive says so.
    pub retry_after: u64,
}

impl Ledger {
    /// Reads what was written; what is missing or damaged is as if it had never been there.
    pub fn read(text_of_it: &str) -> Ledger {
        let value = json::parse(text_of_it).unwrap_or(Value::Null);
        let list = |name: &str| value.get(name).map(Value::list).unwrap_or_default();
        let parked = |parked: &Value| Parked {
            id: text(parked, "id"),
            reason: text(parked, "reason"),
            time: number(parked, "time"),
            line: text(parked, "line"),
        };
        Ledger {
            secret: text(&value, "secret"),
            known: value.get("known") == Some(&Value::Bool(true)),
            tries: number(&value, "tries"),
            not_before: number(&value, "not_before"),
            parked: list("parked").iter().map(parked).collect(),
            receipts: list("receipts").iter().filter_map(Receipt::read).collect(),
            heads: list("heads").iter().map(Head::read).collect(),
        }
    }

    /// What [`Ledger::read`] reads.
    pub fn text(&self) -> String {
        let mut text = String::new();
        json::write_value(&mut text, &self.value());
        text
    }

    /// How long nothing is to be tried, in milliseconds; 0 for now.
    ///
    /// A clock that was set back must not make a wait of hours one of years.
    pub fn wait(&self, now: u64) -> u64 {
        let wait = self.not_before.saturating_sub(now);
        if wait > LONGEST_WAIT { 0 } else { wait }
    }

    /// Takes in what became of a try. `chance` is between 0 and 1: those who were sent away together do not come back
    /// together.
    pub fn answered(&mut self, id: &str, line: &str, reply: &Reply, now: u64, chance: f64) -> Outcome {
        let outcome = self.outcome(reply);
        match outcome {
            Outcome::Recorded => {
                self.known = true;
                self.rest();
            }
            Outcome::Later => {
                let doubled = FIRST_WAIT << self.tries.min(13);
                let jittered =
                    (doubled.min(LONGEST_WAIT) as f64 * (0.5 + chance.clamp(0.0, 1.0) / 2.0)) as u64;
                let wait = jittered.max(reply.retry_after.saturating_mul(1000)).min(LONGEST_WAIT);
                self.tries = self.tries.saturating_add(1);
                self.not_before = now.saturating_add(wait);
            }
            Outcome::Parked => {
                let mut reason = String::new();
                push_decimal(&mut reason, reply.status.into());
                if !reply.problem.is_empty() {
                    reason.push(' ');
                    reason.push_str(reply.problem);
                }
                self.parked.push(Parked { id: id.into(), reason, time: now, line: line.into() });
                let many = self.parked.len().saturating_sub(MOST_PARKED);
                self.parked.drain(..many);
                self.rest();
            }
            Outcome::Erased => *self = Ledger::default(),
        }
        outcome
    }

    fn rest(&mut self) {
        self.tries = 0;
        self.not_before = 0;
    }

    fn outcome(&self, reply: &Reply) -> Outcome {
        let persists = self.tries >= MOST_REFUSALS;
        match reply.status {
            200..=299 => Outcome::Recorded,
            410 => Outcome::Erased,
            // A token that is too old is drawn anew; for a policy that the archive never knew, that does not help.
            409 if reply.problem == "policy-token" && !persists => Outcome::Later,
            // These say something about the line itself, which never changes.
            400 | 409 | 413 | 415 | 422 => Outcome::Parked,
            408 | 425 | 429 => Outcome::Later,
            // These say something about the settings of site or archive, which may be mended.
            401..=499 if persists => Outcome::Parked,
            _ => Outcome::Later,
        }
    }

    /// Keeps a receipt, in place of an older copy of it.
    pub fn keep(&mut self, receipt: Receipt) {
        self.receipts.retain(|kept| kept.id != receipt.id);
        self.receipts.push(receipt);
        let many = self.receipts.len().saturating_sub(MOST_RECEIPTS);
        self.receipts.drain(..many);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_795_446_245_123;

    fn reply(status: u16, problem: &str) -> Reply<'_> {
        Reply { status, problem, retry_after: 0 }
    }

    fn after(ledger: &mut Ledger, status: u16) -> Outcome {
        ledger.answered("id", "line", &reply(status, ""), NOW, 0.5)
    }

    #[test]
    fn an_acknowledged_line_may_go_be_it_new_or_not() {
        for status in [200, 201] {
            let mut ledger = Ledger { tries: 3, not_before: NOW, ..Ledger::default() };
            assert_eq!(after(&mut ledger, status), Outcome::Recorded);
            assert_eq!((ledger.tries, ledger.wait(NOW), ledger.known), (0, 0, true));
        }
    }

    #[test]
    fn a_server_that_is_down_for_days_is_asked_ever_more_rarely_and_for_ever() {
        let mut ledger = Ledger::default();
        let mut now = NOW;
        let mut waits = Vec::new();
        for status in [0, 503, 0, 502, 500, 429, 408].into_iter().cycle().take(200) {
            assert_eq!(ledger.answered("id", "line", &reply(status, ""), now, 1.0), Outcome::Later);
            waits.push(ledger.wait(now));
            now += ledger.wait(now);
            assert_eq!(ledger.wait(now), 0);
        }
        assert_eq!(waits[..3], [5_000, 10_000, 20_000]);
        assert!(waits.is_sorted() && waits.last() == Some(&LONGEST_WAIT));
        assert!(ledger.parked.is_empty(), "nothing was given up");
        assert_eq!(ledger.answered("id", "line", &reply(201, ""), now, 1.0), Outcome::Recorded);
    }

    #[test]
    fn chance_spreads_the_waits_and_the_archive_may_ask_for_a_longer_one() {
        let wait = |chance, retry_after| {
            let mut ledger = Ledger::default();
            ledger.answered("id", "line", &Reply { status: 503, problem: "", retry_after }, NOW, chance);
            ledger.wait(NOW)
        };
        assert_eq!((wait(0.0, 0), wait(1.0, 0)), (2_500, 5_000));
        assert_eq!(wait(0.0, 60), 60_000);
        assert_eq!(wait(0.0, u64::MAX), LONGEST_WAIT);
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_stop_anything() {
        let mut ledger = Ledger::default();
        after(&mut ledger, 503);
        assert_eq!(ledger.wait(NOW - 400 * 86_400_000), 0);
    }

    #[test]
    fn what_can_never_succeed_is_parked_with_its_reason_and_its_line() {
        for (status, problem) in
            [(400, "bad-body"), (409, "conflict"), (413, "too-large"), (415, "media-type"), (422, "refused")]
        {
            let mut ledger = Ledger::default();
            let outcome = ledger.answered("id", "line", &reply(status, problem), NOW, 0.5);
            assert_eq!(outcome, Outcome::Parked, "{status}");
            let parked = ledger.parked.first().unwrap();
            assert_eq!(
                (parked.reason.as_str(), parked.line.as_str()),
                (&*format!("{status} {problem}"), "line")
            );
            assert_eq!(ledger.wait(NOW), 0, "the next line has its own chance");
        }
    }

    #[test]
    fn what_a_mended_setting_would_change_is_tried_for_a_while() {
        for (status, problem) in
            [(401, ""), (403, "origin-not-allowed"), (404, "not-found"), (409, "policy-token")]
        {
            let mut ledger = Ledger::default();
            for _ in 0..MOST_REFUSALS {
                assert_eq!(ledger.answered("id", "line", &reply(status, problem), NOW, 0.5), Outcome::Later);
            }
            assert_eq!(ledger.answered("id", "line", &reply(status, problem), NOW, 0.5), Outcome::Parked);
        }
    }

    #[test]
    fn who_was_erased_elsewhere_is_forgotten_here() {
        let mut ledger = Ledger { secret: "s".into(), known: true, ..Ledger::default() };
        assert_eq!(after(&mut ledger, 410), Outcome::Erased);
        assert_eq!(ledger, Ledger::default());
    }

    #[test]
    fn what_is_kept_has_a_bound() {
        let mut ledger = Ledger::default();
        for n in 0..200 {
            ledger.answered(&n.to_string(), "line", &reply(422, ""), NOW, 0.5);
            ledger.keep(Receipt { id: n.to_string(), ..Receipt::default() });
            ledger.keep(Receipt { id: n.to_string(), ..Receipt::default() });
        }
        assert_eq!((ledger.parked.len(), ledger.receipts.len()), (MOST_PARKED, MOST_RECEIPTS));
        assert_eq!(ledger.receipts.last().unwrap().id, "199");
        assert_eq!(ledger.receipts.first().unwrap().id, "150");
    }

    #[test]
    fn a_ledger_reads_back_and_a_damaged_one_is_an_empty_one() {
        let mut ledger = Ledger { secret: "s".into(), ..Ledger::default() };
        after(&mut ledger, 422);
        ledger.keep(Receipt { id: "a".into(), index: 7, ..Receipt::default() });
        ledger.heads.push(Head { origin: "o".into(), size: 8, root: "r".into(), keys: vec!["k".into()] });
        assert_eq!(Ledger::read(&ledger.text()), ledger);
        for text in ["{}", "", "null", "[]", r#"{"receipts":[{"id":1}],"parked":5,"tries":-1}"#] {
            assert_eq!(Ledger::read(text), Ledger::default(), "{text}");
        }
    }
}
