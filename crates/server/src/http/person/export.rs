//! Everything about a person, to be taken along.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use bytes::Bytes;
use http_body_util::channel::{Channel, Sender};
use serde_json::json;

use super::super::Answer;
use super::super::app::App;
use super::super::reply::{ReceiptBody, typed};
use super::{Form, MOST, Person, jsonld};
use crate::problem::{self, Kind, Problem};
use crate::store::{Cursor, History, Receipt};

/// All of it, as lines of JSON.
///
/// The first line says what it is and names the keys of the logs; then come the policies that were answered, and the
/// records, the newest first, each with its proof. It can be checked without asking anybody: `assent verify FILE`.
/// As JSON-LD it is one document of TS 27560 receipts for other programs.
#[utoipa::path(
    get, path = "/v1/me/export", tag = "person", security(("subject" = [])),
    params(("format" = Option<String>, Query,
        description = "`ndjson` (as it is without), or `jsonld` (as with `accept: application/ld+json`)")),
    responses(
        (status = 200, description = "The bundle", content_type = "application/x-ndjson"),
        (status = 404, description = "Unknown, or not allowed", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(in super::super) async fn export(
    State(app): State<Arc<App>>,
    person: Person,
    headers: HeaderMap,
    Query(form): Query<Form>,
) -> Answer<Response> {
    let is_linked = match jsonld::form(&form.format, &headers) {
        "" | "ndjson" => false,
        jsonld::FORM => true,
        _ => return Err(Problem::new(Kind::BadParameter).detail("format: ndjson or jsonld")),
    };
    // The first part before anything is answered, so that a stranger gets the stranger's answer.
    let first = app.archive.history(&person.bearer, None, MOST).await?;
    let logs = app.archive.logs().await?;
    let logs: Vec<_> = logs.iter().map(|log| json!({"origin": log.origin, "keys": log.verifiers})).collect();
    let head = json!({
        "type": "assent-export", "version": 1, "site": person.site.name, "logs": logs,
        "exported_at": app.clock.now().text(),
    });
    let mut lines = vec![head.to_string()];
    for policy in app.archive.policies(&person.site).await? {
        let policy = json!({
            "type": "policy", "digest": policy.digest.text(), "document": policy.document,
        });
        lines.push(policy.to_string());
    }
    let (sender, body) = Channel::<Bytes, Problem>::new(4);
    let (media_type, name) = if is_linked {
        tokio::spawn(send_linked(app, person, sender, first));
        (jsonld::MEDIA_TYPE, "attachment; filename=\"assent-export.jsonld\"")
    } else {
        tokio::spawn(send(app, person, sender, lines, first));
        ("application/x-ndjson", "attachment; filename=\"assent-export.ndjson\"")
    };
    let mut response = typed(media_type, None, Body::new(body));
    let name = HeaderValue::from_static(name);
    response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

/// Sends part after part; a failure cuts the answer off, so that half a bundle is not taken for a whole one.
async fn send(
    app: Arc<App>,
    person: Person,
    mut sender: Sender<Bytes, Problem>,
    mut lines: Vec<String>,
    first: History,
) {
    let mut part = first;
    loop {
        lines.extend(part.receipts.iter().map(line));
        let text: String = lines.drain(..).flat_map(|line| [line, "\n".into()]).collect();
        if sender.send_data(text.into()).await.is_err() {
            return;
        }
        let Some(next) = part.next else { return };
        part = match more(&app, &person, next).await {
            Ok(part) => part,
            Err(problem) => return sender.abort(problem),
        };
    }
}

/// The same as one document of JSON-LD. Cut off, it is no JSON either.
async fn send_linked(app: Arc<App>, person: Person, mut sender: Sender<Bytes, Problem>, first: History) {
    let mut part = first;
    let mut text = jsonld::opening();
    let mut is_first = true;
    loop {
        match jsonld::graph(&app, &person.site, &part.receipts).await {
            Ok(documents) if documents.is_empty() => {}
            Ok(documents) => {
                text += if std::mem::take(&mut is_first) { "" } else { "," };
                text += &documents;
            }
            Err(problem) => return sender.abort(problem),
        }
        if part.next.is_none() {
            text += jsonld::CLOSING;
        }
        if sender.send_data(std::mem::take(&mut text).into()).await.is_err() {
            return;
        }
        let Some(next) = part.next else { return };
        part = match more(&app, &person, next).await {
            Ok(part) => part,
            Err(problem) => return sender.abort(problem),
        };
    }
}

async fn more(app: &App, person: &Person, next: Cursor) -> Answer<History> {
    Ok(app.archive.history(&person.bearer, Some(next), MOST).await?)
}

fn line(receipt: &Receipt) -> String {
    let mut value = serde_json::to_value(ReceiptBody::of(receipt)).unwrap_or_default();
    if let Some(members) = value.as_object_mut() {
        members.insert("type".into(), "receipt".into());
    }
    value.to_string()
}
