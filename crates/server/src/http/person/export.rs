//! Everything about a person, to be taken along.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use bytes::Bytes;
use http_body_util::channel::{Channel, Sender};
use serde_json::json;

use super::super::Answer;
use super::super::app::App;
use super::super::reply::{ReceiptBody, typed};
use super::{MOST, Person};
use crate::problem::{self, Problem};
use crate::store::{Cursor, History, Receipt};

/// All of it, as lines of JSON.
///
/// The first line says what it is and names the keys of the logs; then come the policies that were answered, and the
/// records, the newest first, each with its proof. It can be checked without asking anybody: `assent verify FILE`.
#[utoipa::path(
    get, path = "/v1/me/export", tag = "person", security(("subject" = [])),
    responses(
        (status = 200, description = "The bundle", content_type = "application/x-ndjson"),
        (status = 404, description = "Unknown, or not allowed", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(in super::super) async fn export(State(app): State<Arc<App>>, person: Person) -> Answer<Response> {
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
    tokio::spawn(send(app, person, sender, lines, first));
    let mut response = typed("application/x-ndjson", None, Body::new(body));
    let name = HeaderValue::from_static("attachment; filename=\"assent-export.ndjson\"");
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
