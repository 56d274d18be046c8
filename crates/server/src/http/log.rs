//! The log, as C2SP tlog-tiles has it, so that everybody's tools can read it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Answer;
use super::app::App;
use super::reply::{ASK_AGAIN, IMMUTABLE, typed};
use super::tile::{self, Resource};
use crate::problem::{self, Kind, Problem};
use crate::store::{LogHead, LogState, Place};

/// A log as it is listed.
#[derive(Serialize, ToSchema)]
#[schema(as = Log)]
pub(super) struct LogBody {
    /// Its name, which its checkpoints are signed under.
    origin: String,
    /// Where its checkpoint and tiles are, below this archive.
    path: String,
    /// How many leaves it has.
    size: u64,
    /// `open`, `closed`, or `dropped` after its retention.
    state: &'static str,
    /// The keys that have signed it, as verifier keys, the oldest first.
    keys: Vec<String>,
}

/// All logs, the oldest first. The last one grows.
#[derive(Serialize, ToSchema)]
#[schema(as = Logs)]
pub(super) struct LogsBody {
    /// The logs.
    logs: Vec<LogBody>,
}

/// All logs and their keys.
#[utoipa::path(get, path = "/v1/log", tag = "log", responses((status = 200, description = "The logs", body = LogsBody)))]
pub(super) async fn list(State(app): State<Arc<App>>) -> Answer<Json<LogsBody>> {
    let logs = app.archive.logs().await?;
    let logs = logs.into_iter().map(|log| LogBody {
        path: shard(&app, &log).map_or_else(|| "/log".into(), |shard| format!("/log/{shard}")),
        size: log.size,
        state: match log.state {
            LogState::Open => "open",
            LogState::Closed => "closed",
            LogState::Dropped => "dropped",
        },
        keys: log.verifiers,
        origin: log.origin,
    });
    Ok(Json(LogsBody { logs: logs.collect() }))
}

/// What a log's origin adds to the archive's.
fn shard<'a>(app: &App, log: &'a LogHead) -> Option<&'a str> {
    log.origin.strip_prefix(app.origin.as_str())?.strip_prefix('/')
}

/// A part of a log: `checkpoint`, `tile/…` or `tile/entries/…`, below `/log/` for the one that grows, or below
/// `/log/{shard}/`.
#[utoipa::path(
    get, path = "/log/{path}", tag = "log",
    params(("path" = String, Path, description = "As C2SP tlog-tiles has it")),
    responses(
        (status = 200, description = "Tiles never change; the checkpoint does", content_type = "application/octet-stream"),
        (status = 404, description = "The log does not have it, or not yet", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn read(State(app): State<Arc<App>>, Path(path): Path<String>) -> Answer<Response> {
    let (shard, resource) = tile::parse(&path).ok_or_else(|| Problem::new(Kind::NotFound))?;
    let origin = match shard {
        Some(shard) => format!("{}/{shard}", app.origin),
        None => {
            let last = app.archive.logs().await?.pop();
            last.ok_or_else(|| Problem::new(Kind::NotFound))?.origin
        }
    };
    let bytes = "application/octet-stream";
    Ok(match resource {
        Resource::Checkpoint => {
            let log = app.archive.log(&origin).await?;
            typed("text/plain; charset=utf-8", Some(ASK_AGAIN), log.checkpoint)
        }
        Resource::Tile { level, n, width } => {
            typed(bytes, Some(IMMUTABLE), app.archive.tile(&origin, level, n, width).await?)
        }
        Resource::Entries { n, width } => {
            typed(bytes, Some(IMMUTABLE), app.archive.entries(&origin, n, width).await?)
        }
    })
}

/// Which leaf.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Leaf {
    log: Option<String>,
    index: u64,
}

/// The proof of one leaf in the present checkpoint.
#[utoipa::path(
    get, path = "/v1/log/proof", tag = "log",
    params(
        ("index" = u64, Query, description = "The leaf's index"),
        ("log" = Option<String>, Query, description = "The log's origin; without it the one that grows"),
    ),
    responses(
        (status = 200, description = "A C2SP tlog-proof", content_type = "text/plain"),
        (status = "default", description = "What is wrong", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn proof(State(app): State<Arc<App>>, Query(leaf): Query<Leaf>) -> Answer<Response> {
    let log = match leaf.log {
        Some(log) => log,
        None => {
            let last = app.archive.logs().await?.pop();
            last.ok_or_else(|| Problem::new(Kind::NotFound))?.origin
        }
    };
    let proof = app.archive.proof(&Place { log, index: leaf.index }).await?;
    Ok(typed("text/plain; charset=utf-8", Some(ASK_AGAIN), proof))
}
