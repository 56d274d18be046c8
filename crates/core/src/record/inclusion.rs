//! Proofs that can be taken along (C2SP tlog-proof).

use alloc::string::String;
use alloc::vec::Vec;

use super::base64;
use super::digest::Hash;
use super::forms::{decimal, first_gap};
use crate::text::push_decimal;

const HEAD: &str = "c2sp.org/tlog-proof@v1\n";
/// The longest text that is read, in bytes. Witnesses with large signatures have room.
const MOST_BYTES: usize = 128 * 1024;

/// That a leaf stands in a log: its place, the way from there up to the root, and the checkpoint that tells the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inclusion {
    /// Something that its maker wanted to be carried along. Nobody vouches for it; this log does not use it.
    pub extra: Option<Vec<u8>>,
    /// Where the leaf stands, from 0 on.
    pub index: u64,
    /// The siblings, from the leaf's up to the root's child.
    pub path: Vec<Hash>,
    /// The checkpoint, as a signed note ([`super::note::Note`]).
    pub checkpoint: String,
}

impl Inclusion {
    /// The proof as a text.
    pub fn text(&self) -> String {
        let mut text = String::from(HEAD);
        if let Some(extra) = &self.extra {
            text.push_str("extra ");
            text.push_str(&base64::standard(extra));
            text.push('\n');
        }
        text.push_str("index ");
        push_decimal(&mut text, self.index);
        text.push('\n');
        for hash in &self.path {
            text.push_str(&base64::standard(hash));
            text.push('\n');
        }
        text.push('\n');
        text.push_str(&self.checkpoint);
        text
    }

    /// Reads [`Inclusion::text`]. The checkpoint is taken as it is.
    pub fn parse(text: &str) -> Option<Inclusion> {
        let gap = first_gap(text).filter(|_| text.len() <= MOST_BYTES)?;
        let (head, checkpoint) = (text.get(..gap)?, text.get(gap + 2..)?);
        let mut lines = head.strip_prefix(HEAD)?.split('\n').peekable();
        let extra = match lines.peek()?.strip_prefix("extra ") {
            Some(extra) => {
                lines.next();
                Some(base64::from_standard(extra)?)
            }
            None => None,
        };
        let index = decimal(lines.next()?.strip_prefix("index ")?)?;
        let mut path = Vec::new();
        for line in lines {
            path.push(base64::array_from_standard(line)?);
        }
        (path.len() <= 64).then(|| Inclusion { extra, index, path, checkpoint: checkpoint.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of C2SP tlog-proof, with its extra data and signatures as it abridges them.
    const EXAMPLE: &str = "c2sp.org/tlog-proof@v1\nindex 73894\n\
        gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=\nB95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=\n\n\
        example.com/fancylog\n109482\nsFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=\n\n— example.com/fancylog hI2DJw==\n";

    #[test]
    fn reads_the_form_of_the_specification() {
        let proof = Inclusion::parse(EXAMPLE).unwrap();
        assert_eq!((proof.index, proof.path.len(), &proof.extra), (73_894, 2, &None));
        assert!(proof.checkpoint.starts_with("example.com/fancylog\n109482\n"));
        assert_eq!(proof.text(), EXAMPLE);
        for path in [Vec::new(), [[7; 32]].to_vec()] {
            let proof = Inclusion { extra: Some(b"ab".to_vec()), path, ..proof.clone() };
            assert_eq!(Inclusion::parse(&proof.text()), Some(proof));
        }
    }

    #[test]
    fn what_has_another_form_is_refused() {
        let long = Inclusion { extra: None, index: 0, path: [[0; 32]].repeat(65), checkpoint: String::new() };
        for bad in [
            String::new(),
            "c2sp.org/tlog-proof@v1\n".into(),
            EXAMPLE.replace("@v1", "@v2"),
            EXAMPLE.replace("index 73894\n", ""),
            EXAMPLE.replace("index 73894", "index 073894"),
            EXAMPLE.replace("index 73894", "extra \nextra \nindex 73894"),
            EXAMPLE.replace("gSKyXo", "gSKyX"),
            EXAMPLE.replace("dPlQ=", "dPlQ= "),
            EXAMPLE.replace("\n\nexample", "\nexample").replace("\n\n—", "\n—"),
            long.text(),
            EXAMPLE.replace("hI2DJw==", &"A".repeat(MOST_BYTES)),
        ] {
            assert_eq!(Inclusion::parse(&bad), None, "{bad:.80}");
        }
    }
}
