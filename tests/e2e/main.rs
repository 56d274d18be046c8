//! What visitors see and what trackers get, in a real browser. `ASSENT_ENGINE` says which one.
//!
//! Each case is a function whose name says what must hold; its page is in `www/cases/`. Silence is proved, not waited
//! for: what may pass is asked for after what must not, and when it has arrived, the rest would have, too.

mod answers;
mod api;
mod before;
mod builtins;
mod calls;
mod corpus;
mod demo;
mod dialects;
mod embeds;
mod evidence;
mod explain;
mod failures;
mod iab;
mod import;
mod keyboard;
mod options;
mod order;
mod prebid;
mod record;
mod sdks;
mod signals;
mod stay;
mod tcf;
mod ways;
mod worker;

use std::{path::Path, process::ExitCode};

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    assent_stage::browser::run(
        root,
        &[
            before::CASES,
            answers::CASES,
            order::CASES,
            stay::CASES,
            signals::CASES,
            failures::CASES,
            api::CASES,
            options::CASES,
            embeds::CASES,
            dialects::CASES,
            worker::CASES,
            ways::CASES,
            calls::CASES,
            builtins::CASES,
            explain::CASES,
            import::CASES,
            keyboard::CASES,
            record::CASES,
            evidence::CASES,
            iab::CASES,
            tcf::CASES,
            prebid::CASES,
            sdks::CASES,
            corpus::CASES,
            demo::CASES,
        ],
    )
}

/// Under libtest, which knows none of the cases, the target would pass with nothing tested. This exists only there.
#[test]
fn the_target_runs_without_libtest() -> Result<(), &'static str> {
    Err("the test target `e2e` needs `harness = false` in Cargo.toml")
}
