//! What the house asks: is it well, and what has it counted.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response, StatusCode};
use axum::response::IntoResponse;
use hyper::body::Incoming;

use super::accept::Answer;
use super::app::App;
use super::deadline::Deadline;
use super::reply::typed;
use crate::problem::{self, Kind, Problem};

/// Whether the process answers.
#[utoipa::path(get, path = "/healthz", tag = "house", responses((status = 200, description = "It does")))]
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// Whether the archive can be written and read.
#[utoipa::path(
    get, path = "/readyz", tag = "house",
    responses(
        (status = 200, description = "It can"),
        (status = 503, description = "Not at the moment", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(super) async fn readyz(State(app): State<Arc<App>>) -> Result<&'static str, Problem> {
    // Whatever the reason: a proxy is to ask somebody else for a while.
    app.archive.ready().await.map(|()| "ready\n").map_err(|_| Problem::new(Kind::Busy))
}

/// The door for Prometheus. It is another listener, since what it tells is nobody's business.
#[derive(Clone)]
pub(super) struct Counts(Arc<App>);

impl Counts {
    pub(super) fn new(app: Arc<App>) -> Counts {
        Counts(app)
    }
}

impl Answer for Counts {
    async fn answer(&self, _: SocketAddr, request: Request<Incoming>, _: Deadline) -> Response<Body> {
        if request.uri().path() != "/metrics" {
            return Problem::new(Kind::NotFound).into_response();
        }
        if request.method() != "GET" {
            return (StatusCode::METHOD_NOT_ALLOWED, [("allow", "GET")]).into_response();
        }
        let text = self.0.metrics.text(self.0.archive.waiting());
        typed("text/plain; version=0.0.4; charset=utf-8", None, text)
    }
}
