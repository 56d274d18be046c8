//! What every host has received.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use axum::{
    body::Bytes,
    http::{header, request::Parts},
};
use tokio::sync::watch;

/// One request that arrived.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The host it was meant for, without port.
    pub host: String,
    /// Path and query.
    pub path: String,
    /// `GET`, `POST`, `OPTIONS` for a preflight, `CONNECT` for a failed try by https through the proxy.
    pub method: String,
    /// What it carried.
    pub body: Bytes,
    /// The page it came from, as far as the browser says (`Origin` or `Referer`).
    pub from: String,
    /// When.
    pub time: Instant,
}

impl Hit {
    pub(crate) fn new(host: &str, parts: &Parts, body: Bytes) -> Self {
        let sent = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
        Self {
            host: host.to_owned(),
            path: parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
            method: parts.method.to_string(),
            body,
            from: sent(header::ORIGIN).or_else(|| sent(header::REFERER)).unwrap_or_default().to_owned(),
            time: Instant::now(),
        }
    }

    /// The test's host (`t7.shop.test`) that it came from; none where the browser does not say, or it came from elsewhere.
    #[must_use]
    pub fn site(&self) -> Option<&str> {
        let (_, rest) = self.from.split_once("://")?;
        rest.split(['/', ':']).next().filter(|host| host.ends_with(".shop.test"))
    }

    /// The body as text; bytes that are no text become replacement characters.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// All hits so far, and a bell that rings with each new one.
#[derive(Debug)]
pub struct Log {
    hits: Mutex<Vec<Hit>>,
    bell: watch::Sender<usize>,
}

impl Default for Log {
    fn default() -> Self {
        Self { hits: Mutex::default(), bell: watch::Sender::new(0) }
    }
}

impl Log {
    pub(crate) fn note(&self, hit: Hit) {
        let mut hits = self.lock();
        hits.push(hit);
        self.bell.send_replace(hits.len());
    }

    pub(crate) fn of(&self, host: &str) -> Vec<Hit> {
        self.lock().iter().filter(|hit| hit.host == host).cloned().collect()
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
        self.bell.send_replace(0);
    }

    /// How many requests each host has received, preflights left out: they carry nothing.
    pub(crate) fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for hit in self.lock().iter().filter(|hit| hit.method != "OPTIONS") {
            *counts.entry(hit.host.clone()).or_insert(0) += 1;
        }
        counts
    }

    pub(crate) fn bell(&self) -> watch::Receiver<usize> {
        self.bell.subscribe()
    }

    /// A test that failed while it held the lock has not spoilt the list.
    fn lock(&self) -> MutexGuard<'_, Vec<Hit>> {
        self.hits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
