//! Small text tools that the gate can afford: no formatting machinery, no panics.
//!
//! What this is: writing and reading of numbers in a fixed base, and the fingerprint used for checksums and digests.
//!
//! What it is not: cryptography. A fingerprint notices accidents, not attackers.

use alloc::string::String;

/// Appends `n` in base 36 with lower-case digits.
pub fn push_base36(out: &mut String, n: u64) {
    push_number(out, n, 36);
}

/// Appends `n` in decimal.
pub fn push_decimal(out: &mut String, n: u64) {
    push_number(out, n, 10);
}

#[inline(never)]
fn push_number(out: &mut String, n: u64, base: u32) {
    if n >= u64::from(base) {
        push_number(out, n / u64::from(base), base);
    }
    let digit = (n % u64::from(base)) as u8;
    out.push(char::from(if digit < 10 { b'0' + digit } else { b'a' - 10 + digit }));
}

/// Reads lower-case base 36. What is not a number of 64 bits comes out as some number: who cares writes it again and
/// compares, which also settles that a number has one spelling.
pub fn base36(text: &str) -> u64 {
    let digit = |byte: u8| if byte > b'9' { byte.wrapping_sub(b'a' - 10) } else { byte.wrapping_sub(b'0') };
    text.bytes().fold(0u64, |n, byte| n.wrapping_mul(36).wrapping_add(u64::from(digit(byte))))
}

/// Reads a decimal number of up to nine digits; `u64::MAX >> 32` for anything else.
pub fn decimal(text: &str) -> u64 {
    let good = text.len() < 10 && text.bytes().all(|byte| byte.is_ascii_digit());
    if good { text.bytes().fold(0, |n, digit| n * 10 + u64::from(digit - b'0')) } else { u64::MAX >> 32 }
}

/// 64-bit FNV-1a.
#[inline(never)]
pub fn fingerprint(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base36_reads_back_what_it_wrote() {
        for n in [0, 1, 35, 36, 1_795_000_000, u64::MAX] {
            let mut text = String::new();
            push_base36(&mut text, n);
            assert_eq!(base36(&text), n, "{text}");
        }
    }

    #[test]
    fn what_is_not_base36_is_noticed_by_writing_it_again() {
        for text in ["", "A", "-1", " 1", "01", "zzzzzzzzzzzzzz"] {
            let mut again = String::new();
            push_base36(&mut again, base36(text));
            assert_ne!(again, text);
        }
    }

    #[test]
    fn the_fingerprint_is_fnv_1a() {
        // Test vectors of the FNV reference code.
        assert_eq!(fingerprint(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fingerprint("foobar"), 0x8594_4171_f739_67e8);
    }
}
