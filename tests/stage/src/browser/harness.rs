//! Runs cases one after the other in one session of one engine.
//!
//! Why not `#[test]`: starting a browser takes seconds and it must be closed at the end, which libtest has no place for.
//! Arguments and output are those of `cargo test`.
//!
//! A case that fails is played again: a browser on a busy machine is late now and then, and one late answer among some
//! hundred cases says nothing about the product. Who failed once must pass twice, and is named at the end either way.

use std::{
    any::Any,
    env,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    pin::Pin,
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
};

use libtest_mimic::{Arguments, Failed, Trial};
use tokio::runtime::Runtime;

use super::{Browser, Engine, Failure, Page};
use crate::{Folders, Stage};

/// What a case returns.
pub type Outcome = Result<(), Failure>;

/// The future of a case.
pub type Played<'a> = Pin<Box<dyn Future<Output = Outcome> + 'a>>;

/// One test: a sentence, and what a visitor does.
#[derive(Clone, Copy)]
pub struct Case {
    /// The function's name, which reads as a sentence.
    pub name: &'static str,
    /// The function.
    pub play: fn(&Page) -> Played<'_>,
}

/// Makes a list of cases from the names of async functions that take a `&Page`.
#[macro_export]
macro_rules! cases {
    ($($name:ident),* $(,)?) => {
        &[$($crate::browser::Case { name: stringify!($name), play: |page| Box::pin($name(page)) }),*]
    };
}

/// Plays all cases in the engine that `ASSENT_ENGINE` names, with the SDK in `ASSENT_SDK` or `target/sdk`.
#[must_use]
pub fn run(root: &Path, rooms: &[&[Case]]) -> ExitCode {
    let mut arguments = Arguments::from_args();
    // One window, one storage, one log of hits.
    arguments.test_threads = Some(1);
    match play(root, rooms, &arguments) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn play(root: &Path, rooms: &[&[Case]], arguments: &Arguments) -> Result<ExitCode, Failure> {
    let engine = Engine::from_env()?;
    let mut folders = Folders::of_checkout(root);
    folders.sdk = env::var_os("ASSENT_SDK").map_or(folders.sdk, Into::into);
    let gate = folders.sdk.join("assent.js");
    if !gate.is_file() {
        return Err(format!("{} is missing; build it with: cargo xtask build", gate.display()).into());
    }
    let runtime = Arc::new(Runtime::new()?);
    let browser = if arguments.list {
        None
    } else {
        let stage = runtime.block_on(Stage::start(0, folders))?;
        Some(Arc::new(runtime.block_on(Browser::start(engine, stage))?))
    };
    let unsteady = Unsteady::default();
    let trials = rooms
        .iter()
        .copied()
        .flatten()
        .map(|case| trial(*case, engine, &runtime, browser.as_ref(), &unsteady))
        .collect();
    let conclusion = libtest_mimic::run(arguments, trials);
    for line in unsteady.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        println!("unsteady: [{}] {line}", engine.name());
    }
    if let Some(browser) = browser {
        runtime.block_on(browser.close())?;
    }
    Ok(conclusion.exit_code())
}

/// The cases that failed once and then passed, and how they failed.
type Unsteady = Arc<Mutex<Vec<String>>>;

/// How often a case has to pass after it has failed once.
const PASSES_AFTER_A_FAILURE: usize = 2;

fn trial(
    case: Case,
    engine: Engine,
    runtime: &Arc<Runtime>,
    browser: Option<&Arc<Browser>>,
    unsteady: &Unsteady,
) -> Trial {
    let name = case.name.replace('_', " ");
    let runtime = Arc::clone(runtime);
    let browser = browser.map(Arc::clone);
    let unsteady = Arc::clone(unsteady);
    let trial = Trial::test(name.clone(), move || {
        let browser = browser.ok_or("no browser was started for a list")?;
        let once = || {
            catch_unwind(AssertUnwindSafe(|| {
                let page = runtime.block_on(browser.fresh_page())?;
                runtime.block_on((case.play)(&page))
            }))
            .unwrap_or_else(|panic| Err(said(&*panic).into()))
        };
        let Err(first) = once() else { return Ok(()) };
        eprintln!("{name}: {first}; playing it again");
        for _ in 0..PASSES_AFTER_A_FAILURE {
            once().map_err(|again| Failed::from(format!("{again}\nand before that: {first}")))?;
        }
        unsteady.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{name}: {first}"));
        Ok(())
    });
    trial.with_kind(engine.name())
}

/// The words of a panic.
fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without words").to_owned()
}
