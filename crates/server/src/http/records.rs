//! What visitors and sites send.

use std::sync::Arc;

use assent_core::record::{Fault, Submission};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};

use super::Answer;
use super::admin::holder;
use super::app::App;
use super::body::Text;
use super::cors;
use super::reply::ReceiptBody;
use crate::problem::{self, Kind, Problem};
use crate::store::{Scope, Seen, Site, Trust};

/// The header that may name the record once more.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Record a choice.
///
/// When this answers, the choice is durable, in the log, and proved. The same body again gets the same answer.
/// A page sends it with an `Origin` of the site's and the policy token of `region`; the site's own server sends it with a
/// token of the scope `backend` instead.
#[utoipa::path(
    post, path = "/v1/sites/{site}/consents", tag = "records",
    params(("site" = String, Path, description = "The site's name")),
    request_body(content = String, content_type = "application/json",
        description = "A submission, as docs/record-format.md describes it; also taken as text/plain"),
    responses(
        (status = 201, description = "It is recorded", body = ReceiptBody),
        (status = 200, description = "It had been recorded before", body = ReceiptBody),
        (status = 410, description = "The person or the record was erased: forget it, and do not send it again", body = problem::Body, content_type = "application/problem+json"),
        (status = "default", description = "What is wrong", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn create(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    Text(text): Text,
) -> Answer<(StatusCode, Json<ReceiptBody>)> {
    let site = app.site(&name).await?;
    let trust = trust(&app, &headers, &site).await?;
    let submission = Submission::parse(&text).map_err(|fault| bad_body(&fault))?;
    if let Some(key) = headers.get(IDEMPOTENCY_KEY)
        && key.as_bytes() != submission.id.text().as_bytes()
    {
        return Err(
            Problem::new(Kind::BadBody).detail("the header idempotency-key is not the id in the body")
        );
    }
    let region = region(&app, &site, &submission, trust)?;
    app.rates.site(site.number)?;
    let receipt = app.archive.record(&site, submission, Seen { trust, region }).await?;
    let status = if receipt.again { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(ReceiptBody::of(&receipt))))
}

/// Who sends. A browser always says from which page; without a page it takes a token.
async fn trust(app: &App, headers: &HeaderMap, site: &Site) -> Answer<Trust> {
    if cors::origin(headers).is_some() {
        cors::check(headers, site)?;
        return Ok(Trust::Browser);
    }
    let Ok(holder) = holder::of(app, headers).await else {
        return Err(
            Problem::new(Kind::OriginNotAllowed).detail("there is no origin, and no token of a server")
        );
    };
    holder.may(&[Scope::Backend], Some(site.number))?;
    Ok(Trust::Backend)
}

/// Where the visitor was taken to be when the policy was handed out. A site's own server needs no token for that.
fn region(app: &App, site: &Site, submission: &Submission, trust: Trust) -> Answer<Option<String>> {
    let checked = submission.policy_token.as_deref().map(|token| {
        let token = app.tokens.check(&site.name, &submission.answer.policy, token, app.clock.now());
        token.ok_or_else(|| Problem::new(Kind::PolicyToken))
    });
    match (checked.transpose()?, trust) {
        (Some(token), _) => Ok(Some(token.region).filter(|region| !region.is_empty())),
        (None, Trust::Backend) => Ok(None),
        (None, Trust::Browser | Trust::Import) => Err(Problem::new(Kind::PolicyToken)),
    }
}

/// What is wrong with a body. A fault repeats only names that look like ours.
pub(super) fn bad_body(fault: &Fault) -> Problem {
    let place = if fault.path.is_empty() { "the body" } else { &fault.path };
    Problem::new(Kind::BadBody).detail(format!("{place}: {}", fault.what.message()))
}
