//! Who shows a token of the house.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::super::Answer;
use super::super::app::App;
use crate::problem::{Kind, Problem};
use crate::store::{Error, Scope, Token};

/// The holder of a valid token.
pub(in super::super) struct Holder(Token);

/// A holder whose token opens everything of the house.
pub(in super::super) struct Admin(Holder);

/// A holder whose token opens everything that can be read.
pub(in super::super) struct Auditor;

/// The holder of the token in a header.
pub(in super::super) async fn of(app: &App, headers: &HeaderMap) -> Answer<Holder> {
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let shown = shown.and_then(|value| value.strip_prefix("Bearer "));
    let shown = shown.filter(|token| token.len() <= 256).ok_or_else(|| Problem::new(Kind::Unauthorized))?;
    match app.archive.token(shown).await {
        Ok(token) => Ok(Holder(token)),
        Err(Error::NotFound) => Err(Problem::new(Kind::Unauthorized)),
        Err(error) => Err(error.into()),
    }
}

impl Holder {
    /// Whether the token opens a door for one of these scopes, of one site or of all.
    ///
    /// # Errors
    /// It opens other doors.
    pub(in super::super) fn may(&self, scopes: &[Scope], site: Option<i64>) -> Answer<()> {
        self.is_one_of(scopes)?;
        let is_site = self.0.site.is_none() || self.0.site == site;
        if is_site { Ok(()) } else { Err(Problem::new(Kind::Forbidden)) }
    }

    /// Whether the token has one of these scopes, whichever site it is for: what is to be known before a site is looked
    /// for.
    ///
    /// # Errors
    /// It has another one.
    pub(in super::super) fn is_one_of(&self, scopes: &[Scope]) -> Answer<()> {
        if scopes.contains(&self.0.scope) { Ok(()) } else { Err(Problem::new(Kind::Forbidden)) }
    }
}

impl Admin {
    /// The name that the audit trail is told.
    pub(super) fn name(&self) -> &str {
        &self.0.0.name
    }
}

impl FromRequestParts<Arc<App>> for Admin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Admin, Problem> {
        let holder = of(app, &parts.headers).await?;
        holder.may(&[Scope::Admin], None)?;
        Ok(Admin(holder))
    }
}

impl FromRequestParts<Arc<App>> for Auditor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Auditor, Problem> {
        let holder = of(app, &parts.headers).await?;
        holder.may(&[Scope::Admin, Scope::Auditor], None)?;
        Ok(Auditor)
    }
}
