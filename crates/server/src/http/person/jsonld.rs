//! Records in the vocabulary of others: ISO/IEC TS 27560 in W3C DPV, as JSON-LD.
//!
//! What this is: the forms that [`assent_core::record::export`] makes, and the context that they name. The name is
//! relative, so the context is answered beside each address that names it; nothing is fetched from anybody else.

use std::sync::Arc;

use assent_core::record::{Bundle, Event, Record, export};
use axum::http::{HeaderMap, header};
use axum::response::Response;

use super::super::Answer;
use super::super::app::App;
use super::super::reply::{IMMUTABLE, typed};
use crate::problem::{Kind, Problem};
use crate::store::{Receipt, Site};

/// The media type of JSON-LD.
pub(super) const MEDIA_TYPE: &str = "application/ld+json";

/// The name of the form in `format`.
pub(super) const FORM: &str = "jsonld";

/// Which form is asked for: `format`, or without it JSON-LD if the header `accept` names it.
pub(super) fn form<'a>(format: &'a str, headers: &HeaderMap) -> &'a str {
    let accepts = || {
        let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
        accepted.flat_map(|value| value.split(',')).any(|range| {
            let media_type = range.split(';').next().unwrap_or_default();
            media_type.trim().eq_ignore_ascii_case(MEDIA_TYPE)
        })
    };
    if format.is_empty() && accepts() { FORM } else { format }
}

/// A receipt as JSON-LD: the record, with the bundle that proves it. `None` for what is no decision.
pub(super) async fn receipt(app: &App, site: &Site, receipt: &Receipt) -> Answer<Option<String>> {
    let bundle = Bundle {
        record: receipt.record.clone(),
        salt: receipt.salt,
        receipt: receipt.jws.clone(),
        proof: receipt.proof.clone(),
    };
    let record = Record::parse(&receipt.record).map_err(|_| Problem::new(Kind::Internal))?;
    let Event::Decision(decision) = &record.event else { return Ok(None) };
    let (_, policy) = app.policy(site, decision.answer.policy).await?;
    Ok(export::receipt(&record, &policy, &bundle))
}

/// A part of a history as JSON-LD. Where the next part begins stands in a header, since it is no part of the vocabulary.
pub(super) async fn history(
    app: &App,
    site: &Site,
    receipts: &[Receipt],
    next: Option<String>,
) -> Answer<Response> {
    let text = opening() + &graph(app, site, receipts).await? + CLOSING;
    let mut response = typed(MEDIA_TYPE, None, text);
    let link = next.map(|next| format!("</v1/me/consents?format={FORM}&cursor={next}>; rel=\"next\""));
    if let Some(link) = link.and_then(|link| link.parse().ok()) {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

/// What stands in `@graph`.
pub(super) async fn graph(app: &App, site: &Site, receipts: &[Receipt]) -> Answer<String> {
    let mut documents = Vec::new();
    for one in receipts {
        documents.extend(receipt(app, site, one).await?);
    }
    Ok(documents.join(","))
}

/// The beginning of a document with many of them, up to where the first one goes.
pub(super) fn opening() -> String {
    format!("{{\"@context\":\"{}\",\"@graph\":[", export::CONTEXT_NAME)
}

/// Its end.
pub(super) const CLOSING: &str = "]}";

/// The context that the documents name.
///
/// It is answered beside each address that names it, since the name is relative.
#[utoipa::path(
    get, path = "/v1/me/assent-27560-v1.context.jsonld", tag = "person",
    responses((status = 200, description = "It never changes", content_type = "application/ld+json"))
)]
pub(in super::super) async fn context() -> Response {
    typed(MEDIA_TYPE, Some(IMMUTABLE), export::CONTEXT)
}

/// The addresses of the context: beside the history and the export, beside a receipt, and for documents that were kept.
pub(in super::super) fn context_routes(routes: axum::Router<Arc<App>>) -> axum::Router<Arc<App>> {
    let name = export::CONTEXT_NAME;
    routes
        .route(&format!("/v1/me/consents/{{id}}/{name}"), axum::routing::get(context))
        .route(&format!("/{name}"), axum::routing::get(context))
}
