//! The names of records: UUIDs that their makers draw.

use alloc::string::String;

use super::time::Time;

/// A UUID of version 7 (RFC 9562): a moment, then random bits. No other version can be had.
///
/// The moment is the maker's and proves nothing; it is never used for order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid([u8; 16]);

impl Uuid {
    /// One of a moment and random bytes.
    pub fn new(time: Time, random: [u8; 10]) -> Uuid {
        let [_, _, a, b, c, d, e, f] = time.millis().to_be_bytes();
        let [g, h, i, j, k, l, m, n, o, p] = random;
        Uuid([a, b, c, d, e, f, g & 0x0f | 0x70, h, i & 0x3f | 0x80, j, k, l, m, n, o, p])
    }

    /// One by its bytes, if they are of version 7.
    pub fn from_bytes(bytes: [u8; 16]) -> Option<Uuid> {
        let [.., version, _, variant, _, _, _, _, _, _, _] = bytes;
        (version >> 4 == 7 && variant >> 6 == 2).then_some(Uuid(bytes))
    }

    /// Its bytes.
    pub fn bytes(self) -> [u8; 16] {
        self.0
    }

    /// The moment at which it says it was made.
    pub fn time(self) -> Time {
        let [a, b, c, d, e, f, ..] = self.0;
        Time::from_millis(u64::from_be_bytes([0, 0, a, b, c, d, e, f])).unwrap_or(Time::LAST)
    }

    /// Reads the spelling with hyphens and lower-case digits.
    pub fn parse(text: &str) -> Option<Uuid> {
        let digit = |letter: u8| match letter {
            b'0'..=b'9' => Some(letter - b'0'),
            b'a'..=b'f' => Some(letter - b'a' + 10),
            _ => None,
        };
        let mut letters = text.bytes();
        let mut bytes = [0u8; 16];
        for (i, byte) in bytes.iter_mut().enumerate() {
            if matches!(i, 4 | 6 | 8 | 10) && letters.next()? != b'-' {
                return None;
            }
            *byte = digit(letters.next()?)? << 4 | digit(letters.next()?)?;
        }
        if letters.next().is_some() { None } else { Uuid::from_bytes(bytes) }
    }

    /// The spelling that [`Uuid::parse`] reads.
    pub fn text(self) -> String {
        let digit = |value: u8| char::from(if value < 10 { b'0' + value } else { b'a' - 10 + value });
        let mut out = String::with_capacity(36);
        for (i, byte) in self.0.iter().enumerate() {
            if matches!(i, 4 | 6 | 8 | 10) {
                out.push('-');
            }
            out.push(digit(byte >> 4));
            out.push(digit(byte & 15));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 9562, appendix A.6.
    const EXAMPLE: &str = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";

    #[test]
    fn reads_and_makes_the_example_of_the_standard() {
        let uuid = Uuid::parse(EXAMPLE).unwrap();
        assert_eq!(uuid.text(), EXAMPLE);
        assert_eq!(uuid.time().text(), "2022-02-22T19:22:22.000Z");
        let random = [0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f];
        assert_eq!(Uuid::new(uuid.time(), random), uuid);
    }

    #[test]
    fn refuses_other_versions_and_spellings() {
        for text in [
            "",
            "017f22e279b07cc398c4dc0c0c07398f",
            "017F22E2-79B0-7CC3-98C4-DC0C0C07398F",
            "017f22e2-79b0-4cc3-98c4-dc0c0c07398f",
            "017f22e2-79b0-7cc3-c8c4-dc0c0c07398f",
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
            "{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}",
        ] {
            assert_eq!(Uuid::parse(text), None, "{text}");
        }
    }
}
