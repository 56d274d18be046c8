//! The corpus runner.
//!
//! What this is: a case is a JSON object with a policy (`config`) and `steps`. Each step is an event with its facts and
//! what must follow from it. The same file runs natively (`cargo test`) and, compiled to WASM, in each browser engine.
//!
//! A file is `{ "about": TEXT, "config": POLICY, "cases": [CASE...] }`, a case `{ "name": TEXT, "config": MEMBERS,
//! "steps": [STEP...] }`; the members of a case's `config` replace those of the file's. A step may hold:
//!
//! - `event`: `open`, `look`, `accept`, `refuse`, `choose`, `withdraw`, `reset`; with `lines` for `choose`, `how`
//!   (`banner` if missing), `trusted` (true if missing), `stores` (what the stores hold; missing is what was stored last).
//! - `elsewhere`: an event as above, but in another tab that shares the stores; nothing else of the step applies to it.
//! - `now` (seconds), `region`, `gpc`, `dnt`: facts; a missing one is as in the step before.
//! - `effects`: names of all that must follow. `state`: status, a digit per purpose and one per vendor (1 granted, `-`
//!   none there), then the further words of [`Machine::state`]; `*` for "any". `stored`: whether the
//!   choice can be read back. `signals`: granted Consent Mode types.
//! - `decide`: addresses, each with the rule that must decide; `tagged`: names of tags with theirs.
#![warn(missing_docs)]

mod strangers;

pub use strangers::strangers;

use assent_core::choice::{Choice, How};
use assent_core::json::{self, Value};
use assent_core::machine::{Answer, Effects, Event, Facts, Machine};
use assent_core::policy::Policy;
use assent_core::signal::consent_mode;

/// Runs one file of cases.
///
/// # Errors
/// What differs from the expectations, a line each; or that the file is not a corpus file.
pub fn run(file: &str) -> Result<(), String> {
    let file = json::parse(file).map_err(|error| format!("not JSON at byte {}", error.at))?;
    let cases = file.get("cases").map_or(&[][..], Value::list);
    if cases.is_empty() {
        return Err("a corpus file without `cases`".into());
    }
    let faults: Vec<String> = cases.iter().filter_map(|case| run_case(&file, case).err()).collect();
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

fn run_case(file: &Value, case: &Value) -> Result<(), String> {
    let name = case.get("name").and_then(Value::str).unwrap_or("without a name");
    let config = merged(file.get("config"), case.get("config"));
    let tab = || {
        let policy =
            Policy::from_json(&config).map_err(|faults| format!("{name}: policy refused: {faults:?}"))?;
        Ok::<_, String>(Machine::new(policy.rules, "shop.example"))
    };
    let mut page = Page { machine: tab()?, elsewhere: tab()?, stores: String::new(), facts: Seen::default() };
    let steps = case.get("steps").map_or(&[][..], Value::list);
    if steps.is_empty() {
        return Err(format!("{name}: no steps"));
    }
    for (i, step) in steps.iter().enumerate() {
        page.step(step).map_err(|fault| format!("{name}, step {}: {fault}", i + 1))?;
    }
    Ok(())
}

/// One policy out of two: the members of `over` replace those of `base`.
fn merged(base: Option<&Value>, over: Option<&Value>) -> String {
    let over = over.map_or(&[][..], Value::map);
    let kept = base.map_or(&[][..], Value::map).iter().filter(|(key, _)| !over.iter().any(|(k, _)| k == key));
    let mut out = String::new();
    json::write_value(&mut out, &Value::Map(kept.chain(over).cloned().collect()));
    out
}

#[derive(Default)]
struct Seen {
    now: u64,
    region: String,
    gpc: bool,
    dnt: bool,
}

struct Page {
    machine: Machine,
    elsewhere: Machine,
    stores: String,
    facts: Seen,
}

impl Page {
    fn step(&mut self, step: &Value) -> Result<(), String> {
        let word = |key| step.get(key).and_then(Value::str);
        if let Some(now) = step.get("now").and_then(Value::int) {
            self.facts.now = now.unsigned_abs();
        }
        if let Some(region) = word("region") {
            self.facts.region = region.into();
        }
        if let Some(gpc) = step.get("gpc").and_then(Value::bool) {
            self.facts.gpc = gpc;
        }
        if let Some(dnt) = step.get("dnt").and_then(Value::bool) {
            self.facts.dnt = dnt;
        }
        if let Some(stores) = word("stores") {
            self.stores = stores.into();
        }
        if let Some(event) = word("elsewhere") {
            std::mem::swap(&mut self.machine, &mut self.elsewhere);
            self.happen("open", &Value::Null)?;
            self.happen(event, &Value::Null)?;
            std::mem::swap(&mut self.machine, &mut self.elsewhere);
        }
        if let Some(event) = word("event") {
            let effects = self.happen(event, step)?;
            if let Some(expected) = word("effects") {
                same("effects", expected, &effects)?;
            }
        }
        if let Some(expected) = word("state") {
            let state = self.state();
            let fits = expected.split(' ').count() == state.split(' ').count()
                && expected
                    .split(' ')
                    .zip(state.split(' '))
                    .all(|(want, found)| want == "*" || want == found);
            if !fits {
                return Err(format!("state is `{state}`, not `{expected}`"));
            }
        }
        if let Some(expected) = word("signals") {
            let granted = self.machine.consent_mode();
            let types = consent_mode::TYPES.split(' ').enumerate().filter(|(i, _)| granted & 1 << i != 0);
            same("signals", expected, &types.map(|(_, name)| name).collect::<Vec<_>>().join(" "))?;
        }
        if let Some(expected) = step.get("stored").and_then(Value::bool) {
            let stored = self.stores.split(' ').any(|copy| Choice::decode(copy).is_some());
            same("stored", &expected.to_string(), &stored.to_string())?;
        }
        for (address, rule) in step.get("decide").map_or(&[][..], Value::map) {
            same(address, rule.str().unwrap_or_default(), self.machine.decide(address).rule.name())?;
        }
        for (names, rule) in step.get("tagged").map_or(&[][..], Value::map) {
            same(names, rule.str().unwrap_or_default(), self.machine.decide_tagged(names).rule.name())?;
        }
        Ok(())
    }

    fn state(&self) -> String {
        let digits = |ids: &str| -> String {
            let granted = |id| if self.machine.allows(id) { '1' } else { '0' };
            if ids.is_empty() { "-".into() } else { ids.split(' ').map(granted).collect() }
        };
        let rules = self.machine.rules();
        let words = self.machine.state();
        let (status, rest) = words.split_once(' ').unwrap_or((&words, ""));
        [status, &digits(&rules.purposes), &digits(&rules.vendors), rest].join(" ")
    }

    /// Hands the event in, does what the stores' side of a shell does, and returns the names of the effects.
    fn happen(&mut self, event: &str, step: &Value) -> Result<String, String> {
        let how = step.get("how").and_then(Value::str).unwrap_or("banner");
        let how = How::from_name(how).ok_or_else(|| format!("no way `{how}`"))?;
        let trusted = step.get("trusted").and_then(Value::bool).unwrap_or(true);
        let lines = step.get("lines").and_then(Value::str).unwrap_or_default();
        let answer = |answer, how| Event::Answered { answer, how, trusted };
        let copies = self.stores.clone();
        let event = match event {
            "open" => Event::Opened { copies: &copies },
            "look" => Event::Looked { copies: &copies },
            "accept" => answer(Answer::Accept, how),
            "refuse" => answer(Answer::Refuse, how),
            "choose" => answer(Answer::Choose(lines), how),
            "withdraw" => answer(Answer::Refuse, How::Withdrawal),
            "import" => {
                let time = step.get("time").and_then(Value::int).unwrap_or_default().unsigned_abs();
                Event::Imported { lines, time }
            }
            "reset" => Event::Reset { trusted },
            _ => return Err(format!("no event `{event}`")),
        };
        let Seen { now, region, gpc, dnt } = &self.facts;
        let Effects(bits) = self.machine.handle(event, &Facts { now: *now, region, gpc: *gpc, dnt: *dnt });
        if bits & Effects::STORE != 0 {
            let text = self.machine.to_store();
            self.stores = format!("{text} {text}");
        }
        if bits & Effects::FORGET != 0 {
            self.stores.clear();
        }
        let names = Effects::NAMES.split(' ').enumerate().filter(|(i, _)| bits & 1 << i != 0);
        Ok(names.map(|(_, name)| name).collect::<Vec<_>>().join(" "))
    }
}

fn same(what: &str, expected: &str, found: &str) -> Result<(), String> {
    if expected == found { Ok(()) } else { Err(format!("{what} is `{found}`, not `{expected}`")) }
}
