//! What the load sends: valid submissions, each of another person and with another name.
//!
//! One text is made, and the places that differ are written over: making each anew would measure the load.

/// The page that they come from.
pub const ORIGIN: &str = "https://shop.example";

/// The site's policy: as many purposes and vendors as a small shop has.
pub const POLICY: &str = r#"{"version":1,"controller":{"name":"Shop","contact":"privacy@shop.example",
"privacyNotice":"https://shop.example/privacy"},"purposes":["analytics","marketing","functional"],"vendors":[
{"id":"counter","name":"Counter","hosts":["counter.example"],"purposes":["analytics"]},
{"id":"ads","name":"Ads","hosts":["ads.example"],"purposes":["marketing"]}]}"#;

/// Twelve digits, which name one submission.
const DIGITS: usize = 12;

/// A request that is sent again and again with another name.
#[derive(Clone)]
pub struct Sent {
    wire: Vec<u8>,
    /// Where the digits are written.
    places: Vec<usize>,
}

impl Sent {
    /// Submissions under a policy, with the token that came with it.
    pub fn consents(policy: &str, token: &str) -> Sent {
        let (subject, auth) = bearer(0);
        let body = format!(
            "{{\"id\":\"{}\",\"subject\":\"{subject}\",\"auth\":\"{auth}\",\"policy\":\"{policy}\",\
             \"policy_token\":\"{token}\",\"action\":\"custom\",\"source\":\"banner\",\
             \"purposes\":{{\"analytics\":true,\"functional\":true,\"marketing\":false}},\
             \"vendors\":{{\"ads\":false,\"counter\":true}},\"signals\":{{\"gpc\":false}},\"language\":\"de\",\
             \"notice_ms\":5210,\"given_at\":\"2026-11-23T15:04:05.123Z\"}}",
            id(0)
        );
        let head = format!(
            "POST /v1/sites/shop/consents HTTP/1.1\r\nhost: a\r\norigin: {ORIGIN}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let wire = head + &body;
        let zeros = "0".repeat(DIGITS);
        let places = ["\"id\":\"", "\"subject\":\"", "\"auth\":\""]
            .iter()
            .filter_map(|member| {
                Some(wire.find(member)? + wire.split_once(member)?.1.find(&zeros)? + member.len())
            })
            .collect();
        Sent { wire: wire.into_bytes(), places }
    }

    /// A request that is always the same.
    pub fn get(path: &str) -> Sent {
        Sent { wire: format!("GET {path} HTTP/1.1\r\nhost: a\r\n\r\n").into_bytes(), places: Vec::new() }
    }

    /// The bytes of the `n`th.
    pub fn wire(&mut self, n: u64) -> &[u8] {
        let digits = digits(n);
        for place in &self.places {
            if let Some(target) = self.wire.get_mut(*place..*place + DIGITS) {
                target.copy_from_slice(&digits);
            }
        }
        &self.wire
    }
}

fn digits(n: u64) -> [u8; DIGITS] {
    let mut digits = [b'0'; DIGITS];
    let mut rest = n;
    for digit in digits.iter_mut().rev() {
        let value = u8::try_from(rest % 16).unwrap_or_default();
        *digit = if value < 10 { b'0' + value } else { b'a' + value - 10 };
        rest /= 16;
    }
    digits
}

fn text(n: u64) -> String {
    String::from_utf8_lossy(&digits(n)).into_owned()
}

/// The name of the `n`th. As with real ones, those of one time stand together.
fn id(n: u64) -> String {
    format!("019ab6d2-0000-7000-8000-{}", text(n))
}

/// Id and token of the `n`th person, as they show them.
pub fn bearer(n: u64) -> (String, String) {
    (format!("{}ssssssssSA", text(n)), format!("{}tttttttttttttttttttttttttttttTA", text(n)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use assent_core::record::Submission;

    #[test]
    fn each_submission_is_valid_and_another_one() {
        let policy = format!("sha256-{}", "A".repeat(43));
        let mut sent = Sent::consents(&policy, "token");
        let mut read = |n| {
            let wire = String::from_utf8(sent.wire(n).to_vec()).unwrap();
            let (head, body) = wire.split_once("\r\n\r\n").unwrap();
            assert!(head.ends_with(&format!("content-length: {}", body.len())));
            Submission::parse(body).unwrap()
        };
        let (one, other) = (read(1), read(0xabc_def));
        assert_ne!(one.id, other.id);
        assert_ne!(one.subject, other.subject);
        assert_ne!(one.auth, other.auth);
        assert_eq!(one.answer, other.answer);
        assert_eq!(other.id.text(), id(0xabc_def));
    }
}
