//! What is asked at a site, and what holds where the visitor is.

use std::sync::Arc;

use assent_core::jurisdiction::{Regime, honours_gpc};
use assent_core::record::Digest;
use axum::Extension;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Answer;
use super::app::App;
use super::front::Peer;
use super::reply::{IMMUTABLE, typed};
use crate::problem::{self, Kind, Problem};
use crate::region::PolicyToken;

const DAY: u64 = 86_400;

/// Where the visitor is, and what follows from it.
#[derive(Serialize, ToSchema)]
#[schema(as = Region)]
pub(super) struct RegionBody {
    /// ISO 3166-1 alpha-2; missing where nobody who is trusted says so, and no database knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    /// ISO 3166-2 with its country, as `US-CA`.
    #[serde(skip_serializing_if = "Option::is_none")]
    subdivision: Option<String>,
    /// `opt_in`, `opt_out` or `notice`; where the place is unknown, the strictest.
    regime: &'static str,
    /// Whether Global Privacy Control is a refusal here today.
    gpc: bool,
    /// The digest of the policy: the one in force, or the one that was asked for.
    policy: String,
    /// Its number at this site.
    policy_version: u32,
    /// To be sent along with the choice: it proves which policy was handed out for which place.
    policy_token: String,
    /// Until when the token is good.
    #[schema(format = DateTime)]
    expires_at: String,
}

/// Which policy the answer is to be about.
#[derive(Deserialize)]
pub(super) struct Asked {
    policy: Option<String>,
}

/// Where the visitor is, and which policy is in force.
///
/// With `policy` the answer is about that one, be it in force or not: a choice that waited in an outbox was made under the
/// policy that was shown then, and is recorded under it.
#[utoipa::path(
    get, path = "/v1/sites/{site}/region", tag = "records",
    params(
        ("site" = String, Path, description = "The site's name"),
        ("policy" = Option<String>, Query, description = "The digest of a policy that the site has published"),
    ),
    responses(
        (status = 200, description = "Not to be cached", body = RegionBody),
        (status = "default", description = "What is wrong", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn region(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    Extension(Peer(peer)): Extension<Peer>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Answer<Json<RegionBody>> {
    let site = app.site(&name).await?;
    let (version, policy) = match asked.policy {
        Some(digest) => {
            let wrong = || Problem::new(Kind::BadParameter).detail("policy: not the digest of a policy");
            app.policy(&site, Digest::parse(&digest).ok_or_else(wrong)?).await?
        }
        None => app.present(&site).await?,
    };
    let region = app.region.region(peer, &headers, &app.countries);
    let now = app.clock.now();
    let regime = match policy.rules.regime(&region) {
        Regime::OptIn => "opt_in",
        Regime::OptOut => "opt_out",
        Regime::Notice => "notice",
    };
    let today = u32::try_from(now.seconds() / DAY).unwrap_or(u32::MAX);
    let gpc = policy.rules.gpc_refuses() || honours_gpc(&region, today);
    let valid = u64::try_from(app.region.token.as_millis()).unwrap_or(u64::MAX);
    let token = PolicyToken { region, expires_at: now.plus(valid) };
    let policy_token = app.tokens.make(&site.name, &version.digest, &token);
    let (country, has_part) =
        token.region.split_once('-').map_or((token.region.as_str(), false), |(country, _)| (country, true));
    Ok(Json(RegionBody {
        country: Some(country.to_string()).filter(|country| !country.is_empty()),
        subdivision: has_part.then(|| token.region.clone()),
        regime,
        gpc,
        policy: version.digest.text(),
        policy_version: version.version,
        policy_token,
        expires_at: token.expires_at.text(),
    }))
}

/// A published policy, byte for byte.
#[utoipa::path(
    get, path = "/v1/sites/{site}/policy/{file}", tag = "records",
    params(
        ("site" = String, Path, description = "The site's name"),
        ("file" = String, Path, description = "The policy's digest and `.json`"),
    ),
    responses(
        (status = 200, description = "It never changes", content_type = "application/json"),
        (status = "default", description = "What is wrong", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn document(
    State(app): State<Arc<App>>,
    Path((name, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> Answer<Response> {
    let site = app.site(&name).await?;
    let digest = file.strip_suffix(".json").and_then(Digest::parse);
    let digest = digest.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let etag = format!("\"{}\"", digest.text());
    let is_known =
        headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes());
    let version = app.archive.policy(&site, digest).await?;
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        typed("application/json", None, version.document)
    };
    response.headers_mut().insert(header::CACHE_CONTROL, IMMUTABLE);
    if let Ok(etag) = etag.parse() {
        response.headers_mut().insert(header::ETAG, etag);
    }
    Ok(response)
}
