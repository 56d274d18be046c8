//! The listener of the proxy.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tower_layer::Layer;

use super::super::Parking;
use super::{Error, Peer, Upstream};

/// How many connections are served at once; more wait to be accepted.
const MOST_CONNECTIONS: u32 = 4096;
/// How long a visitor may take to send the head of a request, and open connections to end at the stop.
const PATIENCE: Duration = Duration::from_secs(30);

/// A proxy that listens and does not answer yet.
pub struct Proxy {
    listener: TcpListener,
    upstream: Upstream,
    parking: Parking,
}

impl Proxy {
    /// Listens.
    ///
    /// # Errors
    /// The address is taken, or not ours.
    pub async fn listen(address: SocketAddr, upstream: Upstream, parking: Parking) -> Result<Proxy, Error> {
        let listener =
            TcpListener::bind(address).await.map_err(|error| Error::Listen(address, error.kind()))?;
        Ok(Proxy { listener, upstream, parking })
    }

    /// Where visitors are answered.
    ///
    /// # Errors
    /// The operating system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until `stop` ends, then lets what has begun come to its end.
    pub async fn serve(self, stop: impl Future<Output = ()>) {
        let Proxy { listener, upstream, parking } = self;
        let room = Arc::new(Semaphore::new(MOST_CONNECTIONS as usize));
        let stopping = watch::Sender::new(false);
        tokio::pin!(stop);
        loop {
            let accepted = tokio::select! {
                accepted = accept(&listener, &room) => accepted,
                () = &mut stop => break,
            };
            let Some((connection, peer, permit)) = accepted else { continue };
            let service = parking.layer(upstream.clone());
            let service = TowerToHyperService::new(WithPeer { service, peer });
            let connection = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(PATIENCE)
                .serve_connection(TokioIo::new(connection), service)
                .with_upgrades();
            let mut stopping = stopping.subscribe();
            tokio::spawn(async move {
                let mut connection = std::pin::pin!(connection);
                // A visitor who leaves, or speaks no HTTP, is no fault of ours.
                tokio::select! {
                    done = connection.as_mut() => drop(done),
                    _ = stopping.changed() => {
                        connection.as_mut().graceful_shutdown();
                        drop(connection.await);
                    }
                }
                drop(permit);
            });
        }
        drop(listener);
        stopping.send_replace(true);
        // Every connection holds a permit until it ends.
        drop(tokio::time::timeout(PATIENCE, room.acquire_many(MOST_CONNECTIONS)).await);
    }
}

type Accepted = (tokio::net::TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit);

/// The next connection, when there is room for it.
async fn accept(listener: &TcpListener, room: &Arc<Semaphore>) -> Option<Accepted> {
    let permit = Arc::clone(room).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((connection, peer)) => Some((connection, peer, permit)),
        Err(error) => {
            tracing::warn!(%error, "a connection could not be accepted");
            // Out of handles, most likely: some must be given back first.
            tokio::time::sleep(Duration::from_millis(50)).await;
            None
        }
    }
}

/// Tells the upstream who is at the other end.
#[derive(Clone)]
struct WithPeer<S> {
    service: S,
    peer: SocketAddr,
}

impl<S> tower_service::Service<Request<hyper::body::Incoming>> for WithPeer<S>
where
    S: tower_service::Service<Request<Body>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, waker: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.service.poll_ready(waker)
    }

    fn call(&mut self, mut request: Request<hyper::body::Incoming>) -> S::Future {
        request.extensions_mut().insert(Peer(self.peer));
        self.service.call(request.map(Body::new))
    }
}
