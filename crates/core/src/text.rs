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

/// Reads lower-case base 36; `None` for anything else and for what is too long for 64 bits. A text of 13 digits may
/// overflow; who needs one spelling per number writes it again and compares.
pub fn base36(text: &str) -> Option<u64> {
    if text.is_empty() || text.len() > 13 {
        return None;
    }
    let mut n = 0u64;
    for byte in text.bytes() {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'z' => byte - b'a' + 10,
            _ => return None,
        };
        n = n.wrapping_mul(36).wrapping_add(u64::from(digit));
    }
    Some(n)
}

/// Reads a decimal number of up to nine digits.
pub fn decimal(text: &str) -> Option<u64> {
    let digits = (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.bytes().fold(0, |n, digit| n * 10 + u64::from(digit - b'0')))
}

/// 64-bit FNV-1a.
#[inline(never)]
pub fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base36_reads_back_what_it_wrote() {
        for n in [0, 1, 35, 36, 1_795_000_000, u64::MAX] {
            let mut text = String::new();
            push_base36(&mut text, n);
            assert_eq!(base36(&text), Some(n), "{text}");
        }
    }

    #[test]
    fn base36_refuses_what_is_not_a_number() {
        for text in ["", "A", "-1", " 1", "zzzzzzzzzzzzzz"] {
            assert_eq!(base36(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_fingerprint_is_fnv_1a() {
        // Test vectors of the FNV reference code.
        assert_eq!(fingerprint(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fingerprint("foobar"), 0x8594_4171_f739_67e8);
    }
}
