//! Addresses in CSS.
//!
//! What this is: a flat reading of the tokens of CSS Syntax Level 3 that can hold an address: `url()`, `src()`, strings of
//! `@import` and of `image-set()`. Comments, strings and escapes are read as a browser reads them.
//!
//! What it is not: a parser. It keeps no tree, so that no style sheet, however deep, exhausts it.

use std::ops::Range;

/// An address in a style sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// The token, with its quotes or its `url()`.
    pub range: Range<usize>,
    /// What it says, with escapes resolved.
    pub address: String,
    /// What stands in its place while it waits: an address that is no request.
    pub harmless: &'static str,
}

/// Functions whose strings are addresses.
const OF_STRINGS: [&str; 5] = ["url", "src", "image", "image-set", "-webkit-image-set"];

/// All addresses in a text of CSS, in its order.
pub(super) fn addresses(css: &str) -> Vec<Found> {
    let mut reader = Reader { css: css.as_bytes(), at: 0 };
    let mut found = Vec::new();
    // The open brackets, and whether a string in them is an address.
    let mut open: Vec<bool> = Vec::new();
    let mut at_rule = String::new();
    while let Some(byte) = reader.peek(0) {
        let start = reader.at;
        match byte {
            b'/' if reader.peek(1) == Some(b'*') => reader.comment(),
            b'"' | b'\'' => {
                let address = reader.string(byte);
                let expected = open.last().copied().unwrap_or(at_rule == "import");
                if expected && at_rule != "namespace" {
                    at_rule.clear();
                    let harmless = if byte == b'"' { "\"data:,\"" } else { "'data:,'" };
                    found.push(Found { range: start..reader.at, address, harmless });
                }
            }
            b'@' => {
                reader.at += 1;
                at_rule = reader.name();
            }
            b'(' | b'[' | b'{' => {
                reader.at += 1;
                open.push(false);
                if byte == b'{' {
                    at_rule.clear();
                }
            }
            b')' | b']' | b'}' => {
                reader.at += 1;
                open.pop();
                if byte == b'}' {
                    at_rule.clear();
                }
            }
            b';' => {
                reader.at += 1;
                at_rule.clear();
            }
            _ if reader.begins_name() => {
                let name = reader.name();
                if reader.peek(0) != Some(b'(') {
                    continue;
                }
                reader.at += 1;
                let address = if name == "url" { reader.unquoted() } else { None };
                match address {
                    Some(address) if at_rule == "namespace" => drop(address),
                    Some(address) => {
                        found.push(Found { range: start..reader.at, address, harmless: "url(data:,)" });
                    }
                    None => open.push(OF_STRINGS.contains(&name.as_str())),
                }
            }
            _ => reader.at += 1,
        }
    }
    found
}

struct Reader<'c> {
    css: &'c [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.css.get(self.at + ahead).copied()
    }

    fn comment(&mut self) {
        let rest = self.css.get(self.at + 2..).unwrap_or_default();
        let end = rest.windows(2).position(|pair| pair == b"*/");
        self.at = end.map_or(self.css.len(), |end| self.at + end + 4);
    }

    fn begins_name(&self) -> bool {
        match self.peek(0) {
            Some(b'\\') => !matches!(self.peek(1), None | Some(b'\n' | b'\r' | b'\x0c')),
            Some(byte) => is_name(byte),
            None => false,
        }
    }

    /// A name in lower case. Digits count, too, since nothing here depends on where numbers end.
    fn name(&mut self) -> String {
        let mut name = Vec::new();
        while self.begins_name() {
            self.one(&mut name);
        }
        String::from_utf8_lossy(&name).to_ascii_lowercase()
    }

    /// A string behind its opening quote; one that the line's end breaks off ends there.
    fn string(&mut self, quote: u8) -> String {
        self.at += 1;
        let mut text = Vec::new();
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\n' | b'\r' | b'\x0c' => break,
                _ if byte == quote => {
                    self.at += 1;
                    break;
                }
                b'\\' if matches!(self.peek(1), Some(b'\n' | b'\r' | b'\x0c')) => {
                    self.at += if self.peek(1) == Some(b'\r') && self.peek(2) == Some(b'\n') { 3 } else { 2 };
                }
                _ => self.one(&mut text),
            }
        }
        String::from_utf8_lossy(&text).into_owned()
    }

    /// What stands in `url(` without quotes, up to and with the bracket; `None`, and nothing read, if quotes follow.
    fn unquoted(&mut self) -> Option<String> {
        let blanks = self.css.get(self.at..)?.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        if matches!(self.peek(blanks), Some(b'"' | b'\'')) {
            return None;
        }
        self.at += blanks;
        let mut text = Vec::new();
        while let Some(byte) = self.peek(0) {
            if byte == b')' {
                self.at += 1;
                break;
            }
            self.one(&mut text);
        }
        Some(String::from_utf8_lossy(&text).trim_end().to_string())
    }

    /// One byte, or one escape (CSS Syntax Level 3, 4.3.7).
    fn one(&mut self, out: &mut Vec<u8>) {
        let Some(byte) = self.peek(0) else { return };
        self.at += 1;
        if byte != b'\\' {
            return out.push(byte);
        }
        let (mut code, mut digits) = (0, 0);
        while let Some(digit) =
            self.peek(0).and_then(|byte| char::from(byte).to_digit(16)).filter(|_| digits < 6)
        {
            code = code * 16 + digit;
            digits += 1;
            self.at += 1;
        }
        if digits == 0 {
            out.extend(self.peek(0));
            self.at += 1;
            return;
        }
        if self.peek(0).is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += if self.peek(0) == Some(b'\r') && self.peek(1) == Some(b'\n') { 2 } else { 1 };
        }
        let letter =
            char::from_u32(code).filter(|letter| *letter != '\0').unwrap_or(char::REPLACEMENT_CHARACTER);
        out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | 0x80..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_wherever_a_browser_fetches_them() {
        for css in [
            "a{background:url(https://t.co/i)}",
            "a{background:url( https://t.co/i )}",
            "a{background:url('https://t.co/i')}",
            "a{background:URL(\t\"https://t.co/i\")}",
            "a{background:\\75 rl(https://t.co/i)}",
            "a{background:u\\72l(https\\3a //t.co/i)}",
            "a{background:url(\"https\\:\\/\\/t.co/i\")}",
            "a{background:url('https:\\\n//t.co/i')}",
            "@import 'https://t.co/i';",
            "@IMPORT\"https://t.co/i\"screen;",
            "@import/**/url(https://t.co/i) layer(x);",
            "@\\69mport 'https://t.co/i'",
            "a{background:image-set('https://t.co/i' 1x)}",
            "a{background:-webkit-image-set(url(https://t.co/i) 1x)}",
            "@font-face{src:local('x'),url(https://t.co/i)format('woff')}",
            "a{--x:url(https://t.co/i",
            "/* ' */a{b:url(https://t.co/i)}/* ' */",
            "a::before{content:'\\'';b:url(https://t.co/i)}",
            "a{content:'broken\n;b:url(https://t.co/i)}",
        ] {
            let found = addresses(css);
            assert_eq!(found.len(), 1, "{css}: {found:?}");
            assert_eq!(found[0].address, "https://t.co/i", "{css}");
        }
    }

    #[test]
    fn what_no_browser_fetches_is_left_alone() {
        for css in [
            "/* url(https://t.co/i) */",
            "a{content:'url(https://t.co/i)'}",
            "a{content:'https://t.co/i'}",
            "@namespace 'https://t.co/i';",
            "@namespace svg url(https://t.co/i);",
            "a{background:image-set('x' type('https://t.co/i'))}",
            "a[href='https://t.co/i']{}",
        ] {
            let strangers: Vec<_> = addresses(css).into_iter().filter(|found| found.address != "x").collect();
            assert!(strangers.is_empty(), "{css}: {strangers:?}");
        }
    }

    #[test]
    fn depth_does_not_exhaust_it() {
        assert!(addresses(&"(".repeat(1_000_000)).is_empty());
    }
}
