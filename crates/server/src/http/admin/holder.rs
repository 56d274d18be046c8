//! Who shows a token of the house.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::super::Answer;
use super::super::app::App;
use crate::problem::{Kind, Problem};
use crate::store::{Error, Scope, Token};

/// The holder of a valid token, or somebody who is signed in.
pub(in super::super) struct Holder {
    /// The name that the audit trail is told.
    pub(in super::super) name: String,
    /// What is open to them.
    pub(in super::super) scope: Scope,
    /// The number of the one site that it is open for, if it is not all.
    pub(in super::super) site: Option<i64>,
}

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
        Ok(Token { name, scope, site, .. }) => Ok(Holder { name, scope, site }),
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
        let is_site = self.site.is_none() || self.site == site;
        if is_site { Ok(()) } else { Err(Problem::new(Kind::Forbidden)) }
    }

    /// Whether the token has one of these scopes, whichever site it is for: what is to be known before a site is looked
    /// for.
    ///
    /// # Errors
    /// It has another one.
    pub(in super::super) fn is_one_of(&self, scopes: &[Scope]) -> Answer<()> {
        if scopes.contains(&self.scope) { Ok(()) } else { Err(Problem::new(Kind::Forbidden)) }
    }
}

impl Admin {
    /// The name that the audit trail is told.
    pub(super) fn name(&self) -> &str {
        &self.0.name
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
