//! Visitors that keep what they were promised.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use assent_core::record::note::VerifierKey;
use assent_core::record::{Secret, Time, Uuid};
use serde_json::{Value, json};

use crate::binary::ORIGIN;

/// A connection that stays open.
pub struct Connection {
    stream: BufReader<TcpStream>,
}

/// An answer: status, head, body.
pub type Answer = (u16, String, Value);

impl Connection {
    pub fn open(address: SocketAddr) -> io::Result<Connection> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        stream.set_nodelay(true)?;
        Ok(Connection { stream: BufReader::new(stream) })
    }

    /// Sends a request and reads its answer; an error if the other end is gone.
    pub fn ask(&mut self, line: &str, headers: &str, body: &str) -> io::Result<Answer> {
        let length =
            if body.is_empty() { String::new() } else { format!("content-length: {}\r\n", body.len()) };
        let wire = format!("{line} HTTP/1.1\r\nhost: a\r\n{headers}{length}\r\n{body}");
        self.stream.get_mut().write_all(wire.as_bytes())?;
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if self.stream.read_line(&mut head)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        let head = head.to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
        self.stream.read_exact(&mut body)?;
        Ok((status, head, serde_json::from_slice(&body).unwrap_or_default()))
    }

    /// The policy's digest and a policy token.
    pub fn region(&mut self) -> io::Result<(String, String)> {
        let (_, _, region) = self.ask("GET /v1/sites/shop/region", "", "")?;
        let text = |name: &str| region[name].as_str().unwrap_or_default().to_string();
        Ok((text("policy"), text("policy_token")))
    }

    /// The keys of all logs.
    pub fn keys(&mut self) -> Vec<VerifierKey> {
        let (_, _, logs) = self.ask("GET /v1/log", "", "").unwrap();
        let keys = logs["logs"].as_array().unwrap().iter().flat_map(|log| log["keys"].as_array().unwrap());
        keys.map(|key| VerifierKey::parse(key.as_str().unwrap()).unwrap()).collect()
    }

    /// Sends a choice.
    pub fn choose(&mut self, body: &str) -> io::Result<Answer> {
        let headers = format!("origin: {ORIGIN}\r\ncontent-type: application/json\r\n");
        self.ask("POST /v1/sites/shop/consents", &headers, body)
    }

    /// All that a person may take along. The connection ends with it.
    pub fn export(mut self, secret: &Secret) -> String {
        let shows = format!("Subject shop.{}.{}", url(&secret.subject()), url(&secret.token()));
        let wire = format!(
            "GET /v1/me/export HTTP/1.1\r\nhost: a\r\nauthorization: {shows}\r\nconnection: close\r\n\r\n"
        );
        self.stream.get_mut().write_all(wire.as_bytes()).unwrap();
        let mut answer = String::new();
        self.stream.read_to_string(&mut answer).unwrap();
        let (_, mut chunks) = answer.split_once("\r\n\r\n").unwrap();
        let mut body = String::new();
        loop {
            let (length, rest) = chunks.split_once("\r\n").unwrap();
            let length = usize::from_str_radix(length, 16).unwrap();
            if length == 0 {
                return body;
            }
            let (chunk, rest) = rest.split_at(length);
            body += chunk;
            chunks = rest.strip_prefix("\r\n").unwrap();
        }
    }

    /// A receipt, as the person asks for it.
    pub fn receipt(&mut self, secret: &Secret, id: &str) -> io::Result<Answer> {
        let headers =
            format!("authorization: Subject shop.{}.{}\r\n", url(&secret.subject()), url(&secret.token()));
        self.ask(&format!("GET /v1/me/consents/{id}/receipt"), &headers, "")
    }
}

/// The name of the `n`th record of a visitor.
pub fn name(visitor: u8, n: u64) -> String {
    let mut random = [visitor; 10];
    random.iter_mut().zip(n.to_be_bytes()).for_each(|(to, from)| *to = from);
    Uuid::new(Time::from_millis(1_764_000_000_000).unwrap(), random).text()
}

/// A choice of somebody.
pub fn choice(secret: &Secret, id: &str, policy: &str, token: &str) -> String {
    let body = json!({
        "id": id, "subject": url(&secret.subject()), "auth": url(&secret.token()), "policy": policy,
        "policy_token": token, "action": "custom", "source": "banner",
        "purposes": {"analytics": true, "marketing": false}, "given_at": "2026-11-23T15:04:05.123Z",
    });
    body.to_string()
}

fn url(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let bits =
            three.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..=three.len() {
            out.push(char::from(LETTERS[(bits >> (18 - 6 * place) & 63) as usize]));
        }
    }
    out
}
