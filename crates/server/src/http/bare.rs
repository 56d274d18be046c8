//! A server that reads a submission and answers, and does nothing else.
//!
//! What this is: what HTTP and JSON alone cost behind this accept loop, with its deadlines and counts; the benchmark
//! holds the archive against it. Only built with the feature `bare`.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Path;
use axum::http::{Request, Response, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use hyper::body::Incoming;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_service::Service;

use super::Counts;
use super::accept::{self, Answer, Door};
use super::deadline::Deadline;
use crate::config::Limits;

/// A submission as far as serde reads one.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    id: String,
    subject: String,
    auth: String,
    policy: String,
    policy_token: String,
    action: String,
    source: String,
    purposes: BTreeMap<String, bool>,
    vendors: BTreeMap<String, bool>,
    signals: BTreeMap<String, bool>,
    language: String,
    notice_ms: u32,
    given_at: String,
}

#[derive(Clone)]
struct Bare(Router);

impl Answer for Bare {
    async fn answer(&self, _: SocketAddr, request: Request<Incoming>, _: Deadline) -> Response<Body> {
        let mut router = self.0.clone();
        match router.call(request.map(Body::new)).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}

/// Answers whatever is a submission with the same, until the process ends.
pub async fn serve_bare(listener: TcpListener) {
    let create = async |Path(_): Path<String>, Json(sent): Json<Sent>| (StatusCode::CREATED, Json(sent));
    let router = Router::new().route("/v1/sites/{site}/consents", post(create));
    // The archive's own, with room for a load.
    let limits = Limits {
        header: Duration::from_secs(5),
        body: Duration::from_secs(10),
        request: Duration::from_secs(15),
        idle: Duration::from_secs(60),
        answer: Duration::from_secs(30),
        drain: Duration::from_secs(20),
        header_bytes: 8192,
        body_bytes: 16_384,
        connections: 4096,
        connections_per_network: 4096,
        requests_per_minute: u32::MAX,
        requests_burst: u32::MAX,
        site_records_per_second: u32::MAX,
        site_records_burst: u32::MAX,
    };
    let door = Door { answer: Bare(router), limits, region: Arc::default(), metrics: Counts::default() };
    // Nobody says stop.
    let (_never, stop) = watch::channel(false);
    accept::run(listener, door, stop).await;
}
