//! What was sent along.

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use std::sync::Arc;

use super::app::App;
use crate::problem::{Kind, Problem};

/// The largest policy that is taken, in bytes.
const MOST_POLICY_BYTES: usize = 256 * 1024;

/// A body of JSON, also under the name of plain text: that may cross origins without a question first, which a page that
/// is being closed has no time for.
pub(super) struct Text(pub(super) String);

/// A body of JSON from the house, where a policy may be long.
pub(super) struct LongText(pub(super) String);

/// The fields of a form of the admin pages, where a policy may be among them. In a form each byte may take three.
pub(super) struct FormText(pub(super) String);

impl FromRequest<Arc<App>> for FormText {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<FormText, Problem> {
        if !is_of(request.headers(), &["application/x-www-form-urlencoded"]) {
            return Err(
                Problem::new(Kind::MediaType).detail("here it must be application/x-www-form-urlencoded")
            );
        }
        read(request, app, 3 * MOST_POLICY_BYTES).await.map(FormText)
    }
}

impl FromRequest<Arc<App>> for Text {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Text, Problem> {
        if !is_of(request.headers(), &["application/json", "text/plain"]) {
            return Err(Problem::new(Kind::MediaType));
        }
        read(request, app, app.limits.body_bytes).await.map(Text)
    }
}

impl FromRequest<Arc<App>> for LongText {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<LongText, Problem> {
        if !is_of(request.headers(), &["application/json"]) {
            return Err(Problem::new(Kind::MediaType).detail("here it must be application/json"));
        }
        read(request, app, MOST_POLICY_BYTES).await.map(LongText)
    }
}

/// Whether the body is of one of these media types. Parameters do not count: it is read as UTF-8 in any case.
fn is_of(headers: &HeaderMap, types: &[&str]) -> bool {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let given = given.split(';').next().unwrap_or_default().trim();
    types.iter().any(|known| known.eq_ignore_ascii_case(given))
}

async fn read(request: Request, app: &App, most: usize) -> Result<String, Problem> {
    let said =
        request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if said.is_some_and(|length: usize| length > most) {
        return Err(Problem::new(Kind::TooLarge));
    }
    let collected = Limited::new(request.into_body(), most).collect();
    let collected = tokio::time::timeout(app.limits.body, collected).await;
    let bytes = match collected.map_err(|_| Problem::new(Kind::Timeout))? {
        Ok(collected) => collected.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => return Err(Problem::new(Kind::TooLarge)),
        Err(_) => return Err(Problem::new(Kind::BadRequest).detail("the body ended before its end")),
    };
    String::from_utf8(bytes.into()).map_err(|_| Problem::new(Kind::BadBody).detail("not UTF-8"))
}

/// Reads a body of the house. What is wrong is told by its place alone, since the reader's words repeat what was sent.
pub(super) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    serde_json::from_str(text).map_err(|error| {
        let what =
            if error.is_data() { "a member is missing, unknown or of another type" } else { "not JSON" };
        Problem::new(Kind::BadBody).detail(format!(
            "{what}, at line {} column {}",
            error.line(),
            error.column()
        ))
    })
}
