//! What the archive counts about itself, in the text form of Prometheus.
//!
//! What it is not: about anybody. There is a count per route and status, and none per site, network or person.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Upper bounds of the buckets of durations, in milliseconds.
const BUCKETS: [u64; 9] = [1, 2, 5, 10, 25, 50, 100, 500, 2500];

/// The counts of one process.
#[derive(Debug, Default)]
pub struct Metrics {
    requests: Mutex<BTreeMap<(String, u16), u64>>,
    buckets: [AtomicU64; BUCKETS.len()],
    count: AtomicU64,
    micros: AtomicU64,
    /// Connections that are open now.
    pub open: AtomicU64,
    /// Connections that were refused because there were too many.
    pub refused: AtomicU64,
    /// Connections that were closed because they were too slow.
    pub slow: AtomicU64,
}

impl Metrics {
    /// Counts an answer. `route` is the route's pattern, not the address.
    pub fn answered(&self, route: &str, status: u16, took: Duration) {
        if let Ok(mut requests) = self.requests.lock() {
            match requests.get_mut(&(route.to_string(), status)) {
                Some(count) => *count += 1,
                None => drop(requests.insert((route.to_string(), status), 1)),
            }
        }
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        for (bound, bucket) in BUCKETS.iter().zip(&self.buckets) {
            if micros <= bound * 1000 {
                bucket.fetch_add(1, Ordering::Relaxed);
            }
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        self.micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// All counts. `waiting` is the number of writes that wait for the archive.
    pub fn text(&self, waiting: usize) -> String {
        let mut out = String::from("# TYPE assent_http_requests_total counter\n");
        for ((route, status), count) in self.requests.lock().iter().flat_map(|requests| requests.iter()) {
            let labels = format!("route=\"{route}\",status=\"{status}\"");
            let _ = writeln!(out, "assent_http_requests_total{{{labels}}} {count}");
        }
        out.push_str("# TYPE assent_http_request_seconds histogram\n");
        for (bound, bucket) in BUCKETS.iter().zip(&self.buckets) {
            let (seconds, count) = (*bound as f64 / 1000.0, bucket.load(Ordering::Relaxed));
            let _ = writeln!(out, "assent_http_request_seconds_bucket{{le=\"{seconds}\"}} {count}");
        }
        let count = self.count.load(Ordering::Relaxed);
        let seconds = self.micros.load(Ordering::Relaxed) as f64 / 1e6;
        let _ = writeln!(out, "assent_http_request_seconds_bucket{{le=\"+Inf\"}} {count}");
        let _ = writeln!(out, "assent_http_request_seconds_sum {seconds}");
        let _ = writeln!(out, "assent_http_request_seconds_count {count}");
        for (name, kind, value) in [
            ("assent_connections_open", "gauge", self.open.load(Ordering::Relaxed)),
            ("assent_connections_refused_total", "counter", self.refused.load(Ordering::Relaxed)),
            ("assent_connections_slow_total", "counter", self.slow.load(Ordering::Relaxed)),
            ("assent_writes_waiting", "gauge", waiting as u64),
        ] {
            let _ = writeln!(out, "# TYPE {name} {kind}\n{name} {value}");
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_counted_by_route_and_status_and_in_each_bucket_above_it() {
        let metrics = Metrics::default();
        metrics.answered("/healthz", 200, Duration::from_millis(3));
        metrics.answered("/healthz", 200, Duration::from_secs(9));
        let text = metrics.text(4);
        for line in [
            "assent_http_requests_total{route=\"/healthz\",status=\"200\"} 2",
            "assent_http_request_seconds_bucket{le=\"0.002\"} 0",
            "assent_http_request_seconds_bucket{le=\"0.005\"} 1",
            "assent_http_request_seconds_bucket{le=\"2.5\"} 1",
            "assent_http_request_seconds_bucket{le=\"+Inf\"} 2",
            "assent_writes_waiting 4",
        ] {
            assert!(text.lines().any(|had| had == line), "{line} is not in:\n{text}");
        }
    }
}
