//! Tokens of the house.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::Answer;
use super::super::app::App;
use super::super::body::{self, LongText};
use super::holder::{Admin, Auditor};
use crate::problem::{self, Kind, Problem};
use crate::store::{Scope, Token};

/// Ten years: longer is a slip of the pen.
const MOST_DAYS: u32 = 3653;

/// A token as it is listed.
#[derive(Serialize, ToSchema)]
#[schema(as = Token)]
pub(in super::super) struct TokenBody {
    /// What its holder is called in the audit trail.
    name: String,
    /// `admin`, `auditor`, `marketer` or `backend`.
    scope: &'static str,
    /// Since when.
    #[schema(format = DateTime)]
    created_at: String,
    /// Until when.
    #[schema(format = DateTime)]
    expires_at: String,
    /// When it was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    revoked_at: Option<String>,
    /// The token itself: shown once, when it is made, and kept nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

/// All tokens.
#[derive(Serialize, ToSchema)]
#[schema(as = Tokens)]
pub(in super::super) struct TokensBody {
    /// The tokens.
    tokens: Vec<TokenBody>,
}

/// A token that is wanted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TokenRequest)]
pub(in super::super) struct TokenRequest {
    /// What its holder is to be called.
    pub(in super::super) name: String,
    /// `admin`, `auditor`, `marketer` or `backend`.
    pub(in super::super) scope: String,
    /// The one site that it is for; without it, all of them.
    pub(in super::super) site: Option<String>,
    /// For how many days.
    pub(in super::super) days: u32,
}

impl TokenBody {
    fn of(token: Token, text: Option<String>) -> TokenBody {
        TokenBody {
            name: token.name,
            scope: token.scope.name(),
            created_at: token.created_at.text(),
            expires_at: token.expires_at.text(),
            revoked_at: token.revoked_at.map(|at| at.text()),
            token: text,
        }
    }
}

/// All tokens.
#[utoipa::path(
    get, path = "/v1/admin/tokens", tag = "admin", security(("token" = [])),
    responses(
        (status = 200, description = "The tokens", body = TokensBody),
        (status = "default", description = "What is wrong", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(in super::super) async fn list(State(app): State<Arc<App>>, _: Auditor) -> Answer<Json<TokensBody>> {
    let tokens = app.archive.tokens().await?;
    Ok(Json(TokensBody { tokens: tokens.into_iter().map(|token| TokenBody::of(token, None)).collect() }))
}

/// Make a token.
#[utoipa::path(
    post, path = "/v1/admin/tokens", tag = "admin", security(("token" = [])),
    request_body(content = TokenRequest),
    responses(
        (status = 201, description = "The token, shown this once", body = TokenBody),
        (status = "default", description = "What is wrong", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(in super::super) async fn create(
    State(app): State<Arc<App>>,
    admin: Admin,
    LongText(text): LongText,
) -> Answer<(StatusCode, Json<TokenBody>)> {
    let (token, text) = make(&app, admin.name(), body::parse(&text)?).await?;
    Ok((StatusCode::CREATED, Json(TokenBody::of(token, Some(text)))))
}

/// Makes a token. Its text is returned this once.
pub(in super::super) async fn make(app: &App, actor: &str, wanted: TokenRequest) -> Answer<(Token, String)> {
    let bad = |what: &str| Problem::new(Kind::BadBody).detail(what);
    let scope =
        Scope::from_name(&wanted.scope).ok_or_else(|| bad("scope: admin, auditor, marketer or backend"))?;
    if !(1..=MOST_DAYS).contains(&wanted.days) {
        return Err(bad("days: 1 to 3653"));
    }
    if !assent_core::rules::check::is(assent_core::rules::check::Kind::Id, &wanted.name) {
        return Err(bad("name: 1 to 32 of a-z, 0-9, - and _"));
    }
    let site = match &wanted.site {
        Some(name) => Some(app.site(name).await?),
        None => None,
    };
    Ok(app.archive.make_token(actor, &wanted.name, scope, site.as_ref(), wanted.days).await?)
}

/// Take a token back.
#[utoipa::path(
    delete, path = "/v1/admin/tokens/{name}", tag = "admin", security(("token" = [])),
    params(("name" = String, Path, description = "The token's name")),
    responses(
        (status = 204, description = "It opens nothing any more"),
        (status = "default", description = "What is wrong", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(in super::super) async fn revoke(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path(name): Path<String>,
) -> Answer<StatusCode> {
    app.archive.revoke_token(admin.name(), &name).await?;
    Ok(StatusCode::NO_CONTENT)
}
