//! A proxy that puts [`Parking`](super::Parking) before any site.
//!
//! What this is: [`Upstream`], which hands a request on to one site, and [`Proxy`], the listener before it.
//! WebSockets are passed through; other upgrades are left out, as HTTP lets a proxy do.
//!
//! What it is not: a cache, a balancer, or an end of TLS for visitors.

mod listener;

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::http::uri::{Authority, PathAndQuery, Scheme};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};

use super::problem;

pub use listener::Proxy;

/// Why a proxy could not begin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The upstream is not `http://host` or `https://host`, with a port if need be.
    #[error("the upstream must be http://host:port or https://host:port, without a path")]
    Upstream,
    /// The address cannot be listened on.
    #[error("cannot listen on {0} ({1}); choose another address, or end what has it")]
    Listen(SocketAddr, io::ErrorKind),
    /// The system's certificates cannot be read.
    #[error("cannot read the system's certificates ({0}); install them, as the package ca-certificates")]
    Certificates(io::ErrorKind),
}

/// Hands requests on to one upstream.
#[derive(Clone)]
pub struct Upstream {
    client: Http,
    scheme: Scheme,
    authority: Authority,
    timeout: Duration,
}

#[derive(Clone)]
enum Http {
    Plain(Client<HttpConnector, Body>),
    Tls(Client<HttpsConnector<HttpConnector>, Body>),
}

/// The other end of the connection that a request came on.
#[derive(Clone, Copy)]
struct Peer(SocketAddr);

impl Upstream {
    /// An upstream by its address. `timeout` is how long it may take to begin an answer.
    ///
    /// # Errors
    /// The address has another form, or there are no certificates to trust.
    pub fn new(address: &str, timeout: Duration) -> Result<Upstream, Error> {
        let parts = address.trim_end_matches('/').parse::<Uri>().map_err(|_| Error::Upstream)?.into_parts();
        let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
            return Err(Error::Upstream);
        };
        let is_bare =
            parts.path_and_query.is_none_or(|path| path == "/") && !authority.as_str().contains('@');
        let builder = Client::builder(TokioExecutor::new());
        let client = match scheme.as_str() {
            "http" if is_bare => Http::Plain(builder.build(HttpConnector::new())),
            "https" if is_bare => {
                let connector = HttpsConnectorBuilder::new().with_native_roots();
                let connector = connector.map_err(|error| Error::Certificates(error.kind()))?;
                Http::Tls(builder.build(connector.https_only().enable_http1().build()))
            }
            _ => return Err(Error::Upstream),
        };
        Ok(Upstream { client, scheme, authority, timeout })
    }

    async fn forward(self, mut request: Request<Body>) -> Response<Body> {
        if matches!(*request.method(), Method::CONNECT | Method::TRACE) {
            return problem(
                StatusCode::NOT_IMPLEMENTED,
                "method-not-forwarded",
                "this method is not handed on",
            );
        }
        let is_socket = request.method() == Method::GET && is_websocket(request.headers());
        let visitor = is_socket.then(|| hyper::upgrade::on(&mut request));
        let Some(request) = self.outward(request, is_socket) else {
            return problem(StatusCode::BAD_REQUEST, "bad-address", "the address cannot be handed on");
        };
        let answer = match &self.client {
            Http::Plain(client) => client.request(request),
            Http::Tls(client) => client.request(request),
        };
        let mut response = match tokio::time::timeout(self.timeout, answer).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => {
                tracing::warn!(%error, "the site behind the proxy does not answer");
                return problem(StatusCode::BAD_GATEWAY, "upstream-unreachable", "the site does not answer");
            }
            Err(_) => {
                return problem(
                    StatusCode::GATEWAY_TIMEOUT,
                    "upstream-timeout",
                    "the site takes too long to answer",
                );
            }
        };
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            let Some(visitor) = visitor else {
                return problem(
                    StatusCode::BAD_GATEWAY,
                    "bad-upgrade",
                    "the site switched to a protocol nobody asked for",
                );
            };
            let site = hyper::upgrade::on(&mut response);
            tokio::spawn(async move {
                if let (Ok(visitor), Ok(site)) = (visitor.await, site.await) {
                    // Either side may leave at any time; that is no fault.
                    drop(
                        tokio::io::copy_bidirectional(&mut TokioIo::new(visitor), &mut TokioIo::new(site))
                            .await,
                    );
                }
            });
            return response.map(Body::new);
        }
        without_hops(response.headers_mut());
        self.homeward(response.headers_mut());
        response.map(Body::new)
    }

    /// A visitor's request as the upstream gets it.
    fn outward(&self, mut request: Request<Body>, is_socket: bool) -> Option<Request<Body>> {
        let path = request.uri().path_and_query().cloned().unwrap_or(PathAndQuery::from_static("/"));
        let uri =
            Uri::builder().scheme(self.scheme.clone()).authority(self.authority.clone()).path_and_query(path);
        let asked =
            request.uri().authority().and_then(|authority| HeaderValue::from_str(authority.as_str()).ok());
        *request.uri_mut() = uri.build().ok()?;
        *request.version_mut() = axum::http::Version::HTTP_11;
        let peer = request.extensions().get::<Peer>().copied();
        let headers = request.headers_mut();
        without_hops(headers);
        let host = asked.or_else(|| headers.get(header::HOST).cloned());
        headers.insert(header::HOST, HeaderValue::from_str(self.authority.as_str()).ok()?);
        if let Some(host) = host {
            headers.entry("x-forwarded-host").or_insert(host);
        }
        headers.entry("x-forwarded-proto").or_insert(HeaderValue::from_static("http"));
        if let Some(Peer(peer)) = peer {
            headers.append("x-forwarded-for", HeaderValue::from_str(&peer.ip().to_string()).ok()?);
        }
        if is_socket {
            headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
            headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        }
        Some(request)
    }

    /// A redirect within the upstream stays within the proxy.
    fn homeward(&self, headers: &mut HeaderMap) {
        let own = format!("{}://{}", self.scheme, self.authority);
        for name in [header::LOCATION, header::CONTENT_LOCATION] {
            let given = headers.get(&name).and_then(|value| value.to_str().ok());
            let path = given.and_then(|value| value.strip_prefix(&own)).map(|path| match path {
                "" => "/".to_string(),
                path => path.to_string(),
            });
            let path = path.filter(|path| path.starts_with('/') && !path.starts_with("//"));
            if let Some(value) = path.and_then(|path| HeaderValue::from_str(&path).ok()) {
                headers.insert(name, value);
            }
        }
    }
}

impl tower_service::Service<Request<Body>> for Upstream {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let upstream = self.clone();
        Box::pin(async move { Ok(upstream.forward(request).await) })
    }
}

/// Whether a request asks for a WebSocket (RFC 6455, 4.1).
fn is_websocket(headers: &HeaderMap) -> bool {
    let words = |name: HeaderName| {
        let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        values
            .flat_map(|value| value.split(','))
            .map(|word| word.trim().to_ascii_lowercase())
            .collect::<Vec<_>>()
    };
    words(header::UPGRADE) == ["websocket"] && words(header::CONNECTION).iter().any(|word| word == "upgrade")
}

/// Takes out what is meant for one connection only (RFC 9110, 7.6.1).
fn without_hops(headers: &mut HeaderMap) {
    let named: Vec<String> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(',').map(|name| name.trim().to_ascii_lowercase()))
        .collect();
    for name in named {
        headers.remove(name.as_str());
    }
    for name in [
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ] {
        headers.remove(name);
    }
}
