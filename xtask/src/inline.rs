//! What this is: how bytes and texts get into a script.
//!
//! WASM goes in as one string whose code points 0 to 255 are the bytes. Served as UTF-8 and compressed with
//! brotli that costs 4 % over the binary itself, where base64 costs 36 %.

use anyhow::{Result, bail};
use assent_core::aliases;
use assent_core::bake::quote;

/// Replaced, with its quotes, by the number of bytes of the WASM.
const LENGTH: &str = "__ASSENT_WASM_LENGTH__";
/// Replaced, with its quotes, by the WASM itself.
const WASM: &str = "__ASSENT_WASM__";
/// Replaced, with its quotes, by the policy the file carries, or an empty string.
const POLICY: &str = "__ASSENT_POLICY__";
/// Replaced, with its quotes, by the version of the package.
const VERSION: &str = "__ASSENT_VERSION__";

/// Replaced, with its quotes, by what other consent tools call things.
const ALIASES: &str = "__ASSENT_ALIASES__";
/// Replaced, with its quotes, by what they put before that.
const PREFIXES: &str = "__ASSENT_PREFIXES__";

/// What hand-written sources are told about the build they are part of.
pub struct Facts<'a> {
    /// The number of bytes of the WASM.
    pub length: usize,
    /// The version of the package.
    pub version: &'a str,
    /// The policy as JSON text, or empty.
    pub policy: &'a str,
}

/// Fills the placeholders of a source file, before it is bundled: a bundler folds constants, so a placeholder
/// that stood for a condition would be gone after it. For the same reason the WASM stays a free identifier here.
pub fn fill(source: &str, facts: &Facts) -> String {
    let source = replace_quoted(source, LENGTH, &facts.length.to_string());
    let source = replace_quoted(&source, VERSION, &quote(facts.version));
    let source = replace_quoted(&source, POLICY, &quote(facts.policy));
    let source = replace_quoted(&source, ALIASES, &quote(aliases::WORDS));
    let source = replace_quoted(&source, PREFIXES, &quote(aliases::PREFIXES));
    replace_quoted(&source, WASM, WASM)
}

/// Puts the WASM into the finished bundle.
pub fn embed(bundle: &str, wasm: &[u8]) -> Result<String> {
    let Some((before, after)) = bundle.split_once(WASM) else {
        bail!("the bundle has no place for its WASM (the string \"{WASM}\" in the entry file)");
    };
    if after.contains(WASM) {
        bail!("the bundle would carry its WASM twice: name \"{WASM}\" only once");
    }
    Ok([before, &literal(wasm), after].concat())
}

fn replace_quoted(source: &str, placeholder: &str, by: &str) -> String {
    let source = source.replace(&format!("\"{placeholder}\""), by);
    source.replace(&format!("'{placeholder}'"), by)
}

/// A JS string literal whose UTF-16 units are the bytes. Only what would end the literal or change in it is escaped.
fn literal(bytes: &[u8]) -> String {
    let double = bytes.iter().filter(|byte| **byte == b'"').count();
    let single = bytes.iter().filter(|byte| **byte == b'\'').count();
    let mark = if double > single { '\'' } else { '"' };
    let mut out = String::with_capacity(bytes.len() + bytes.len() / 2);
    out.push(mark);
    for byte in bytes {
        match char::from(*byte) {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            char if char == mark => out.extend(['\\', char]),
            char => out.push(char),
        }
    }
    out.push(mark);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a literal as a JS engine does, for the escapes that we write.
    fn read(literal: &str) -> Vec<u8> {
        let mut chars = literal.chars();
        let mark = chars.next().unwrap();
        let mut bytes = Vec::new();
        loop {
            let char = match chars.next().unwrap() {
                char if char == mark => break,
                '\\' => match chars.next().unwrap() {
                    'n' => '\n',
                    'r' => '\r',
                    char => char,
                },
                char => char,
            };
            bytes.push(u8::try_from(u32::from(char)).unwrap());
        }
        assert_eq!(chars.next(), None, "nothing follows the closing quote");
        bytes
    }

    #[test]
    fn every_byte_survives_the_literal() {
        let all: Vec<u8> = (0..=255).collect();
        let quotes = b"\"\"\"'\\n\\\r\n".to_vec();
        for bytes in [all.clone(), all.repeat(3), quotes, b"''\"".to_vec(), Vec::new()] {
            assert_eq!(read(&literal(&bytes)), bytes);
        }
    }

    #[test]
    fn the_rarer_quote_is_taken() {
        assert_eq!(literal(b"a\"b"), "'a\"b'");
        assert_eq!(literal(b"a'b"), "\"a'b\"");
    }

    #[test]
    fn placeholders_are_filled_with_their_quotes() {
        let facts = Facts { length: 7, version: "1.2.3", policy: "" };
        let filled = fill(
            "f(\"__ASSENT_WASM__\",'__ASSENT_WASM_LENGTH__',\"__ASSENT_VERSION__\",\"__ASSENT_POLICY__\")",
            &facts,
        );
        assert_eq!(filled, "f(__ASSENT_WASM__,7,\"1.2.3\",\"\")");
        assert_eq!(embed(&filled, b"\0a").unwrap(), "f(\"\0a\",7,\"1.2.3\",\"\")");
    }

    #[test]
    fn a_bundle_with_no_or_two_places_is_refused() {
        assert!(embed("f()", b"").is_err());
        assert!(embed("f(__ASSENT_WASM__,__ASSENT_WASM__)", b"").is_err());
    }
}
