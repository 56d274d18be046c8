//! Signed notes and checkpoints of C2SP.
//!
//! What this is: texts with signatures below them, the spelling of the keys that check them, and the one note that
//! matters here: a log's [`Checkpoint`]. Signing and the arithmetic of checking are done elsewhere.

use alloc::string::String;
use alloc::vec::Vec;

use super::base64;
use super::digest::{Hash, sha256};
use super::forms::{concat, decimal, last_gap, origin, push_hex};
use crate::text::push_decimal;

/// How many signatures a note may have.
const MOST_SIGNATURES: usize = 32;
/// The type of signature: Ed25519 over the note's text.
const ED25519: u8 = 1;

/// A public Ed25519 key with its name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VerifierKey {
    name: String,
    key: [u8; 32],
}

impl VerifierKey {
    /// A key by its name, for logs their origin: 1 to 255 visible ASCII characters without `+`.
    pub fn new(name: &str, key: [u8; 32]) -> Option<VerifierKey> {
        Some(VerifierKey { name: origin(name)?.into(), key })
    }

    /// Reads `name+hash+key`: the id in 8 hexadecimal digits, and the type (1) with the key in base64.
    pub fn parse(text: &str) -> Option<VerifierKey> {
        let mut parts = text.splitn(3, '+');
        let (name, _, key) = (parts.next()?, parts.next()?, parts.next()?);
        let key: [u8; 33] = base64::array_from_standard(key)?;
        let [kind, key @ ..] = key;
        // That the id belongs to the key is settled by writing it again.
        VerifierKey::new(name, key).filter(|key| kind == ED25519 && key.text() == text)
    }

    /// The spelling that [`VerifierKey::parse`] reads.
    pub fn text(&self) -> String {
        let mut key = [ED25519; 33];
        let [_, rest @ ..] = &mut key;
        rest.copy_from_slice(&self.key);
        concat(&[&self.name, "+", &self.kid(), "+", &base64::standard(&key)])
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key itself (RFC 8032).
    pub fn key(&self) -> &[u8; 32] {
        &self.key
    }

    /// The id: the first 4 bytes of SHA-256 over the name, a line feed, the type and the key.
    pub fn id(&self) -> [u8; 4] {
        let [a, b, c, d, ..] = sha256(&[self.name.as_bytes(), &[b'\n', ED25519], &self.key]);
        [a, b, c, d]
    }

    /// The id as receipts name it: 8 hexadecimal digits.
    pub fn kid(&self) -> String {
        let mut kid = String::new();
        self.id().into_iter().for_each(|byte| push_hex(&mut kid, byte));
        kid
    }

    /// The line that puts this key's signature below a note.
    pub fn signature_line(&self, signature: &[u8; 64]) -> String {
        let mut bytes = self.id().to_vec();
        bytes.extend(signature);
        concat(&["— ", &self.name, " ", &base64::standard(&bytes), "\n"])
    }
}

/// A note: a text with signatures of whomever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note<'t> {
    /// What is signed, with its last line feed.
    pub text: &'t str,
    /// The signatures, in their order.
    pub signatures: Vec<Signature<'t>>,
}

/// A signature below a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature<'t> {
    /// The name of the key.
    pub name: &'t str,
    /// The id of the key.
    pub id: [u8; 4],
    /// The signature; its form is a matter of the key's type.
    pub bytes: Vec<u8>,
}

impl<'t> Note<'t> {
    /// Reads a note. That its signatures are good is still to be seen.
    pub fn parse(note: &'t str) -> Option<Note<'t>> {
        if note.chars().any(|c| c < ' ' && c != '\n') {
            return None;
        }
        let at = last_gap(note)?;
        let (text, lines) = (note.get(..at + 1)?, note.get(at + 2..)?.strip_suffix('\n')?);
        let mut signatures = Vec::new();
        for line in lines.split('\n') {
            signatures.push(Signature::parse(line)?);
        }
        (signatures.len() <= MOST_SIGNATURES).then_some(Note { text, signatures })
    }

    /// A note out of a text, which ends with a line feed, and lines of [`VerifierKey::signature_line`].
    pub fn join(text: &str, signature_lines: &[String]) -> String {
        concat(&[text, "\n", &signature_lines.concat()])
    }
}

impl<'t> Signature<'t> {
    fn parse(line: &'t str) -> Option<Signature<'t>> {
        let (name, base64) = line.strip_prefix("— ")?.split_once(' ')?;
        let bytes = base64::from_standard(base64)?;
        let (id, bytes) = bytes.split_first_chunk::<4>()?;
        let named = !name.is_empty() && !name.contains('+') && !name.contains(char::is_whitespace);
        named.then(|| Signature { name, id: *id, bytes: bytes.to_vec() })
    }

    /// The key that it says it is of.
    pub fn of<'k>(&self, keys: &'k [VerifierKey]) -> Option<&'k VerifierKey> {
        keys.iter().find(|key| key.name == self.name && key.id() == self.id)
    }
}

/// How large a log is, and its root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name.
    pub origin: String,
    /// How many leaves it has.
    pub size: u64,
    /// The root of its tree ([`super::tree`]).
    pub root: Hash,
}

impl Checkpoint {
    /// The text that is signed: the three on a line each.
    pub fn text(&self) -> String {
        let mut size = String::new();
        push_decimal(&mut size, self.size);
        concat(&[&self.origin, "\n", &size, "\n", &base64::standard(&self.root), "\n"])
    }

    /// Reads the text of a note. Further lines, which others may have added for themselves, are not looked at.
    pub fn parse(text: &str) -> Option<Checkpoint> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let checkpoint = Checkpoint {
            origin: origin(lines.next()?)?.into(),
            size: decimal(lines.next()?)?,
            root: base64::array_from_standard(lines.next()?)?,
        };
        lines.all(|line| !line.is_empty()).then_some(checkpoint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    /// The example of C2SP tlog-checkpoint.
    const EXAMPLE: &str = "example.com/behind-the-sofa\n20852163\n\
        CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
        — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

    #[test]
    fn reads_the_example_of_the_specification() {
        let note = Note::parse(EXAMPLE).unwrap();
        assert_eq!(note.signatures.len(), 1);
        assert_eq!(note.signatures[0].name, "example.com/behind-the-sofa");
        assert_eq!((note.signatures[0].id, note.signatures[0].bytes.len()), ([3, 0x3d, 0xe0, 0xae], 64));
        let checkpoint = Checkpoint::parse(note.text).unwrap();
        assert_eq!(
            (checkpoint.origin.as_str(), checkpoint.size),
            ("example.com/behind-the-sofa", 20_852_163)
        );
        assert_eq!(checkpoint.text(), note.text);
    }

    #[test]
    fn a_key_has_one_spelling() {
        // The example of Go's golang.org/x/mod/sumdb/note.
        let text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        let key = VerifierKey::parse(text).unwrap();
        assert_eq!((key.name(), key.kid().as_str(), key.text().as_str()), ("PeterNeumann", "c74f20a3", text));
        for bad in [
            "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "Peter+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T",
            "PeterNeumann+c74f20a3+AhpcQcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumann+c74f20a3",
            "",
        ] {
            assert_eq!(VerifierKey::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_note_is_put_together_as_it_is_read() {
        let key = VerifierKey::new("log.example/1", [5; 32]).unwrap();
        let note = Note::join("a\n\nb\n", &[key.signature_line(&[9; 64]), key.signature_line(&[8; 64])]);
        let read = Note::parse(&note).unwrap();
        assert_eq!((read.text, read.signatures.len()), ("a\n\nb\n", 2));
        let keys = [VerifierKey::new("log.example/2", [5; 32]).unwrap(), key];
        assert_eq!(read.signatures[0].of(&keys), Some(&keys[1]));
        assert_eq!(read.signatures[0].of(&keys[..1]), None);
    }

    #[test]
    fn what_is_no_note_is_refused() {
        for bad in [
            "",
            "\n",
            "a\n",
            "a\n\n",
            "a\n\n\n",
            "a\n\n— b\n",
            "a\n\n— b AAAA\n",
            "a\n\n— b AAAAAAAA",
            "a\r\n\n— b AAAAAAAA\n",
            "a\n\n- b AAAAAAAA\n",
            "a\n\n—  AAAAAAAA\n",
            "a\n\n— b+c AAAAAAAA\n",
            "a\n\n— b c AAAAAAAA\n",
        ] {
            assert_eq!(Note::parse(bad), None, "{bad:?}");
        }
        let many = format!("a\n\n{}", "— b AAAAAAAA\n".repeat(33));
        assert_eq!(Note::parse(&many), None);
    }

    #[test]
    fn what_is_no_checkpoint_is_refused() {
        let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
        assert!(Checkpoint::parse(&format!("a\n0\n{root}\nmore\n")).is_some());
        for bad in [
            format!("a\n0\n{root}"),
            format!("a\n00\n{root}\n"),
            format!("a\n-1\n{root}\n"),
            format!("\n0\n{root}\n"),
            format!("a\n0\n{root}\n\n"),
            format!("a\n0\n{}\n", root.trim_end_matches('=')),
            "a\n0\n".into(),
        ] {
            assert_eq!(Checkpoint::parse(&bad), None, "{bad:?}");
        }
    }
}
