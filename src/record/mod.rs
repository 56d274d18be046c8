//! The records: what happens to a choice after it has taken effect.
//!
//! What this is: the outbox between page and archive, the receipts that come back, and their checking. The page's side
//! asks what is to be sent ([`next`]), sends it, and hands the answer in ([`answered`]); it knows no rule. `entry.js` is
//! its way in, `post.js` the only place that talks to the archive, `view.js` draws the person's choices.
//!
//! What it is not: on the way to anything that a visitor waits for. The gate loads it when the page is idle.
//!
//! Suggested reading order: `line`, `ledger`, `receipt`, `check`, `store`, `value`.

mod check;
mod ledger;
mod line;
mod receipt;
mod store;
mod value;

use assent_core::json::{self, Value};
use assent_core::record::{Secret, base64};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use ledger::{Ledger, Outcome, Reply};
use receipt::{Head, Receipt, told};
use value::{tell, to_js};

/// What is to be sent next.
struct Next {
    /// How long to wait with it, in milliseconds.
    wait: u64,
    /// The record's name; empty while it is not its time.
    id: String,
    /// The digest of the policy that was shown.
    policy: String,
    /// The line it is made of.
    line: String,
}

tell!(Next { wait: "wait", id: "id", policy: "policy", line: "line" });

/// Says under which name things are kept, and whether storage answers.
#[wasm_bindgen]
pub fn open(key: &str, works: bool) {
    store::open(key, works);
}

/// Takes a line of the gate along.
#[wasm_bindgen]
pub fn hold(line: &str) {
    store::hold(line);
}

/// What is to be sent, or nothing. `random` are 32 random bytes, for the secret of somebody who has none yet, and `behind`
/// says behind how many others. What is not a line of the gate is dropped.
#[wasm_bindgen]
pub fn next(now: f64, random: &[u8], behind: usize) -> JsValue {
    for line in store::lines().into_iter().skip(behind) {
        let mut ledger = store::ledger();
        let Some(secret) = secret(&mut ledger, random) else { return JsValue::UNDEFINED };
        match line::submission(&line, &secret, false, false) {
            Some(submission) => {
                let (id, policy) = (submission.id.text(), submission.answer.policy.text());
                return to_js(&Next { wait: ledger.wait(now as u64), id, policy, line });
            }
            // Whoever counts lines must not have them taken away under their hands.
            None if behind > 0 => {}
            None => store::drop_line(&line),
        }
    }
    JsValue::UNDEFINED
}

/// The secret, which is made when it is first needed.
fn secret(ledger: &mut Ledger, random: &[u8]) -> Option<Secret> {
    if let Some(secret) = Secret::parse(&ledger.secret) {
        return Some(secret);
    }
    let secret = Secret(random.try_into().ok()?);
    ledger.secret = secret.text();
    ledger.known = false;
    store::keep(ledger);
    Some(secret)
}

/// The body for a line. `token` is the policy token that the archive gave out, `gpc` what the browser signals.
#[wasm_bindgen]
pub fn body(line: &str, token: &str, gpc: bool) -> String {
    let ledger = store::ledger();
    let Some(secret) = Secret::parse(&ledger.secret) else { return String::new() };
    let Some(mut submission) = line::submission(line, &secret, !ledger.known, gpc) else {
        return String::new();
    };
    submission.policy_token = Some(token.into()).filter(|token: &String| !token.is_empty());
    submission.text()
}

/// Takes in what the archive answered to a line, and says what becomes of it: `recorded`, `later`, `parked`, `erased`.
#[wasm_bindgen]
pub fn answered(
    id: &str,
    line: &str,
    status: u16,
    body: &str,
    retry_after: f64,
    now: f64,
    chance: f64,
) -> String {
    let mut ledger = store::ledger();
    let body = json::parse(body).unwrap_or(Value::Null);
    let problem = problem(&body);
    let mut reply = Reply { status, problem: &problem, retry_after: retry_after as u64 };
    let receipt = (200..300).contains(&status).then(|| Receipt::read(&body)).flatten();
    if receipt.is_none() && (200..300).contains(&status) {
        // Somebody else's page in the archive's place, as a portal of a hotel: nothing was recorded.
        reply = Reply { status: 0, problem: "no receipt", retry_after: 0 };
    }
    let outcome = ledger.answered(id, line, &reply, now as u64, chance);
    if let Some(receipt) = receipt {
        ledger.keep(receipt);
    }
    match outcome {
        Outcome::Later => store::keep(&mut ledger),
        // First what is known of it, then the line: whatever happens in between, nothing is lost.
        Outcome::Recorded | Outcome::Parked => {
            store::keep(&mut ledger);
            store::drop_line(line);
        }
        Outcome::Erased => store::forget(),
    }
    match outcome {
        Outcome::Recorded => "recorded",
        Outcome::Later => "later",
        Outcome::Parked => "parked",
        Outcome::Erased => "erased",
    }
    .into()
}

/// The kind of a problem (RFC 9457), as the archive names it.
fn problem(body: &Value) -> String {
    let name = receipt::text(body, "type");
    let kind = name.split(':').fold("", |_, part| part);
    kind.get(..kind.len().min(40)).unwrap_or_default().into()
}

/// What opens the person's history, as a header's value; empty for somebody of whom nothing is recorded.
#[wasm_bindgen]
pub fn credentials(site: &str) -> String {
    let ledger = store::ledger();
    let Some(secret) = Secret::parse(&ledger.secret).filter(|_| ledger.known) else { return String::new() };
    let [subject, token] = [base64::url(&secret.subject()), base64::url(&secret.token())];
    String::from("Subject ") + site + "." + &subject + "." + &token
}

/// The receipts on this device, the newest first.
#[wasm_bindgen]
pub fn receipts() -> JsValue {
    let mut receipts = store::ledger().receipts;
    receipts.reverse();
    to_js(&receipts)
}

/// What a receipt says, or nothing.
#[wasm_bindgen]
pub fn tell(record: &str) -> JsValue {
    to_js(&told(record))
}

/// Looks at a receipt (JSON as the archive answers it), with the keys of its log, one a line: a fault, or the signatures
/// that are still to be checked, and the log's head.
#[wasm_bindgen]
pub fn look(receipt: &str, keys: &str) -> JsValue {
    let receipt = json::parse(receipt).ok().and_then(|value| Receipt::read(&value)).unwrap_or_default();
    to_js(&check::receipt(&receipt, &lines(keys)))
}

/// The same for a checkpoint.
#[wasm_bindgen]
pub fn look_at_log(checkpoint: &str, keys: &str) -> JsValue {
    to_js(&check::checkpoint(checkpoint, &lines(keys)))
}

/// The head of a log that was seen before, or nothing.
#[wasm_bindgen]
pub fn head(origin: &str) -> JsValue {
    to_js(&store::ledger().heads.iter().find(|head| head.origin == origin))
}

/// The addresses of the tiles that show whether a log of one size grew out of one of the other.
#[wasm_bindgen]
pub fn tiles(old: f64, new: f64) -> JsValue {
    to_js(&check::tiles_between(old as u64, new as u64))
}

/// Takes the head of a log that was seen now (signed with the keys, one a line), and the tiles that [`tiles`] asked for,
/// one behind the other. Remembers it, or says `false`: then the log is not the one that was seen before, grown.
#[wasm_bindgen]
pub fn see(origin: &str, size: f64, root: &str, keys: &str, fetched: &[u8]) -> bool {
    let mut ledger = store::ledger();
    let seen = Head { origin: origin.into(), size: size as u64, root: root.into(), keys: lines(keys) };
    if let Some(known) = ledger.heads.iter().find(|head| head.origin == origin)
        && !check::grew(known, &seen, fetched)
    {
        return false;
    }
    ledger.heads.retain(|head| head.origin != origin);
    ledger.heads.push(seen);
    store::keep(&mut ledger);
    true
}

fn lines(text: &str) -> Vec<String> {
    store::split(text)
}

/// What waits and what can never be sent, for those who build the page.
#[wasm_bindgen]
pub fn pending() -> JsValue {
    struct Pending {
        waiting: u64,
        parked: Vec<ledger::Parked>,
    }
    tell!(Pending { waiting: "waiting", parked: "parked" });
    to_js(&Pending { waiting: store::lines().len() as u64, parked: store::ledger().parked })
}

/// Forgets the person: secret, receipts, and what was still to be sent.
#[wasm_bindgen]
pub fn forget() {
    store::forget();
}
