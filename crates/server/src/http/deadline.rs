//! By when a connection must have gone on.
//!
//! What this is: one moment per connection, moved on by what happens: a first byte, a whole header, a piece of the answer
//! that was taken. Somebody who makes no progress reaches it, and is closed.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use crate::config::Limits;

/// A connection's deadline. Clones are one.
#[derive(Clone)]
pub(super) struct Deadline {
    shared: Arc<Mutex<State>>,
    limits: Limits,
}

struct State {
    at: Instant,
    phase: Phase,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Between two requests: nothing has come yet.
    Resting,
    /// Some of a header has come.
    Header,
    /// A request is being read and answered.
    Answering,
}

impl Deadline {
    /// A new connection has as long as a header for its first one: nobody opens one in order to rest.
    pub(super) fn new(limits: &Limits) -> Deadline {
        let state = State { at: Instant::now() + limits.header, phase: Phase::Header };
        Deadline { shared: Arc::new(Mutex::new(state)), limits: *limits }
    }

    fn set(&self, phase: Phase, after: Duration) {
        if let Ok(mut state) = self.shared.lock() {
            *state = State { at: Instant::now() + after, phase };
        }
    }

    /// Bytes have come.
    fn heard(&self) {
        let rests = self.shared.lock().is_ok_and(|state| state.phase == Phase::Resting);
        if rests {
            self.set(Phase::Header, self.limits.header);
        }
    }

    /// A header is whole. Body and request have deadlines of their own, which answer; this one is behind them.
    pub(super) fn answering(&self) {
        self.set(Phase::Answering, self.limits.body + self.limits.request + self.limits.answer);
    }

    /// A piece of the answer was asked for.
    fn answered(&self) {
        self.set(Phase::Answering, self.limits.answer);
    }

    /// The answer has been written.
    fn rest(&self) {
        self.set(Phase::Resting, self.limits.idle);
    }

    /// Ends when the deadline has been reached.
    pub(super) async fn passed(&self) {
        loop {
            let at = self.shared.lock().map_or_else(|_| Instant::now(), |state| state.at);
            if at <= Instant::now() {
                return;
            }
            tokio::time::sleep_until(at).await;
        }
    }
}

/// A stream whose first byte after a rest begins a header.
pub(super) struct Timed<S> {
    stream: S,
    deadline: Deadline,
}

impl<S> Timed<S> {
    pub(super) fn new(stream: S, deadline: Deadline) -> Timed<S> {
        Timed { stream, deadline }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Timed<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.deadline.heard();
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Timed<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// An answer's body that moves the deadline on as it is taken, and lets the connection rest at its end.
pub(super) struct Watched {
    body: Body,
    deadline: Deadline,
}

impl Watched {
    pub(super) fn new(body: Body, deadline: Deadline) -> Watched {
        deadline.answered();
        Watched { body, deadline }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.deadline.rest();
    }
}

impl http_body::Body for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if polled.is_ready() {
            self.deadline.answered();
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
