//! Who looks at a page.

use std::sync::Arc;

use assent_core::record::sha256;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use base64ct::{Base64UrlUnpadded, Encoding};

use super::super::Answer;
use super::super::admin::holder::Holder;
use super::super::app::App;
use super::super::cors;
use super::Refused;
use crate::problem::{Kind, Problem};
use crate::store::{Admin, Error, Scope};

/// Whoever may read everything.
pub(super) const READERS: &[Scope] = &[Scope::Admin, Scope::Auditor];
/// Whoever may see what was released.
pub(super) const MARKETERS: &[Scope] = &[Scope::Admin, Scope::Auditor, Scope::Marketer];

/// Under which address the pages are open in the browser.
pub(super) struct Ground {
    origin: String,
    is_secure: bool,
}

impl Ground {
    /// What the request says of it. On this machine alone there need be no TLS; everywhere else the proxy in front speaks it.
    pub(super) fn of(headers: &HeaderMap) -> Answer<Ground> {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let host = host.ok_or_else(|| Problem::new(Kind::BadRequest).detail("no Host header"))?;
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        };
        let is_secure = !["localhost", "127.0.0.1", "[::1]"].contains(&name);
        let scheme = if is_secure { "https" } else { "http" };
        Ok(Ground { origin: format!("{scheme}://{host}"), is_secure })
    }

    /// Refuses what another page sent. A browser says so itself, and no page can have it say otherwise.
    pub(super) fn check(&self, headers: &HeaderMap) -> Answer<()> {
        if cors::origin(headers) == Some(self.origin.as_str()) {
            return Ok(());
        }
        Err(Problem::new(Kind::OriginNotAllowed).detail(
            "the form did not come from this page: open it anew, by HTTPS unless it is on this machine, and let the proxy \
             in front pass the Host header on",
        ))
    }

    /// The name of a cookie. With the prefix no other host, and no page without TLS, can have set it.
    fn name(&self, kind: &str) -> String {
        let prefix = if self.is_secure { "__Host-" } else { "" };
        format!("{prefix}assent-{kind}")
    }

    /// The value of a cookie of ours.
    pub(super) fn cookie<'h>(&self, headers: &'h HeaderMap, kind: &str) -> Option<&'h str> {
        let name = self.name(kind);
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(found, _)| *found == name).map(|(_, value)| value).filter(|value| value.len() <= 64)
    }

    /// The header that sets a cookie until the browser is closed, or removes it.
    pub(super) fn set(&self, kind: &str, value: Option<&str>) -> Answer<HeaderValue> {
        let secure = if self.is_secure { "; Secure" } else { "" };
        let age = if value.is_none() { "; Max-Age=0" } else { "" };
        let (name, value) = (self.name(kind), value.unwrap_or_default());
        let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{age}");
        HeaderValue::from_str(&text).map_err(|_| Problem::new(Kind::Internal))
    }
}

/// The token of the forms of a session: whoever has it has seen a page of that session, and cannot get back to the cookie.
pub(super) fn form_token(session: &str) -> String {
    Base64UrlUnpadded::encode_string(&sha256(&[b"assent form\0", session.as_bytes()]))
}

/// Somebody who is signed in.
pub(super) struct Visit {
    pub(super) holder: Holder,
    pub(super) session: String,
}

impl Visit {
    /// The same, if this is open to them.
    ///
    /// # Errors
    /// It is not.
    pub(super) fn may(self, scopes: &[Scope]) -> Answer<Visit> {
        self.holder.may(scopes, None)?;
        Ok(self)
    }
}

impl FromRequestParts<Arc<App>> for Visit {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Visit, Refused> {
        let ground = Ground::of(&parts.headers)?;
        let session = ground.cookie(&parts.headers, "session").ok_or(Refused::Stranger)?;
        match app.archive.session(session).await {
            Ok(Admin { name, scope, site, .. }) => {
                Ok(Visit { holder: Holder { name, scope, site }, session: session.into() })
            }
            Err(Error::NotFound) => Err(Refused::Stranger),
            Err(error) => Err(error.into()),
        }
    }
}
