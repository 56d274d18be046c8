//! The corpus runner for the browser. A test artefact: it shows that the core decides in WASM as it does natively.

use wasm_bindgen::prelude::wasm_bindgen;

/// Runs one corpus case (JSON text). Returns an empty text if it passes, else what differs, a line each.
#[wasm_bindgen]
pub fn run(case: &str) -> String {
    assent_corpus::run(case).err().unwrap_or_default()
}

/// Feeds random and mutated texts to everything that reads strangers' texts. Returns an empty text if nothing was
/// granted, else what was.
#[wasm_bindgen]
pub fn strangers(rounds: u32) -> String {
    assent_corpus::strangers(rounds).err().unwrap_or_default()
}
