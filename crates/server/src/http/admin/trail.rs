//! What was done, and what is to be done.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::super::Answer;
use super::super::app::App;
use super::super::person::Page;
use super::super::reply::{ErasureBody, PlaceBody};
use super::holder::Auditor;
use crate::problem;
use crate::store::Cursor;

/// How many entries one answer holds at most.
const MOST: usize = 100;

/// An entry of the audit trail.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub(in super::super) struct EntryBody {
    /// Which leaf it is.
    place: PlaceBody,
    /// Who did what to what, and when.
    #[schema(value_type = Object)]
    entry: Box<RawValue>,
}

/// A part of the audit trail.
#[derive(Serialize, ToSchema)]
#[schema(as = Audit)]
pub(in super::super) struct TrailBody {
    /// The newest first.
    entries: Vec<EntryBody>,
    /// To be given as `cursor` for what came before; missing at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// The audit trail, the newest first. Each entry is a leaf of the log.
#[utoipa::path(
    get, path = "/v1/admin/audit", tag = "admin", security(("token" = [])),
    params(("cursor" = Option<String>, Query, description = "From a previous answer")),
    responses(
        (status = 200, description = "A part of it", body = TrailBody),
        (status = "default", description = "What is wrong", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(in super::super) async fn audit(
    State(app): State<Arc<App>>,
    _: Auditor,
    Query(page): Query<Page>,
) -> Answer<Json<TrailBody>> {
    let (entries, next) = app.archive.audit(page.cursor()?, MOST).await?;
    let body = |entry: crate::store::AuditEntry| {
        Some(EntryBody {
            place: PlaceBody::of(&entry.place),
            entry: RawValue::from_string(entry.entry).ok()?,
        })
    };
    Ok(Json(TrailBody {
        entries: entries.into_iter().filter_map(body).collect(),
        next: next.map(Cursor::text),
    }))
}

/// Erasures that wait.
#[derive(Serialize, ToSchema)]
#[schema(as = Erasures)]
pub(in super::super) struct ErasuresBody {
    /// The soonest first.
    erasures: Vec<ErasureBody>,
}

/// Erasures that wait, the soonest first.
#[utoipa::path(
    get, path = "/v1/admin/erasures", tag = "admin", security(("token" = [])),
    responses(
        (status = 200, description = "The erasures", body = ErasuresBody),
        (status = "default", description = "What is wrong", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(in super::super) async fn erasures(
    State(app): State<Arc<App>>,
    _: Auditor,
) -> Answer<Json<ErasuresBody>> {
    let erasures = app.archive.erasures(MOST).await?;
    Ok(Json(ErasuresBody { erasures: erasures.iter().map(ErasureBody::of).collect() }))
}
