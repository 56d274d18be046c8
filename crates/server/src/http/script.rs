//! The SDK, as pages load it.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::Answer;
use super::app::App;
use crate::problem::{self, Kind, Problem};
use crate::sdk::Freshness;

/// The gate with the policy of the only site in it.
#[utoipa::path(
    get, path = "/assent.js", tag = "sdk",
    responses(
        (status = 200, description = "A classic script, the first of the page", content_type = "text/javascript"),
        (status = 404, description = "There are several sites, or no SDK", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn only(State(app): State<Arc<App>>, headers: HeaderMap) -> Answer<Response> {
    let name = app.only_site.clone().ok_or_else(|| Problem::new(Kind::NotFound))?;
    baked(&app, &name, &headers).await
}

/// A file of one site's SDK: the gate with its policy in it, and what it loads.
#[utoipa::path(
    get, path = "/sites/{site}/{file}", tag = "sdk",
    params(
        ("site" = String, Path, description = "The site's name"),
        ("file" = String, Path, description = "`assent.js`, and what it loads"),
    ),
    responses(
        (status = 200, description = "The file, compressed if the client takes that"),
        (status = 404, description = "There is none", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn of_site(
    State(app): State<Arc<App>>,
    Path((name, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> Answer<Response> {
    if file == "assent.js" {
        return baked(&app, &name, &headers).await;
    }
    app.site(&name).await?;
    serve(&app, &file, &headers, Freshness::AskAgain)
}

/// A file of the SDK under an address that changes with its content, so that it may be kept for ever.
#[utoipa::path(
    get, path = "/sdk/{version}/{file}", tag = "sdk",
    params(
        ("version" = String, Path, description = "The digest of the SDK's files"),
        ("file" = String, Path, description = "The file's name"),
    ),
    responses(
        (status = 200, description = "It never changes"),
        (status = 404, description = "There is none", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn immutable(
    State(app): State<Arc<App>>,
    Path((version, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> Answer<Response> {
    if version != app.sdk.version() {
        return Err(Problem::new(Kind::NotFound));
    }
    serve(&app, &file, &headers, Freshness::Immutable)
}

/// What the gate loads from beside itself.
pub(super) async fn beside(
    State(app): State<Arc<App>>,
    path: axum::http::Uri,
    headers: HeaderMap,
) -> Answer<Response> {
    serve(&app, path.path().trim_start_matches('/'), &headers, Freshness::AskAgain)
}

fn serve(app: &App, file: &str, headers: &HeaderMap, freshness: Freshness) -> Answer<Response> {
    let file = app.sdk.file(file).ok_or_else(|| Problem::new(Kind::NotFound))?;
    Ok(file.answer(headers, freshness))
}

async fn baked(app: &Arc<App>, name: &str, headers: &HeaderMap) -> Answer<Response> {
    let site = app.site(name).await?;
    let version = app.archive.present_policy(&site).await?;
    let shared = Arc::clone(app);
    // Compressing takes its time; the script is made once per policy.
    let script = tokio::task::spawn_blocking(move || shared.sdk.script(&version.digest, &version.document));
    let script = script.await.ok().flatten().ok_or_else(|| Problem::new(Kind::NotFound))?;
    Ok(script.answer(headers, Freshness::AskAgain))
}
