//! Texts from strangers: whatever stands in a store, a policy or an address, nothing panics and nothing is granted.

use assent_core::choice::{Choice, How};
use assent_core::decide::{Grants, Rule, Vendors};
use assent_core::jurisdiction::Regime;
use assent_core::machine::{Event, Facts, Machine};
use assent_core::policy::Policy;
use assent_core::rules::Rules;

const POLICY: &str = r#"{"version":1,"controller":{"name":"S","contact":"c","privacyNotice":"/p"},
"purposes":["analytics","marketing",{"id":"own","name":{"en":"Own"},"description":"d","benefit":"b","consentMode":["ad_storage"]}],
"vendors":["google-analytics",{"id":"acme","name":"A","hosts":["acme.example"],"cookies":["_ac*"],"purposes":["own"]}],
"essential":["pay.example/x"],"expiryDays":90,"cookie":{"name":"assent","domain":"shop.example"},"languages":["en"]}"#;
const FACTS: Facts = Facts { now: 1_795_000_000, region: "DE", gpc: false, dnt: false };
/// What mutations are made of, besides random bytes.
const SPICE: [&str; 12] =
    ["\u{0}", "\"", "{", "}", "[", ",", "|", "\n", "https://", "..", "\u{fdd0}\u{1f600}", "granted"];

/// Feeds `rounds` random and mutated texts to everything that reads strangers' texts.
///
/// # Errors
/// The text that was granted something, and where.
pub fn strangers(rounds: u32) -> Result<(), String> {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let rules =
        || Policy::from_json(POLICY).map(|policy| policy.rules).map_err(|faults| format!("{faults:?}"));
    let digest = rules()?.digest;
    let flat =
        assent_core::rules::flat(&assent_core::json::parse(POLICY).map_err(|error| format!("{error:?}"))?);
    let mut machine = Machine::new(rules()?, "shop.example");
    for _ in 0..rounds {
        let refused = Vendors { low: dice.next(), high: dice.next() };
        let grants = Grants { purposes: dice.next() as u32, refused };
        let stored = Choice {
            digest,
            time: FACTS.now,
            how: How::Banner,
            regime: Regime::OptIn,
            signalled: false,
            grants,
        }
        .encode();
        for text in [dice.text(), dice.mutated(&stored)] {
            if text != stored {
                machine.handle(Event::Opened { copies: &text }, &FACTS);
                closed(&machine, "a stored choice", &text)?;
            }
        }
        for text in [dice.text(), dice.mutated(POLICY)] {
            if let Ok(policy) = Policy::from_json(&text) {
                opened(policy.rules, "a policy", &text)?;
            }
        }
        for text in [dice.text(), dice.mutated(&flat)] {
            if let Some(rules) = Rules::from_flat(&text) {
                opened(rules, "a flat policy", &text)?;
            }
        }
        for text in [dice.text(), dice.mutated("https://www.google-analytics.com/g/collect?v=2")] {
            if machine.decide(&text).rule == Rule::Granted || machine.decide_tagged(&text).allows() {
                return Err(format!("an address was granted: {text:?}"));
            }
        }
    }
    Ok(())
}

fn opened(rules: Rules, what: &str, text: &str) -> Result<(), String> {
    let mut machine = Machine::new(rules, "shop.example");
    machine.handle(Event::Opened { copies: "" }, &FACTS);
    closed(&machine, what, text)
}

/// Whether nothing is granted that needs consent.
fn closed(machine: &Machine, what: &str, text: &str) -> Result<(), String> {
    let granted = machine.grants().purposes & machine.rules().consent;
    if granted == 0 { Ok(()) } else { Err(format!("{what} was granted {granted:b}: {text:?}")) }
}

/// A small generator (xorshift), so that every run and every engine sees the same texts.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    /// Up to 64 random bytes, as a lossy text.
    fn text(&mut self) -> String {
        let bytes: Vec<u8> = (0..self.below(64)).map(|_| self.next() as u8).collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// A good text with one to three cuts, copies, bytes or spices in it.
    fn mutated(&mut self, good: &str) -> String {
        let mut bytes = good.as_bytes().to_vec();
        for _ in 0..=self.below(3) {
            let at = self.below(bytes.len());
            let end = (at + self.below(9)).min(bytes.len());
            match self.below(4) {
                0 => drop(bytes.drain(at..end)),
                1 => bytes.extend_from_within(at..end),
                2 => bytes.insert(at, self.next() as u8),
                _ => {
                    let spice = SPICE.get(self.below(SPICE.len())).copied().unwrap_or_default();
                    drop(bytes.splice(at..end, spice.bytes()));
                }
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}
