//! The site's copy of the Global Vendor List.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::Answer;
use super::app::App;
use crate::problem::{self, Kind, Problem};
use crate::sdk::Freshness;

/// The vendor list and its translations, as the site has fetched them from the IAB.
#[utoipa::path(
    get, path = "/sites/{site}/gvl/{file}", tag = "sdk",
    params(
        ("site" = String, Path, description = "The site's name"),
        ("file" = String, Path, description = "`vendor-list.json`, or `purposes-{lang}.json`"),
    ),
    responses(
        (status = 200, description = "The file, compressed if the client takes that", content_type = "application/json"),
        (status = "default", description = "What is wrong", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn file(
    State(app): State<Arc<App>>,
    Path((name, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> Answer<Response> {
    let lists = app.vendor_lists.get(&name).ok_or_else(|| Problem::new(Kind::NotFound))?;
    let lists = Arc::clone(lists);
    // It looks at the disk, and compresses after a change.
    let found = tokio::task::spawn_blocking(move || lists.file(&file)).await.ok().flatten();
    let found = found.ok_or_else(|| Problem::new(Kind::NotFound))?;
    Ok(found.answer(&headers, Freshness::AskAgain))
}
