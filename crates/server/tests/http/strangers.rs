//! Bodies that nobody of ours would send: told of, never the archive's fault, never repeated.

use crate::stage::{ORIGIN, Stage, Visitor, post};

/// A small generator of pseudo-random numbers (Steele, Lea, Flood 2014), so that a failure can be had again.
struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % below as u64) as usize
    }
}

#[tokio::test]
async fn a_body_above_its_size_is_refused_whether_it_says_so_or_not() {
    let stage = Stage::start().await;
    let big = "x".repeat(16 * 1024 + 1);
    let answer = stage.ask(&post(&big)).await;
    assert_eq!((answer.status, answer.problem().as_str()), (413, "too-large"));
    let chunks = format!("{:x}\r\n{big}\r\n0\r\n\r\n", big.len());
    let head = format!(
        "POST /v1/sites/shop/consents HTTP/1.1\r\nhost: a\r\norigin: {ORIGIN}\r\ncontent-type: text/plain\r\n\
         transfer-encoding: chunked\r\nconnection: close\r\n\r\n"
    );
    use tokio::io::AsyncWriteExt;
    let mut stream = tokio::net::TcpStream::connect(stage.address).await.unwrap();
    stream.write_all(format!("{head}{chunks}").as_bytes()).await.unwrap();
    assert_eq!(crate::client::answer(&mut stream).await.problem(), "too-large");
    let just = format!("{{\"canary\":\"{}\"}}", "x".repeat(16 * 1024 - 13));
    assert_eq!(stage.ask(&post(&just)).await.problem(), "bad-body");
    stage.stop().await;
}

#[tokio::test]
async fn deep_json_is_refused() {
    let stage = Stage::start().await;
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        for depth in [25, 128, 1000] {
            let body = format!("{}0{}", open.repeat(depth), close.repeat(depth));
            assert_eq!(stage.ask(&post(&body)).await.problem(), "bad-body", "{open} {depth}");
        }
    }
    stage.stop().await;
}

#[tokio::test]
async fn a_damaged_choice_is_never_the_archives_fault() {
    let stage = Stage::start().await;
    let (policy, token) = stage.region().await;
    let (visitor, mut random) = (Visitor::new(1), Random(7));
    let pieces =
        ["\"", "{", "}", "[", "]", ",", ":", "\\", "\\u0000", "\\ud800", "null", "-1", "1e9", "\u{7f}", "é"];
    for round in 0..400 {
        let mut body = visitor.choice(&policy, &token, true);
        for _ in 0..=random.next(3) {
            if body.is_empty() {
                break;
            }
            // Everything in it is ASCII until the first piece that is not.
            let at = (0..=random.next(body.len())).rev().find(|at| body.is_char_boundary(*at)).unwrap();
            match random.next(3) {
                0 => body.truncate(at),
                1 => body.insert_str(at, pieces[random.next(pieces.len())]),
                _ => {
                    let end = (at + 1 + random.next(9)..)
                        .find(|end| *end >= body.len() || body.is_char_boundary(*end));
                    body.replace_range(at..end.unwrap().min(body.len()), "");
                }
            }
        }
        if body.is_empty() {
            continue;
        }
        let answer = stage.ask(&post(&body)).await;
        assert!(answer.status < 500, "round {round}: {} to {body}", answer.status);
        if answer.status >= 400 {
            answer.problem();
        }
    }
    stage.stop().await;
}

#[tokio::test]
async fn a_body_that_is_not_text_is_refused() {
    let stage = Stage::start().await;
    use tokio::io::AsyncWriteExt;
    let head = format!(
        "POST /v1/sites/shop/consents HTTP/1.1\r\nhost: a\r\norigin: {ORIGIN}\r\ncontent-type: text/plain\r\n\
         content-length: 4\r\nconnection: close\r\n\r\n"
    );
    let mut stream = tokio::net::TcpStream::connect(stage.address).await.unwrap();
    stream.write_all(&[head.as_bytes(), &[0xff, 0xfe, 0, 1]].concat()).await.unwrap();
    assert_eq!(crate::client::answer(&mut stream).await.problem(), "bad-body");
    stage.stop().await;
}
