//! Waiting for something to become so, without guessing how long it takes.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::Failure;

/// Longer than anything takes on a busy machine with two cores.
const LIMIT: Duration = Duration::from_secs(12);

/// Asks again and again until the answer is yes.
///
/// # Errors
/// It never became so; the message says what was awaited and, if the question failed, how.
pub async fn eventually<F>(what: &str, mut ask: F) -> Result<(), Failure>
where
    F: AsyncFnMut() -> Result<bool, Failure>,
{
    let end = Instant::now() + LIMIT;
    loop {
        let answer = ask().await;
        if matches!(answer, Ok(true)) {
            return Ok(());
        }
        if Instant::now() > end {
            let detail = answer.err().map(|error| format!(" ({error})")).unwrap_or_default();
            return Err(format!("never came true: {what}{detail}").into());
        }
        sleep(Duration::from_millis(40)).await;
    }
}
