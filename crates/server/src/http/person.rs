//! What a person may see, take along, withdraw and have erased.
//!
//! Who shows the right token is the person; there is no account. Every other request gets one answer, whether the subject
//! is unknown, the token wrong or the header malformed, so that nobody learns who has been here.

mod export;
mod jsonld;
mod notices;

use std::sync::Arc;

use assent_core::record::Uuid;
use axum::Json;
use axum::extract::{FromRequestParts, Path, Query, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64ct::{Base64UrlUnpadded, Encoding};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Answer;
use super::app::App;
use super::body::{self, Text};
use super::cors;
use super::reply::{ErasureBody, ReceiptBody, typed};
use crate::problem::{self, Kind, Problem};
use crate::store::{Bearer, Cursor, Site};

pub(super) use export::{__path_export, export};
pub(super) use jsonld::{__path_context, context, context_routes};
pub(super) use notices::{__path_notices, notices};

/// How many records one answer holds at most.
const MOST: usize = 50;

/// A person and the site at which they chose, by `Authorization: Subject SITE.ID.TOKEN`.
pub(super) struct Person {
    site: Site,
    bearer: Bearer,
}

impl FromRequestParts<Arc<App>> for Person {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Person, Problem> {
        person(app, &parts.headers).await
    }
}

async fn person(app: &App, headers: &HeaderMap) -> Answer<Person> {
    let nobody = || Problem::new(Kind::NotFound);
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let shown = shown.and_then(|value| value.strip_prefix("Subject ")).ok_or_else(nobody)?;
    let mut parts = shown.split('.');
    let mut next = || parts.next().unwrap_or_default();
    let (name, subject, token) = (next(), bytes(next()), bytes(next()));
    let (Some(subject), Some(token), None) = (subject, token, parts.next()) else { return Err(nobody()) };
    let site = app.site(name).await?;
    cors::check(headers, &site)?;
    let bearer = Bearer { site: site.number, subject, token };
    Ok(Person { site, bearer })
}

fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    Base64UrlUnpadded::decode_vec(text).ok()?.try_into().ok()
}

/// Where a part begins.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    cursor: Option<String>,
}

/// Where a part of a history begins, and in which form it is wanted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    cursor: Option<String>,
    #[serde(default)]
    format: String,
}

impl Page {
    pub(super) fn cursor(&self) -> Answer<Option<Cursor>> {
        let parse = |text: &String| {
            Cursor::parse(text)
                .ok_or_else(|| Problem::new(Kind::BadParameter).detail("cursor: not one of ours"))
        };
        self.cursor.as_ref().map(parse).transpose()
    }
}

/// Part of a history.
#[derive(Serialize, ToSchema)]
#[schema(as = History)]
pub(super) struct HistoryBody {
    /// The records, the newest first.
    records: Vec<ReceiptBody>,
    /// To be given as `cursor` for what came before; missing at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// The person's history, the newest first.
#[utoipa::path(
    get, path = "/v1/me/consents", tag = "person", security(("subject" = [])),
    params(
        ("cursor" = Option<String>, Query, description = "From a previous answer"),
        ("format" = Option<String>, Query,
            description = "`json` (as it is without), or `jsonld` (as with `accept: application/ld+json`): decisions as \
                TS 27560 receipts in `@graph`; the next part is then named by the header `link`"),
    ),
    responses(
        (status = 200, description = "A part of it", body = HistoryBody),
        (status = 404, description = "Unknown, or not allowed", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn history(
    State(app): State<Arc<App>>,
    person: Person,
    headers: HeaderMap,
    Query(part): Query<Part>,
) -> Answer<Response> {
    let Part { cursor, format } = part;
    let is_linked = match jsonld::form(&format, &headers) {
        "" | "json" => false,
        jsonld::FORM => true,
        _ => return Err(Problem::new(Kind::BadParameter).detail("format: json or jsonld")),
    };
    let history = app.archive.history(&person.bearer, Page { cursor }.cursor()?, MOST).await?;
    let next = history.next.map(Cursor::text);
    if is_linked {
        return jsonld::history(&app, &person.site, &history.receipts, next).await;
    }
    let records = history.receipts.iter().map(ReceiptBody::of).collect();
    Ok(Json(HistoryBody { records, next }).into_response())
}

/// In which form a receipt is wanted.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct Form {
    #[serde(default)]
    format: String,
}

/// One receipt: all of it, or its promise or its proof alone.
#[utoipa::path(
    get, path = "/v1/me/consents/{id}/receipt", tag = "person", security(("subject" = [])),
    params(
        ("id" = String, Path, description = "The record's name"),
        ("format" = Option<String>, Query, description = "`json` (as it is without), `jws`, `proof`, or `jsonld` (as with `accept: application/ld+json`): a TS 27560 receipt"),
    ),
    responses(
        (status = 200, description = "The receipt", body = ReceiptBody),
        (status = 404, description = "Unknown, or not allowed", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn receipt(
    State(app): State<Arc<App>>,
    person: Person,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(form): Query<Form>,
) -> Answer<Response> {
    let id = Uuid::parse(&id).ok_or_else(|| Problem::new(Kind::NotFound))?;
    let receipt = app.archive.receipt(&person.bearer, id).await?;
    Ok(match jsonld::form(&form.format, &headers) {
        jsonld::FORM => {
            let document = jsonld::receipt(&app, &person.site, &receipt).await?;
            typed(jsonld::MEDIA_TYPE, None, document.ok_or_else(|| Problem::new(Kind::NotFound))?)
        }
        "" | "json" => Json(ReceiptBody::of(&receipt)).into_response(),
        "jws" => typed("application/jose", None, receipt.jws),
        "proof" => typed("text/plain; charset=utf-8", None, receipt.proof),
        _ => return Err(Problem::new(Kind::BadParameter).detail("format: json, jsonld, jws or proof")),
    })
}

/// A withdrawal's name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Withdrawal)]
pub(super) struct WithdrawalBody {
    /// A UUID of version 7, drawn by the sender: the same again is the same withdrawal.
    id: String,
}

/// Withdraw everything.
///
/// One call, as easy as the consent was: a new record says no to each purpose and vendor. Without a body the archive draws
/// the record's name itself.
#[utoipa::path(
    post, path = "/v1/me/withdraw", tag = "person", security(("subject" = [])),
    request_body(content = WithdrawalBody, description = "May be left out"),
    responses(
        (status = 201, description = "It is withdrawn", body = ReceiptBody),
        (status = 200, description = "It had been withdrawn before", body = ReceiptBody),
        (status = 404, description = "Unknown, or not allowed", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn withdraw(
    State(app): State<Arc<App>>,
    person: Person,
    request: Request,
) -> Answer<Response> {
    use axum::extract::FromRequest;
    use http_body::Body;

    let id = if request.body().is_end_stream() {
        app.draw_id()?
    } else {
        let Text(text) = Text::from_request(request, &app).await?;
        let withdrawal: WithdrawalBody = body::parse(&text)?;
        let wrong = || Problem::new(Kind::BadBody).detail("id: not a UUID of version 7");
        Uuid::parse(&withdrawal.id).ok_or_else(wrong)?
    };
    let receipt = app.archive.withdraw(&person.bearer, id).await?;
    let status = if receipt.again { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(ReceiptBody::of(&receipt))).into_response())
}

/// Erase everything about the person.
#[utoipa::path(
    delete, path = "/v1/me", tag = "person", security(("subject" = [])),
    responses(
        (status = 202, description = "It will be done, or has been", body = ErasureBody),
        (status = 404, description = "Unknown, or not allowed", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn erase(
    State(app): State<Arc<App>>,
    person: Person,
) -> Answer<(StatusCode, Json<ErasureBody>)> {
    let erasure = app.archive.erase(&person.bearer).await?;
    Ok((StatusCode::ACCEPTED, Json(ErasureBody::of(&erasure))))
}

/// What became of an erasure.
#[utoipa::path(
    get, path = "/v1/erasures/{id}", tag = "person",
    params(("id" = String, Path, description = "The erasure's name, which nobody else can guess")),
    responses(
        (status = 200, description = "Where it stands", body = ErasureBody),
        (status = 404, description = "Unknown", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn erasure(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Answer<Json<ErasureBody>> {
    let id = Uuid::parse(&id).ok_or_else(|| Problem::new(Kind::NotFound))?;
    Ok(Json(ErasureBody::of(&app.archive.erasure(id).await?)))
}
