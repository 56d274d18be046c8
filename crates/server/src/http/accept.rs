//! The accept loop.
//!
//! What this is: connections taken, counted and closed. It is our own because a ready-made one sets no deadlines: half a
//! header, or half a body, then keeps a connection for as long as its sender likes. HTTP/1.1 alone; what speaks to
//! browsers in other versions stands in front.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};

use super::crowd::Crowd;
use super::deadline::{Deadline, Timed, Watched};
use crate::config::{Limits, RegionConfig};
use crate::metrics::Metrics;

/// Answers one request of a peer.
pub(super) trait Answer: Clone + Send + Sync + 'static {
    /// The answer. `deadline` is the connection's, to be moved on.
    fn answer(
        &self,
        peer: SocketAddr,
        request: Request<Incoming>,
        deadline: Deadline,
    ) -> impl Future<Output = Response<Body>> + Send;
}

/// What every connection of a listener shares.
pub(super) struct Door<A> {
    pub(super) answer: A,
    pub(super) limits: Limits,
    pub(super) region: Arc<RegionConfig>,
    pub(super) metrics: Arc<Metrics>,
}

/// What those get for whom there is no room: it is said before anything was read.
const NO_ROOM: &str = "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/problem+json\r\nretry-after: 5\r\n\
                       connection: close\r\ncontent-length: 105\r\n\r\n\
                       {\"type\":\"urn:assent:problem:busy\",\"title\":\"there are too many connections; try again later\",\"status\":503}";

/// Takes connections until `stop` says so, then lets what has begun come to its end, for as long as the limits say.
pub(super) async fn run<A: Answer>(listener: TcpListener, door: Door<A>, mut stop: watch::Receiver<bool>) {
    let door = Arc::new(door);
    let permits = u32::try_from(door.limits.connections).unwrap_or(u32::MAX >> 4);
    let room = Arc::new(Semaphore::new(permits as usize));
    let crowd = Arc::new(Crowd::new(door.limits.connections_per_network));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Too many open files, or a peer that is gone again: there is nothing to do but wait for better times.
                tracing::warn!(kind = ?error.kind(), "a connection could not be taken");
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            }
        };
        // A proxy speaks for many.
        let is_proxy = door.region.is_proxy(peer.ip());
        let place = if is_proxy { None } else { crowd.enter(peer.ip()) };
        match Arc::clone(&room).try_acquire_owned() {
            Ok(permit) if is_proxy || place.is_some() => {
                let (door, stop) = (Arc::clone(&door), stop.clone());
                tokio::spawn(async move {
                    door.metrics.open.fetch_add(1, Ordering::Relaxed);
                    converse(stream, peer, &door, stop).await;
                    door.metrics.open.fetch_sub(1, Ordering::Relaxed);
                    drop((permit, place));
                });
            }
            _ => {
                door.metrics.refused.fetch_add(1, Ordering::Relaxed);
                turn_away(stream);
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(door.limits.drain, room.acquire_many(permits)).await.is_err() {
        tracing::warn!("some connections did not come to their end in time and are closed");
    }
}

/// One connection, from its first byte to its end or its deadline.
async fn converse<A: Answer>(
    stream: TcpStream,
    peer: SocketAddr,
    door: &Arc<Door<A>>,
    mut stop: watch::Receiver<bool>,
) {
    // Answers are written whole; waiting for more of them only delays.
    let _ = stream.set_nodelay(true);
    let deadline = Deadline::new(&door.limits);
    let io = TokioIo::new(Timed::new(stream, deadline.clone()));
    let service = service_fn(|request| {
        let (door, deadline) = (Arc::clone(door), deadline.clone());
        async move {
            deadline.answering();
            let answer = door.answer.answer(peer, request, deadline.clone()).await;
            Ok::<_, Infallible>(answer.map(|body| Watched::new(body, deadline)))
        }
    });
    let mut connection = std::pin::pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            // A second belt: our own deadline is never later.
            .header_read_timeout(door.limits.idle + door.limits.header)
            .max_buf_size(door.limits.header_bytes)
            .serve_connection(io, service)
    );
    let mut stopping = false;
    loop {
        tokio::select! {
            _ = connection.as_mut() => return,
            () = deadline.passed() => {
                door.metrics.slow.fetch_add(1, Ordering::Relaxed);
                return;
            }
            _ = stop.wait_for(|stop| *stop), if !stopping => {
                stopping = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

/// Says that there is no room, if the peer listens at once, and closes.
fn turn_away(mut stream: TcpStream) {
    if stream.try_write(NO_ROOM.as_bytes()).is_ok() {
        tokio::spawn(async move {
            let _ = tokio::time::timeout(Duration::from_secs(1), stream.shutdown()).await;
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_refusal_is_as_long_as_it_says() {
        let (head, body) = NO_ROOM.split_once("\r\n\r\n").unwrap();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        assert_eq!(body.len().to_string(), length);
    }
}
