//! The load: so many connections that ask, read the answer, and ask again.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::LocalSet;

use crate::sent::Sent;

/// How long a server is under load before it is measured.
const WARM: Duration = Duration::from_millis(300);

/// A connection that stays open.
pub struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Connection {
    /// Opens one.
    pub async fn open(address: SocketAddr) -> Result<Connection> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Connection { stream, read: Vec::with_capacity(16 * 1024) })
    }

    /// Sends a request and returns status and body.
    pub async fn ask(&mut self, wire: &[u8]) -> Result<(u16, &[u8])> {
        self.stream.write_all(wire).await?;
        self.read.clear();
        let head = loop {
            if self.stream.read_buf(&mut self.read).await? == 0 {
                bail!("the server has closed the connection");
            }
            if let Some(end) = self.read.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let text = std::str::from_utf8(self.read.get(..head).unwrap_or_default())?;
        let status = text.get(9..12).and_then(|digits| digits.parse().ok()).context("no status")?;
        let length = text.split("\r\n").find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.map_or(Ok(0), str::parse)?;
        while self.read.len() < head + length {
            if self.stream.read_buf(&mut self.read).await? == 0 {
                bail!("the server has closed the connection");
            }
        }
        Ok((status, self.read.get(head..).unwrap_or_default()))
    }

    /// Sends a request without a body, and reads the JSON of its answer.
    pub async fn json(&mut self, line: &str, headers: &str) -> Result<serde_json::Value> {
        let wire = format!("{line} HTTP/1.1\r\nhost: a\r\n{headers}\r\n");
        let (status, body) = self.ask(wire.as_bytes()).await?;
        if !(200..300).contains(&status) {
            bail!("{line}: {status} {}", String::from_utf8_lossy(body));
        }
        Ok(serde_json::from_slice(body)?)
    }
}

/// What to load a server with.
#[derive(Clone)]
pub struct Load {
    pub address: SocketAddr,
    pub sent: Sent,
    pub connections: usize,
    /// The status of an answer that counts.
    pub status: u16,
}

/// What came of it.
#[derive(Clone, Copy, Default)]
pub struct Outcome {
    pub answers: u64,
    pub seconds: f64,
    /// Half of the answers took no longer, in milliseconds, and 99 of 100.
    pub middle: f64,
    pub slow: f64,
    /// Seconds of processor time that the server's process has used.
    pub processor: f64,
}

/// What the connections share.
struct Shared {
    next: Cell<u64>,
    end: Cell<u64>,
    answered: Cell<u64>,
    measuring: Cell<bool>,
    took: RefCell<Vec<u32>>,
}

/// Loads a server for so long; `used` tells how much processor time it has used so far. `next` is the number of the
/// first request, and then that of the first one that was not sent.
pub async fn for_seconds(
    load: &Load,
    seconds: f64,
    next: &mut u64,
    used: impl Fn() -> f64,
) -> Result<Outcome> {
    let shared = Rc::new(Shared::new(*next, u64::MAX));
    let local = LocalSet::new();
    let outcome = local.run_until(async {
        let connections = start(load, &shared).await?;
        tokio::time::sleep(WARM).await;
        let (before, processor, started) = (shared.answered.get(), used(), Instant::now());
        shared.measuring.set(true);
        tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
        let mut outcome = Outcome {
            answers: shared.answered.get() - before,
            seconds: started.elapsed().as_secs_f64(),
            processor: used() - processor,
            ..Outcome::default()
        };
        shared.end.set(0);
        for connection in connections {
            connection.await??;
        }
        (outcome.middle, outcome.slow) = shared.times();
        Ok::<_, anyhow::Error>(outcome)
    });
    let outcome = outcome.await?;
    *next = shared.next.get();
    Ok(outcome)
}

/// Sends so many requests.
pub async fn for_count(load: &Load, count: u64, next: &mut u64, used: impl Fn() -> f64) -> Result<Outcome> {
    let shared = Rc::new(Shared::new(*next, *next + count));
    let local = LocalSet::new();
    let outcome = local.run_until(async {
        let (processor, started) = (used(), Instant::now());
        for connection in start(load, &shared).await? {
            connection.await??;
        }
        let (answers, seconds) = (shared.answered.get(), started.elapsed().as_secs_f64());
        Ok::<_, anyhow::Error>(Outcome {
            answers,
            seconds,
            processor: used() - processor,
            ..Outcome::default()
        })
    });
    let outcome = outcome.await?;
    *next = shared.next.get();
    Ok(outcome)
}

impl Shared {
    fn new(next: u64, end: u64) -> Shared {
        Shared {
            next: Cell::new(next),
            end: Cell::new(end),
            answered: Cell::new(0),
            measuring: Cell::new(false),
            took: RefCell::default(),
        }
    }

    /// The number of the next request, if there is to be one.
    fn take(&self) -> Option<u64> {
        let n = self.next.get();
        (n < self.end.get()).then(|| self.next.replace(n + 1))
    }

    fn times(&self) -> (f64, f64) {
        let mut took = self.took.borrow_mut();
        took.sort_unstable();
        let at = |hundredth: usize| {
            let place = took.len() * hundredth / 100;
            took.get(place).map_or(0.0, |micros| f64::from(*micros) / 1000.0)
        };
        (at(50), at(99))
    }
}

/// Opens the connections, and lets each ask until there is nothing to be asked any more.
async fn start(load: &Load, shared: &Rc<Shared>) -> Result<Vec<tokio::task::JoinHandle<Result<()>>>> {
    let mut connections = Vec::new();
    for _ in 0..load.connections {
        connections.push(Connection::open(load.address).await?);
    }
    let talk = |mut connection: Connection| {
        let (mut sent, shared, status) = (load.sent.clone(), Rc::clone(shared), load.status);
        async move {
            while let Some(n) = shared.take() {
                let asked = Instant::now();
                let (answered, body) = connection.ask(sent.wire(n)).await?;
                if answered != status {
                    bail!("an answer with {answered}: {}", String::from_utf8_lossy(body));
                }
                shared.answered.set(shared.answered.get() + 1);
                if shared.measuring.get() {
                    let micros = u32::try_from(asked.elapsed().as_micros()).unwrap_or(u32::MAX);
                    shared.took.borrow_mut().push(micros);
                }
            }
            Ok(())
        }
    };
    Ok(connections.into_iter().map(|connection| tokio::task::spawn_local(talk(connection))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_is_sent_once_and_answered() {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind(("127.0.0.1", 0))).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(assent_server::http::serve_bare(listener));
        let sent = Sent::consents(&format!("sha256-{}", "A".repeat(43)), "token");
        let mut load = Load { address, sent, connections: 4, status: 201 };
        let mut next = 7;
        let outcome = runtime.block_on(for_count(&load, 50, &mut next, || 0.0)).unwrap();
        assert_eq!((outcome.answers, next), (50, 57));
        load.status = 200;
        assert!(
            runtime.block_on(for_count(&load, 1, &mut next, || 0.0)).is_err(),
            "another answer than expected"
        );
    }
}
