//! The description of the API, and a page that shows it.
//!
//! The page is ours: three small files under a strict policy, which ask nobody else for anything.

use std::sync::Arc;
use std::sync::LazyLock;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use axum::routing::get;

use super::app::App;
use super::reply::{ASK_AGAIN, typed};
use super::routes;

const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types",
);

static OPENAPI: LazyLock<String> = LazyLock::new(routes::openapi);

pub(super) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/openapi.json", get(async || typed("application/json", Some(ASK_AGAIN), OPENAPI.as_str())))
        .route("/docs", get(async || page("text/html; charset=utf-8", include_str!("docs/page.html"))))
        .route("/docs/page.js", get(async || page("text/javascript", include_str!("docs/page.js"))))
        .route("/docs/page.css", get(async || page("text/css", include_str!("docs/page.css"))))
}

fn page(media_type: &'static str, text: &'static str) -> Response {
    let mut response = typed(media_type, Some(ASK_AGAIN), text);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY);
    response
}
