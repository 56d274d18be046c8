//! The words for a policy that the gate refused.
//!
//! What this is: all diagnostics of a policy file as text for the console. The gate loads it only when it stayed closed
//! for a faulty policy, so that the sentences cost a page with a sound one nothing.

use assent_core::diagnostic::{Diagnostic, Severity};
use assent_core::policy::Policy;
use wasm_bindgen::prelude::wasm_bindgen;

/// Says what is wrong with a policy (JSON text), a line per fault; empty if nothing is.
#[wasm_bindgen]
pub fn describe(policy: &str) -> String {
    let faults = match Policy::from_json(policy) {
        Ok(policy) => policy.warnings,
        Err(faults) => faults,
    };
    faults.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn line(fault: &Diagnostic) -> String {
    let Diagnostic { code, severity, path, found } = fault;
    let severity = match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let place = if path.is_empty() { "the policy" } else { path };
    let found = if found.is_empty() { String::new() } else { format!(" (`{found}`)") };
    format!("{severity} A{} at {place}: {}{found}; {}", code.number(), fault.message(), fault.remedy())
}
