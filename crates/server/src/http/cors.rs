//! Which pages may ask from a browser.
//!
//! What this is: the allow-list of each site, as cross-origin headers. There are no cookies and no credentials, so nothing
//! can be done in somebody's name from a foreign page; the list keeps foreign pages from using the archive at all.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::app::App;
use crate::problem::{Kind, Problem};
use crate::store::Site;

/// What a page may read without being listed: it is public.
const PUBLIC: &[&str] = &["/log", "/v1/log", "/assent", "/sdk/", "/sites/", "/locales/", "/openapi.json"];

/// How long a browser may remember an answer: as long as any browser does.
const MAX_AGE: HeaderValue = HeaderValue::from_static("86400");

/// The page that asks, if a browser says so.
pub(super) fn origin(headers: &HeaderMap) -> Option<&str> {
    // A value that is no text is an origin all the same, and none of anybody's.
    headers.get(header::ORIGIN).map(|value| value.to_str().unwrap_or("null"))
}

/// Refuses pages that are none of the site's.
pub(super) fn check(headers: &HeaderMap, site: &Site) -> Result<(), Problem> {
    match origin(headers) {
        Some(origin) if !site.settings.origins.iter().any(|known| known == origin) => {
            Err(Problem::new(Kind::OriginNotAllowed))
        }
        _ => Ok(()),
    }
}

/// Answers the question that a browser asks first, and marks answers as readable.
pub(super) async fn layer(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let Some(origin) = request.headers().get(header::ORIGIN).cloned() else {
        return mark_vary(next.run(request).await);
    };
    let path = request.uri().path();
    let is_public = PUBLIC.iter().any(|prefix| path.starts_with(prefix));
    let allowed = if is_public {
        Some(HeaderValue::from_static("*"))
    } else {
        is_listed(&app, path, &origin).await.then_some(origin)
    };
    let asks_first = request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = match (&allowed, asks_first) {
        (Some(_), true) => StatusCode::NO_CONTENT.into_response(),
        (None, true) => Problem::new(Kind::OriginNotAllowed).into_response(),
        (_, false) => next.run(request).await,
    };
    if let Some(allowed) = allowed {
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after, etag"));
        if asks_first {
            let methods = HeaderValue::from_static("GET, POST, DELETE");
            headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
            let allowed = HeaderValue::from_static("authorization, content-type, idempotency-key");
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, allowed);
            headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
        }
    }
    mark_vary(response)
}

/// Caches must not give one page's answer to another.
fn mark_vary(mut response: Response) -> Response {
    response.headers_mut().append(header::VARY, HeaderValue::from_static("origin"));
    response
}

/// Whether a page is listed for what it asks for. A person's own address does not name the site yet, so there it is
/// enough to be listed anywhere; the handler looks again.
async fn is_listed(app: &App, path: &str, origin: &HeaderValue) -> bool {
    let Ok(origin) = origin.to_str() else { return false };
    let lists = |site: &Site| site.settings.origins.iter().any(|known| known == origin);
    if let Some(rest) = path.strip_prefix("/v1/sites/") {
        let name = rest.split('/').next().unwrap_or_default();
        return app.site(name).await.is_ok_and(|site| lists(&site));
    }
    let is_persons = path == "/v1/me" || path.starts_with("/v1/me/") || path.starts_with("/v1/erasures/");
    is_persons && app.archive.sites().await.is_ok_and(|sites| sites.iter().any(lists))
}
