//! Addresses in inline scripts.
//!
//! What this is: the strings of a JavaScript text, and which of them are imported from; the texts of JSON scripts. It
//! keeps no tree and guesses nothing about values: an address that is put together from parts is not seen.

use assent_core::json::{self, Value};

use super::attributes::{Attribute, value};

/// What a browser does with a `<script>`, by its `type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Classic,
    Module,
    ImportMap,
    SpeculationRules,
    /// Nothing: it is a store of text.
    Text,
}

/// The names of JavaScript (WHATWG MIME Sniffing, 4.6).
const JAVASCRIPT: [&str; 16] = [
    "application/ecmascript",
    "application/javascript",
    "application/x-ecmascript",
    "application/x-javascript",
    "text/ecmascript",
    "text/javascript",
    "text/javascript1.0",
    "text/javascript1.1",
    "text/javascript1.2",
    "text/javascript1.3",
    "text/javascript1.4",
    "text/javascript1.5",
    "text/jscript",
    "text/livescript",
    "text/x-ecmascript",
    "text/x-javascript",
];

impl Kind {
    /// The kind of a script with these attributes (HTML Standard, prepare the script element).
    pub fn of(attributes: &[Attribute]) -> Kind {
        let has = |name: &str| attributes.iter().any(|attribute| attribute.name == name);
        let language = value(attributes, "language");
        let named = match value(attributes, "type") {
            "" if has("type") || language.is_empty() => return Kind::Classic,
            "" => format!("text/{language}"),
            kind => kind.trim_matches(|letter: char| letter.is_ascii_whitespace()).to_string(),
        };
        match named.to_ascii_lowercase().as_str() {
            "module" => Kind::Module,
            "importmap" => Kind::ImportMap,
            "speculationrules" => Kind::SpeculationRules,
            name if JAVASCRIPT.contains(&name) => Kind::Classic,
            _ => Kind::Text,
        }
    }

    /// Whether it is code.
    pub fn runs(self) -> bool {
        matches!(self, Kind::Classic | Kind::Module)
    }
}

/// A string literal of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Literal {
    /// What it says, with escapes resolved.
    pub text: String,
    /// Whether the script imports from it: the one way to load that no script in the page can stand in front of.
    pub imported: bool,
}

/// All string literals of a script, in its order.
pub(super) fn literals(script: &str) -> Vec<Literal> {
    let mut found = Vec::new();
    let mut chars = script.chars().peekable();
    // The last word or mark, and whether a string after it is imported from.
    let (mut before, mut last) = ("", "");
    while let Some(letter) = chars.next() {
        let mark = match letter {
            '/' if chars.peek() == Some(&'/') => {
                while chars
                    .next_if(|letter| !matches!(letter, '\n' | '\r' | '\u{2028}' | '\u{2029}'))
                    .is_some()
                {}
                continue;
            }
            '/' if chars.peek() == Some(&'*') => {
                let mut star = false;
                chars.next();
                for letter in chars.by_ref() {
                    if star && letter == '/' {
                        break;
                    }
                    star = letter == '*';
                }
                continue;
            }
            // Where a value may begin, a slash begins a regular expression, whose quotes are none.
            '/' if matches!(last, "" | "mark" | "(") => {
                let mut ahead = chars.clone();
                if expression(&mut ahead) {
                    chars = ahead;
                }
                "string"
            }
            '"' | '\'' | '`' => {
                let imported = matches!((before, last), (_, "from") | ("import", "(")) || last == "import";
                let mut ahead = chars.clone();
                // A quote that its line does not close is none.
                if let Some(text) = string(&mut ahead, letter) {
                    // Scripts in templates are strings themselves, so what is inside is read, too, later.
                    if letter != '`' || imported {
                        chars = ahead;
                    }
                    found.push(Literal { text, imported });
                }
                "string"
            }
            _ if letter.is_whitespace() => continue,
            _ if letter.is_alphanumeric() || matches!(letter, '_' | '$') => {
                let mut word = String::from(letter);
                while let Some(letter) =
                    chars.next_if(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '$'))
                {
                    word.push(letter);
                }
                match word.as_str() {
                    _ if last == "." => "word",
                    "import" => "import",
                    "from" => "from",
                    "return" | "typeof" | "case" | "in" | "of" | "void" | "throw" | "else" | "do"
                    | "await" => "mark",
                    _ => "word",
                }
            }
            '(' => "(",
            '.' => ".",
            ')' | ']' | '}' => "closing",
            _ => "mark",
        };
        (before, last) = (last, mark);
    }
    found
}

/// Passes over the rest of a regular expression; whether it ends on its line.
fn expression(chars: &mut std::iter::Peekable<std::str::Chars>) -> bool {
    let mut is_class = false;
    while let Some(letter) = chars.next() {
        match letter {
            '/' if !is_class => return true,
            '[' => is_class = true,
            ']' => is_class = false,
            '\\' => drop(chars.next()),
            '\n' | '\r' => return false,
            _ => {}
        }
    }
    false
}

/// The rest of a string behind its opening quote; `None` if its line ends first.
fn string(chars: &mut std::iter::Peekable<std::str::Chars>, quote: char) -> Option<String> {
    let mut text = String::new();
    loop {
        match chars.next()? {
            letter if letter == quote => return Some(text),
            '\n' | '\r' if quote != '`' => return None,
            '\\' => match chars.next()? {
                'x' => text.push(code(chars, 2)?),
                'u' if chars.next_if_eq(&'{').is_some() => {
                    text.push(code(chars, 6)?);
                    chars.next_if_eq(&'}');
                }
                'u' => text.push(code(chars, 4)?),
                'n' | 'r' | 't' | 'b' | 'f' | 'v' => text.push(' '),
                '\r' => drop(chars.next_if_eq(&'\n')),
                '\n' | '\u{2028}' | '\u{2029}' => {}
                letter => text.push(letter),
            },
            letter => text.push(letter),
        }
    }
}

fn code(chars: &mut std::iter::Peekable<std::str::Chars>, most: usize) -> Option<char> {
    let mut code = 0;
    for _ in 0..most {
        let Some(digit) = chars.next_if(char::is_ascii_hexdigit) else { break };
        code = code * 16 + digit.to_digit(16)?;
    }
    // Half of a pair beyond the basic plane: no letter of a host.
    Some(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
}

/// Every text in a JSON script, such as speculation rules.
pub(super) fn json_texts(script: &str) -> Vec<String> {
    let mut found = Vec::new();
    if let Ok(value) = json::parse(script) {
        texts(&value, &mut found);
    } else {
        // Not our reader's JSON, but perhaps the browser's: its strings are those of JavaScript.
        found.extend(literals(script).into_iter().map(|literal| literal.text));
    }
    found
}

fn texts(value: &Value, found: &mut Vec<String>) {
    found.extend(value.str().map(String::from));
    value.list().iter().for_each(|value| texts(value, found));
    value.map().iter().for_each(|(_, value)| texts(value, found));
}

/// The names and addresses of an import map, scopes included.
pub(super) fn import_map(script: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let Ok(map) = json::parse(script) else { return found };
    let scopes = map.get("scopes").map_or(&[][..], Value::map).iter().map(|(_, scope)| scope);
    for names in map.get("imports").into_iter().chain(scopes) {
        let texts =
            names.map().iter().filter_map(|(name, address)| Some((name.clone(), address.str()?.to_string())));
        found.extend(texts);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imported(script: &str) -> Vec<String> {
        literals(script).into_iter().filter(|literal| literal.imported).map(|literal| literal.text).collect()
    }

    #[test]
    fn every_form_of_an_import_is_seen() {
        for script in [
            "import 'https://t.co/a.mjs';",
            "import x from \"https://t.co/a.mjs\"",
            "import{a as b}from'https://t.co/a.mjs'",
            "import * as x from 'https://t.co/a.mjs'",
            "export * from 'https://t.co/a.mjs'",
            "import(`https://t.co/a.mjs`)",
            "import/**/( // x\n'https:\\/\\/t.co\\x2fa.mjs')",
            "const r=/[\"'/]/g;import('https://t.co/a.mjs')",
            "return/'\\//.test(x)?1:import('https://t.co/a.mjs')",
            "x=(a+b)/2;y=c/d;import('https://t.co/a.mjs')",
            "await import('\\u0068ttps://t.co/\\u{61}.mjs').then(x)",
        ] {
            assert_eq!(imported(script), ["https://t.co/a.mjs"], "{script}");
        }
    }

    #[test]
    fn what_is_not_imported_is_only_a_string() {
        for script in [
            "x.import('https://t.co/')",
            "// import 'https://t.co/'",
            "/* import('https://t.co/') */",
            "f('https://t.co/')",
        ] {
            assert!(imported(script).is_empty(), "{script}");
        }
        assert_eq!(literals("f('https://t.co/')")[0].text, "https://t.co/");
    }
}
