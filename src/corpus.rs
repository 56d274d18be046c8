//! The corpus runner for the browser. A test artefact: it shows that the core decides in WASM as it does natively.

use wasm_bindgen::prelude::wasm_bindgen;

/// Runs one corpus case (JSON text). Returns an empty text if it passes, else what differs, a line each.
#[wasm_bindgen]
pub fn run(case: &str) -> String {
    assent_corpus::run(case).err().unwrap_or_default()
}
