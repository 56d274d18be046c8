//! Bits in base64url text, read and written without an intermediate buffer.
//!
//! What this is: the alphabet of RFC 4648, section 5, without padding characters; six bits a character, the most
//! significant first. Numbers are big-endian and not aligned. A Fibonacci number is the Zeckendorf sum, lowest term first,
//! ended by a second 1 (GPP 1.1).
//!
//! What it is not: a decoder of bytes. Texts whose length no encoder of bytes would give are read all the same, since
//! consent strings are padded in three ways.

use super::fault::Fault;
use alloc::string::String;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// No id, offset or length in a consent string is larger; a longer Fibonacci number is refused unread.
const FIBONACCI_LIMIT: u32 = 1 << 20;

/// The six bits of a character.
pub fn sextet(character: u8) -> Option<u8> {
    Some(match character {
        b'A'..=b'Z' => character - b'A',
        b'a'..=b'z' => character - b'a' + 26,
        b'0'..=b'9' => character - b'0' + 52,
        b'-' => 62,
        b'_' => 63,
        _ => return None,
    })
}

/// Reads bits from a text.
#[derive(Clone, Debug)]
pub struct BitReader<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> BitReader<'a> {
    /// A reader at the first bit. Every character is looked at before the first bit is read.
    pub fn new(text: &'a str) -> Result<Self, Fault> {
        let text = text.as_bytes();
        if text.iter().any(|character| sextet(*character).is_none()) {
            return Err(Fault::BadCharacter);
        }
        Ok(Self { text, at: 0 })
    }

    /// How many bits are left.
    pub fn remaining(&self) -> usize {
        self.text.len().saturating_mul(6).saturating_sub(self.at)
    }

    /// The next bit.
    pub fn bit(&mut self) -> Result<bool, Fault> {
        let character = *self.text.get(self.at / 6).ok_or(Fault::Truncated)?;
        let sextet = sextet(character).ok_or(Fault::BadCharacter)?;
        let bit = sextet >> (5 - self.at % 6) & 1;
        self.at += 1;
        Ok(bit == 1)
    }

    /// The next `width` bits, at most 64, as a number.
    pub fn number(&mut self, width: u32) -> Result<u64, Fault> {
        self.room(width as usize)?;
        let mut number = 0;
        for _ in 0..width {
            number = number << 1 | u64::from(self.bit()?);
        }
        Ok(number)
    }

    /// As [`Self::number`], for fields of up to 16 bits.
    pub fn short(&mut self, width: u32) -> Result<u16, Fault> {
        u16::try_from(self.number(width)?).map_err(|_| Fault::TooLarge)
    }

    /// As [`Self::number`], for fields of up to 8 bits.
    pub fn byte(&mut self, width: u32) -> Result<u8, Fault> {
        u8::try_from(self.number(width)?).map_err(|_| Fault::TooLarge)
    }

    /// A Fibonacci number, at least 1.
    pub fn fibonacci(&mut self) -> Result<u32, Fault> {
        let (mut number, mut term, mut next) = (0, 1, 2);
        let mut before = false;
        loop {
            let bit = self.bit()?;
            if bit && before {
                return Ok(number);
            }
            if term > FIBONACCI_LIMIT {
                return Err(Fault::TooLarge);
            }
            if bit {
                number += term;
            }
            before = bit;
            (term, next) = (next, term + next);
        }
    }

    /// An error if what is left cannot be padding: a one among more than two bytes. Writers fill up in several ways, not
    /// all of them with zeros.
    pub fn end(mut self) -> Result<(), Fault> {
        if self.remaining() <= 16 {
            return Ok(());
        }
        while self.remaining() > 0 {
            if self.bit()? {
                return Err(Fault::TrailingBits);
            }
        }
        Ok(())
    }

    /// An error unless that many bits are left: asked before anything is reserved for them.
    pub fn room(&self, bits: usize) -> Result<(), Fault> {
        if bits > self.remaining() { Err(Fault::Truncated) } else { Ok(()) }
    }
}

/// Writes bits into a text.
#[derive(Clone, Debug, Default)]
pub struct BitWriter {
    text: String,
    pending: u8,
    /// How many bits were written in all.
    length: usize,
}

impl BitWriter {
    /// Appends a bit.
    pub fn bit(&mut self, bit: bool) {
        self.pending = self.pending << 1 | u8::from(bit);
        self.length += 1;
        if self.length.is_multiple_of(6) {
            let character = ALPHABET.get(usize::from(self.pending)).copied().unwrap_or(b'A');
            self.text.push(char::from(character));
            self.pending = 0;
        }
    }

    /// Appends the lowest `width` bits of a number that fits them.
    pub fn number(&mut self, number: u64, width: u32) -> Result<(), Fault> {
        if width < 64 && number >> width != 0 {
            return Err(Fault::TooLarge);
        }
        for shift in (0..width).rev() {
            self.bit(number >> shift & 1 == 1);
        }
        Ok(())
    }

    /// Appends a Fibonacci number; 0 has none.
    pub fn fibonacci(&mut self, number: u32) -> Result<(), Fault> {
        if number == 0 || number > FIBONACCI_LIMIT {
            return Err(Fault::BadRange);
        }
        let (mut low, mut high) = (1, 2);
        let mut terms = 1;
        while high <= number {
            (low, high) = (high, low + high);
            terms += 1;
        }
        // From the highest term down, the sum is found; from the lowest up, it is written.
        let (mut rest, mut bits) = (number, 0u64);
        for term in (0..terms).rev() {
            if low <= rest {
                rest -= low;
                bits |= 1 << term;
            }
            (low, high) = (high - low, low);
        }
        for term in 0..terms {
            self.bit(bits >> term & 1 == 1);
        }
        self.bit(true);
        Ok(())
    }

    /// How many bits were written.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The text, after zeros up to a multiple of `multiple` bits and of a whole character.
    pub fn finish(mut self, multiple: usize) -> String {
        while !self.length.is_multiple_of(multiple) {
            self.bit(false);
        }
        while !self.length.is_multiple_of(6) {
            self.bit(false);
        }
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let mut writer = BitWriter::default();
        writer.number(5, 3).unwrap();
        writer.bit(true);
        writer.number(u64::MAX >> 28, 36).unwrap();
        let text = writer.finish(24);
        assert_eq!(text.len(), 8);
        let mut reader = BitReader::new(&text).unwrap();
        assert_eq!(
            (reader.number(3), reader.bit(), reader.number(36)),
            (Ok(5), Ok(true), Ok(u64::MAX >> 28))
        );
        assert_eq!(reader.number(9), Err(Fault::Truncated));
        assert_eq!(reader.remaining(), 8);
    }

    #[test]
    fn fibonacci_numbers_come_back_up_to_the_limit() {
        for number in (1..3000).chain([65_535, 65_536, FIBONACCI_LIMIT]) {
            let mut writer = BitWriter::default();
            writer.fibonacci(number).unwrap();
            let text = writer.finish(6);
            assert_eq!(BitReader::new(&text).unwrap().fibonacci(), Ok(number));
        }
        assert_eq!(BitWriter::default().fibonacci(0), Err(Fault::BadRange));
        // A number of a hundred digits, and one that never ends.
        let text = "VVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVw";
        assert_eq!(BitReader::new(text).unwrap().fibonacci(), Err(Fault::TooLarge));
        assert_eq!(BitReader::new("AAA").unwrap().fibonacci(), Err(Fault::Truncated));
    }

    #[test]
    fn a_number_that_does_not_fit_is_refused() {
        assert_eq!(BitWriter::default().number(4096, 12), Err(Fault::TooLarge));
        assert_eq!(BitReader::new("AA=").err(), Some(Fault::BadCharacter));
    }
}
