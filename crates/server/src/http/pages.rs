//! The admin pages.
//!
//! What this is: what the admin API does, for people: sign-in, pages, forms. Each changing form goes through the function
//! that the API's address goes through, so that there is one rule and one leaf for both.
//!
//! What it is not: script. The pages are HTML, escaped by the templates, with one style sheet and a policy that lets nothing
//! else in.

mod form;
mod house;
mod look_up;
mod numbers;
mod shell;
mod sign_in;
mod sites;
mod visit;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use super::app::App;
use super::reply::{ASK_AGAIN, typed};
use crate::problem::{Kind, Problem};
use crate::store;
use shell::Shell;

/// What a page lets in: its style sheet, and forms that come back here.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types",
);

/// What every page says besides.
const HEADERS: [(HeaderName, HeaderValue); 4] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    // A form of a page that tells nobody where it stood would come without its origin, and be refused.
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
];

/// What a page comes to.
type Shown = Result<Response, Refused>;

/// Why somebody does not see what they asked for.
enum Refused {
    /// Nobody is signed in.
    Stranger,
    /// A problem, as the API has it.
    Problem(Problem),
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Refused {
        Refused::Problem(problem)
    }
}

impl From<store::Error> for Refused {
    fn from(error: store::Error) -> Refused {
        Refused::Problem(error.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Refused::Stranger => Redirect::to("/admin/login").into_response(),
            Refused::Problem(problem) => shell::told(&problem),
        }
    }
}

/// A page of a template.
fn page(status: StatusCode, template: &impl askama::Template) -> Response {
    let Ok(text) = template.render() else { return Problem::new(Kind::Internal).into_response() };
    let mut response = (status, Body::from(text)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, value);
    }
    response
}

/// A page as it was asked for.
fn shown(template: &impl askama::Template) -> Shown {
    Ok(page(StatusCode::OK, template))
}

/// Back to a page after something was done: loading that one again does it not again.
fn done(to: &str) -> Shown {
    Ok(Redirect::to(&format!("{to}?done=1")).into_response())
}

pub(super) fn router() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/admin/page.css",
            get(async || typed("text/css", Some(ASK_AGAIN), include_str!("../../templates/page.css"))),
        )
        .route("/admin/login", get(sign_in::page).post(sign_in::enter))
        .route("/admin/logout", post(sign_in::leave))
        .route("/admin", get(house::overview))
        .route("/admin/keys", get(house::keys))
        .route("/admin/keys/{act}", post(house::change_key))
        .route("/admin/erasures", get(house::erasures))
        .route("/admin/audit", get(house::audit))
        .route("/admin/tokens", get(house::tokens).post(house::make_token))
        .route("/admin/tokens/{name}/revoke", post(house::revoke_token))
        .route("/admin/sites", get(sites::list).post(sites::change))
        .route("/admin/sites/{site}", get(sites::one))
        .route("/admin/sites/{site}/policies", post(sites::publish))
        .route("/admin/sites/{site}/breaches", get(numbers::breaches).post(numbers::tell))
        .route("/admin/statistics", get(numbers::statistics))
        .route("/admin/look-up", get(look_up::look_up))
}
