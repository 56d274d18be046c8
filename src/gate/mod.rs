//! The gate: what every page view runs, synchronously, before anything else.
//!
//! What this is: the core's machine behind four functions of strings and numbers, because every type that crosses the
//! boundary costs bytes on both sides. The page's side is hand-written JS beside this file, in the order in which it
//! runs: `boot.js` (start, or stay closed), `interceptors.js`, `hold.js` and `release.js` (the ways out), `storage.js` (the two copies of the
//! choice), `signals.js` (Consent Mode, data layer), `api.js` (`window.assent`). `core.js` names what the numbers mean.
//!
//! What it is not: a place for rules; it asks the core. Nor for `web_sys`: that crate brings an executor into every
//! module that links it, 7 KB (brotli) of a budget of 13.8.

use alloc::string::String;
use core::cell::RefCell;

use assent_core::choice::How;
use assent_core::decide::Rule;
use assent_core::machine::{Answer, Event, Facts, Machine};
use assent_core::scan;
use assent_core::text::{base36, push_decimal};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::lean::Single;

/// The machine of this page. The page's side calls nothing else after a start that failed.
static MACHINE: Single<Machine> = Single(RefCell::new(Machine::closed()));

/// Puts a policy in force: its flat form ([`Rules::from_flat`](assent_core::rules::Rules::from_flat)) behind the page's
/// host and a line break. Tells whether it was taken.
#[wasm_bindgen]
pub fn start(host_and_policy: &str) -> bool {
    let (host, flat) = scan::cut(host_and_policy, b'\n');
    MACHINE.0.try_borrow_mut().is_ok_and(|mut machine| machine.start(flat.unwrap_or_default(), host))
}

/// Hands an event to the core and returns what is to be done, as bits
/// ([`Effects`](assent_core::machine::Effects)).
///
/// `kind` and `how` are numbers of `core.js`, `trusted` a fact, `signals` what the browser sends (1 Global Privacy Control,
/// 2 Do Not Track), `now` milliseconds since 1970. `detail` is what the stores hold, with spaces between the copies, and on
/// further lines the choices of an answer; an import's time, in base 36, before them.
#[wasm_bindgen]
pub fn handle(kind: u8, how: u8, trusted: bool, signals: u8, now: f64, detail: &str) -> u32 {
    let Ok(mut machine) = MACHINE.0.try_borrow_mut() else { return 0 };
    let facts =
        Facts { now: (now / 1000.0) as u64, region: "", gpc: signals & 1 != 0, dnt: signals & 2 != 0 };
    let (copies, lines) = scan::cut(detail, b'\n');
    let how = How::ALL.get(usize::from(how)).copied().unwrap_or(How::Api);
    let answer = |answer, how| Event::Answered { answer, how, trusted };
    let event = match kind {
        0 => Event::Opened { copies },
        1 => Event::Looked { copies },
        2 => answer(Answer::Accept, how),
        3 => answer(Answer::Refuse, how),
        4 => answer(Answer::Choose(lines.unwrap_or_default()), how),
        5 => answer(Answer::Refuse, How::Withdrawal),
        6 => Event::Reset { trusted },
        _ => {
            let (time, lines) = scan::cut(lines.unwrap_or_default(), b'\n');
            Event::Imported { lines: lines.unwrap_or_default(), time: base36(time) }
        }
    };
    machine.handle(event, &facts).0.into()
}

/// Answers a question about a text: an address (0 held, 1 passes, 2 passes and is to be reported), a tag's names (1), a
/// purpose or vendor (2), a cookie's name (3) or a key's (4): 1 for yes.
#[wasm_bindgen]
pub fn ask(question: u8, text: &str) -> u8 {
    let Ok(mut machine) = MACHINE.0.try_borrow_mut() else { return 0 };
    let yes = match question {
        0 => match machine.decide(text).rule {
            Rule::Unlisted => return 2,
            rule => rule.passes(),
        },
        1 => machine.decide_tagged(text).allows(),
        2 => machine.allows(text),
        3 => machine.clears_cookie(text),
        _ => machine.clears_key(text),
    };
    yes.into()
}

/// Tells in words, with single spaces between them: what to store (0), the state (1), what storage has to know: key,
/// lifetime in seconds, domain (2), the Consent Mode types, their bits and whether Google's tags are told, 1 or 0 (3), a
/// Content-Security-Policy (4), or why an address passes or is held: rule, purpose, vendor, and what would have to be
/// granted (5).
#[wasm_bindgen]
pub fn tell(what: u8, text: &str) -> String {
    let mut out = String::new();
    let Ok(machine) = MACHINE.0.try_borrow() else { return out };
    let rules = machine.rules();
    match what {
        0 => out.push_str(machine.to_store()),
        1 => return machine.state(),
        2 => {
            out.push_str(rules.cookie_name());
            out.push(' ');
            push_decimal(&mut out, rules.lifetime);
            out.push(' ');
            out.push_str(rules.cookie_domain());
        }
        3 => {
            out.push_str(assent_core::signal::consent_mode::TYPES);
            for number in [machine.consent_mode(), rules.signals_consent_mode().into()] {
                out.push(' ');
                push_decimal(&mut out, number.into());
            }
        }
        4 => return machine.content_security_policy(),
        _ => {
            let verdict = machine.explain(text);
            for word in [verdict.rule.name(), verdict.purpose, verdict.vendor] {
                out.push_str(word);
                out.push(' ');
            }
            machine.push_needs(verdict.vendor, &mut out);
        }
    }
    out
}
