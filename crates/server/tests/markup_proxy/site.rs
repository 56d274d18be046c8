//! A site, a proxy before it and a visitor.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use assent_core::choice::{Choice, How};
use assent_core::decide::{Grants, Vendors};
use assent_core::jurisdiction::Regime;
use assent_core::policy::Policy;
use assent_server::middleware::proxy::{Proxy, Upstream};
use assent_server::middleware::{Options, Parking, Site};
use assent_server::store::{Clock, Time};
use axum::Router;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub const NOW: u64 = 1_795_000_000;

const POLICY: &str = r#"{"version":1,"controller":{"name":"S","contact":"c","privacyNotice":"/p"},
"purposes":["analytics","marketing"],"unlisted":"hold",
"vendors":["google-analytics","meta",{"id":"acme","name":"Acme","hosts":["shop.example/collect"],"purposes":["analytics"]}]}"#;

struct Still;

impl Clock for Still {
    fn now(&self) -> Time {
        Time::from_millis(NOW * 1000).unwrap()
    }
}

pub fn rules() -> Site {
    Site::new(&Policy::from_json(POLICY).unwrap()).unwrap()
}

/// The cookie of somebody who granted these purposes and refused these vendors.
pub fn cookie(purposes: u32, refused: u64) -> String {
    let grants = Grants { purposes, refused: Vendors { low: refused, high: 0 } };
    let digest = rules().rules().digest;
    let choice =
        Choice { digest, time: NOW - 60, how: How::Banner, regime: Regime::OptIn, signalled: false, grants };
    format!("theme=dark; assent={}", choice.encode())
}

/// A proxy before a site.
pub async fn before(site: SocketAddr, change: impl FnOnce(&mut Options)) -> SocketAddr {
    let rules = rules();
    let mut options = Options::new(&rules);
    options.host = "shop.example".into();
    change(&mut options);
    let parking = Parking::new(Arc::new(rules), options, Arc::new(Still));
    let upstream = Upstream::new(&format!("http://{site}"), Duration::from_millis(500)).unwrap();
    let proxy = Proxy::listen(([127, 0, 0, 1], 0).into(), upstream, parking).await.unwrap();
    let address = proxy.address().unwrap();
    tokio::spawn(proxy.serve(std::future::pending()));
    address
}

/// A site of one kind of page, and a proxy before it.
pub async fn serving<H, T>(page: H, change: impl FnOnce(&mut Options)) -> SocketAddr
where
    H: axum::handler::Handler<T, ()>,
    T: 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let site = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(page)).await });
    before(site, change).await
}

/// An answer as a visitor sees it; status 0 for one that breaks off before it has begun.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Vec<String> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .filter(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.to_string())
            .collect()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Asks for a path, with further header lines. HTTP/1.0, so that the body ends with the connection.
pub async fn ask(address: SocketAddr, line: &str, headers: &str) -> Answer {
    let mut connection = TcpStream::connect(address).await.unwrap();
    let request = format!("{line} HTTP/1.0\r\nHost: shop.example\r\n{headers}\r\n");
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // An answer that breaks off is looked at as far as it came.
    while connection.read_buf(&mut answer).await.is_ok_and(|count| count > 0) {}
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Answer { status: 0, head: String::new(), body: answer };
    };
    let head = String::from_utf8(answer[..end].to_vec()).unwrap();
    Answer {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head,
        body: answer[end + 4..].to_vec(),
    }
}
