//! The notice: the painter that asks, and the hand that passes the answer on.
//!
//! What this is: [`paint`] turns a view-model of the core into elements in an open shadow root, [`turn`] says what a
//! person's switches mean. Everything that outlives a call is in the page (`entry.js`) or in
//! the elements themselves.
//!
//! What it is not: it decides nothing. What is asked and how the switches hang together is the core's, whether an
//! answer is taken is the gate's.

mod banner;
mod page;
mod pen;
mod preferences;

use alloc::string::String;

use assent_core::json::{self, Value};
use assent_core::notice::{self, Asked, Draft, Layer, Notice, State, Words};
use wasm_bindgen::prelude::wasm_bindgen;

use page::Page;
use pen::{Element, Pen};

/// The language to try first and the one to fall back to, one a line.
#[wasm_bindgen]
pub fn languages(policy: &str, wish: &str) -> String {
    let policy = read(policy);
    let [best, fallback] = notice::languages(&policy, wish);
    let mut out = String::from(best);
    out.push('\n');
    out.push_str(fallback);
    out
}

/// Draws a layer in place of the one that is shown. `unfold` opens the lists of third parties.
#[wasm_bindgen]
pub fn paint(page: &Page, layer: &str, unfold: bool) {
    let (policy, known, locale, tag) =
        (read(&page.policy()), read(&page.known()), read(&page.locale()), page.tag());
    let words = Words::new(&policy, &locale, &tag);
    let layer = Layer::from_name(layer);
    let view = Notice::new(&Asked::new(&policy, &known), &State::from_json(&page.state()), &words, layer);
    dress(&page.host(), &policy, &words);
    let mut pen = Pen::on(page.stage());
    match layer {
        Layer::Nothing => {}
        Layer::Button => banner::way_back(&mut pen, &view, &words),
        Layer::Banner => banner::draw(page, &mut pen, &view, &words),
        Layer::Preferences => preferences::draw(page, &mut pen, &view, &words, unfold),
    }
}

/// Language, direction and the policy's appearance, on the host element, where the sheet selects by them.
fn dress(host: &Element, policy: &Value, words: &Words) {
    let appearance = policy.get("appearance").unwrap_or(&Value::Null);
    let look = |key| appearance.get(key).and_then(Value::str).unwrap_or("");
    host.set("lang", words.language());
    host.set("dir", words.direction());
    host.set("data-position", look("position"));
    host.set("data-button", look("button"));
    host.set("data-theme", look("theme"));
    // Said by entry.js when they are true.
    host.set("data-saved", words.get("saved"));
    host.set("data-failed", words.get("failed"));
}

/// A person turned the switch at a position, or none if there is no such position. Returns how all switches stand then,
/// and below that what they say, as the gate's ports take it.
#[wasm_bindgen]
pub fn turn(page: &Page, switches: &str, position: usize) -> String {
    let (policy, known) = (read(&page.policy()), read(&page.known()));
    let asked = Asked::new(&policy, &known);
    let mut draft = Draft::new(&asked, switches);
    draft.turn(position);
    let mut out = draft.states();
    out.push('\n');
    out.push_str(&draft.lines());
    out
}

/// What is not JSON is nothing.
fn read(text: &str) -> Value {
    json::parse(text).unwrap_or(Value::Null)
}
