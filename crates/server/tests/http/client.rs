//! A client that sends exactly what it is told.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a header, or nothing.
    pub fn header(&self, name: &str) -> Option<&str> {
        let pairs = self.head.lines().filter_map(|line| line.split_once(": "));
        pairs.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The last part of the problem's name.
    pub fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let json = self.json();
        assert_eq!(json["status"], self.status, "{self:?}");
        json["type"].as_str().unwrap().strip_prefix("urn:assent:problem:").unwrap().to_string()
    }
}

/// Sends a request, written as its first line, headers, an empty line and a body, on a connection of its own.
pub async fn ask(address: SocketAddr, request: &str) -> Answer {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(wire(request, true).as_bytes()).await.unwrap();
    answer(&mut stream).await
}

/// A request as it goes over the wire.
pub fn wire(request: &str, close: bool) -> String {
    let (head, body) = request.split_once("\n\n").unwrap_or((request, ""));
    let (line, headers) = head.split_once('\n').unwrap_or((head, ""));
    let mut wire = format!("{} HTTP/1.1\r\nhost: archive.example\r\n", line.trim());
    for header in headers.lines().filter(|header| !header.is_empty()) {
        wire += &format!("{}\r\n", header.trim());
    }
    if close {
        wire += "connection: close\r\n";
    }
    if !body.is_empty() {
        wire += &format!("content-length: {}\r\n", body.len());
    }
    wire + "\r\n" + body
}

/// Reads one answer to its end.
pub async fn answer(stream: &mut TcpStream) -> Answer {
    let mut read = Vec::new();
    let head_end = loop {
        if let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        let count = stream.read_buf(&mut read).await.unwrap_or(0);
        assert_ne!(count, 0, "the connection ended within a head: {:?}", String::from_utf8_lossy(&read));
    };
    let head = String::from_utf8(read[..head_end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let mut answer = Answer { status, head, body: read[head_end + 4..].to_vec() };
    let length = answer.header("content-length").map(|length| length.parse::<usize>().unwrap());
    let is_chunked = answer.header("transfer-encoding").is_some();
    loop {
        let is_whole = match length {
            _ if matches!(status, 204 | 304) => true,
            Some(length) => answer.body.len() >= length,
            None => is_chunked && answer.body.ends_with(b"0\r\n\r\n"),
        };
        if is_whole || stream.read_buf(&mut answer.body).await.unwrap_or(0) == 0 {
            break;
        }
    }
    if is_chunked {
        answer.body = whole(&answer.body);
    }
    answer
}

/// Puts chunks together; chunks that end before their end are an error.
fn whole(mut chunks: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let end = chunks.windows(2).position(|two| two == b"\r\n").expect("a chunk has a length");
        let length = usize::from_str_radix(std::str::from_utf8(&chunks[..end]).unwrap(), 16).unwrap();
        if length == 0 {
            return body;
        }
        body.extend_from_slice(&chunks[end + 2..end + 2 + length]);
        chunks = &chunks[end + 2 + length + 2..];
    }
}
