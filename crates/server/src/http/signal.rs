//! What the site says about Global Privacy Control, at the address where browsers look for it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;

use super::Answer;
use super::app::App;
use crate::problem::{self, Kind, Problem};

/// The support resource of the Global Privacy Control specification.
#[derive(Serialize, ToSchema)]
#[schema(as = GpcSupport)]
pub(super) struct GpcBody {
    /// That the signal is honoured; how far, the law of the visitor's place and the policy say.
    gpc: bool,
    /// Since when this holds: the day on which the policy in force was published.
    #[serde(rename = "lastUpdate")]
    #[schema(format = Date)]
    last_update: String,
}

/// Whether Global Privacy Control is honoured at the only site.
#[utoipa::path(
    get, path = "/.well-known/gpc.json", tag = "records",
    responses(
        (status = 200, description = "The support resource of Global Privacy Control", body = GpcBody),
        (status = 404, description = "There are several sites", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn only(State(app): State<Arc<App>>) -> Answer<Json<GpcBody>> {
    let name = app.only_site.clone().ok_or_else(|| Problem::new(Kind::NotFound))?;
    support(&app, &name).await
}

/// Whether Global Privacy Control is honoured at a site, for a proxy to serve at its `/.well-known/gpc.json`.
#[utoipa::path(
    get, path = "/v1/sites/{site}/gpc.json", tag = "records",
    params(("site" = String, Path, description = "The site's name")),
    responses(
        (status = 200, description = "The support resource of Global Privacy Control", body = GpcBody),
        (status = "default", description = "What is wrong", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn of_site(State(app): State<Arc<App>>, Path(name): Path<String>) -> Answer<Json<GpcBody>> {
    support(&app, &name).await
}

async fn support(app: &App, name: &str) -> Answer<Json<GpcBody>> {
    let site = app.site(name).await?;
    let published = app.archive.present_policy(&site).await?.published_at.text();
    // A policy can widen where the signal counts and cannot narrow it: it is honoured wherever the law says so.
    let last_update = published.split('T').next().unwrap_or_default().to_owned();
    Ok(Json(GpcBody { gpc: true, last_update }))
}
