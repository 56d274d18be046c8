//! A choice that was made in another consent tool, so that people are not asked twice.
//!
//! What this is: one function of strings. The page's side beside this file collects what is stored and hands the answer to
//! the gate; reading it is the core's.
//!
//! What it is not: loaded where there is a choice already, or where the policy does not ask for it.

use alloc::string::String;

use assent_core::text::push_base36;
use assent_core::{imported, json};
use wasm_bindgen::prelude::wasm_bindgen;

/// Looks for a choice in what is stored: a line `name=value` for each cookie and key. Answers with the tool, the time in
/// base 36 and the lines of the choice, each behind a line break; empty without a choice.
#[wasm_bindgen]
pub fn find(policy: &str, stored: &str, now: f64) -> String {
    let mut out = String::new();
    let Ok(doc) = json::parse(policy) else { return out };
    if let Some(found) = imported::find(&doc, stored, now as u64) {
        out.push_str(found.tool);
        out.push('\n');
        push_base36(&mut out, found.time);
        out.push('\n');
        out.push_str(&found.lines);
    }
    out
}
