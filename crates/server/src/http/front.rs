//! What happens to every request, before and after its handler.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use axum::middleware::Next;
use axum::response::IntoResponse;
use hyper::body::Incoming;
use tower_service::Service;

use super::accept::Answer;
use super::app::App;
use super::deadline::Deadline;
use super::routes;
use crate::limit::Network;
use crate::problem::{Kind, MEDIA_TYPE, Problem};

/// Who is at the other end of the connection: the visitor, or a proxy.
#[derive(Clone, Copy)]
pub(super) struct Peer(pub(super) IpAddr);

/// The pattern of the route that answered.
#[derive(Clone)]
struct Route(MatchedPath);

/// The door for visitors, auditors and owners.
#[derive(Clone)]
pub(super) struct Front {
    router: Router,
    app: Arc<App>,
}

/// What each answer says unless its handler says otherwise: nothing may be kept, sniffed, framed or run.
const HEADERS: [(HeaderName, HeaderValue); 5] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin")),
];

impl Front {
    pub(super) fn new(app: Arc<App>) -> Front {
        Front { router: routes::router(Arc::clone(&app)), app }
    }
}

impl Answer for Front {
    async fn answer(&self, peer: SocketAddr, request: Request<Incoming>, _: Deadline) -> Response<Body> {
        let started = Instant::now();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Peer(peer.ip()));
        let (method, mut router) = (request.method().clone(), self.router.clone());
        // The router is always ready.
        let answered = tokio::time::timeout(self.app.limits.request, router.call(request)).await;
        let mut response = match answered {
            Ok(Ok(response)) => as_problem(response),
            Err(_) => Problem::new(Kind::Busy).into_response(),
        };
        for (name, value) in HEADERS {
            response.headers_mut().entry(name).or_insert(value);
        }
        let route = response.extensions().get::<Route>().map(|route| route.0.clone());
        let route = route.as_ref().map_or("none", MatchedPath::as_str);
        let (status, took) = (response.status().as_u16(), started.elapsed());
        self.app.metrics.answered(route, status, took);
        // The pattern and not the address: addresses may name records, and nobody's network is written down.
        tracing::info!(%method, route, status, micros = took.as_micros(), "answered");
        response
    }
}

/// Counts the request to its network.
pub(super) async fn share(app: Arc<App>, request: Request, next: Next) -> axum::response::Response {
    let Some(Peer(peer)) = request.extensions().get().copied() else {
        return Problem::new(Kind::Internal).into_response();
    };
    let is_probe = matches!(request.uri().path(), "/healthz" | "/readyz");
    let client = app.region.client(peer, request.headers());
    match app.rates.network(Network::of(client)) {
        Err(problem) if !is_probe => problem.into_response(),
        _ => next.run(request).await,
    }
}

/// Remembers which route answered, for the counts.
pub(super) async fn mark(request: Request, next: Next) -> axum::response::Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).await;
    if let Some(route) = route {
        response.extensions_mut().insert(Route(route));
    }
    response
}

/// What only the admin pages answer: they tell problems themselves.
const PAGE: &str = "text/html; charset=utf-8";

/// Makes a problem of an error that something else than our own code has answered.
fn as_problem(response: axum::response::Response) -> axum::response::Response {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE);
    if !(status.is_client_error() || status.is_server_error())
        || kind.is_some_and(|kind| kind == MEDIA_TYPE || kind == PAGE)
    {
        return response;
    }
    let (head, _) = response.into_parts();
    let mut problem = Problem::of_status(status).into_response();
    if status == StatusCode::METHOD_NOT_ALLOWED
        && let Some(allow) = head.headers.get(header::ALLOW)
    {
        problem.headers_mut().insert(header::ALLOW, allow.clone());
    }
    for name in [header::ACCESS_CONTROL_ALLOW_ORIGIN, header::ACCESS_CONTROL_EXPOSE_HEADERS, header::VARY] {
        if let Some(value) = head.headers.get(&name) {
            problem.headers_mut().insert(name, value.clone());
        }
    }
    problem.extensions_mut().extend(head.extensions);
    problem
}
