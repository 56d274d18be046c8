//! What is held inside texts: scripts, styles, documents within the document.

use std::ops::Range;
use std::sync::Arc;

use url::Url;

use super::address::{Held, names};
use super::attributes::{Form, value};
use super::edits::{Edits, Text, bytes};
use super::element::{Tag, as_text};
use super::script::{self, Kind};
use super::stream::{Pairs, Stream};
use super::{Settings, css};

/// How deep documents may be within documents. What holds deeper ones waits as a whole.
const DEEPEST: usize = 4;

/// An inline script: parks it if it imports from what is held, or, for [`Settings::snippets`], names it.
pub(super) fn script(
    tag: &Tag,
    text: &str,
    base: &Url,
    settings: &Settings,
    mapped: &mut Vec<(String, Held)>,
    edits: &mut Edits,
) -> Vec<Held> {
    let held = of_script(Kind::of(&tag.attributes), text, base, settings, mapped);
    if !held.is_empty() {
        as_text(tag, &held, edits);
    }
    held
}

/// What a script's text holds that has to wait. `mapped` are the held entries of import maps so far.
fn of_script(
    kind: Kind,
    text: &str,
    base: &Url,
    settings: &Settings,
    mapped: &mut Vec<(String, Held)>,
) -> Vec<Held> {
    let ask = |address: &str| settings.judge.held(address, base);
    match kind {
        Kind::Text => Vec::new(),
        Kind::ImportMap => {
            let entries = script::import_map(text).into_iter();
            mapped.extend(entries.filter_map(|(name, address)| Some((name, ask(&address)?))));
            Vec::new()
        }
        Kind::SpeculationRules => script::json_texts(text)
            .iter()
            .filter(|text| is_address(text))
            .filter_map(|text| ask(text))
            .collect(),
        Kind::Classic | Kind::Module => {
            let by_name = |name: &str| {
                let covers = |known: &str| name == known || known.ends_with('/') && name.starts_with(known);
                mapped.iter().find(|(known, _)| covers(known)).map(|(_, held)| held.clone())
            };
            let held = |literal: &script::Literal| {
                let counts = literal.imported || settings.snippets;
                let address = literal.text.trim();
                match is_address(address) {
                    true if counts => ask(address),
                    // In a module, a bare name leads where the import map says.
                    false if literal.imported => by_name(address),
                    _ => None,
                }
            };
            script::literals(text).iter().filter_map(held).collect()
        }
    }
}

fn is_address(text: &str) -> bool {
    let text = text.trim_start();
    let starts = |with: &str| text.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
    starts("https:") || starts("http:") || text.starts_with("//") || starts("ws:") || starts("wss:")
}

/// A `<style>`: takes held addresses out of it, and keeps the whole of it in a template behind it, which takes its
/// place in the cascade when it is released.
pub(super) fn style(
    tag: &Tag,
    text_at: Range<usize>,
    end_at: Range<usize>,
    (source, start): (&[u8], usize),
    base: &Url,
    settings: &Settings,
    edits: &mut Edits,
) -> Vec<Held> {
    let kind = value(&tag.attributes, "type").trim();
    if !kind.is_empty() && !kind.eq_ignore_ascii_case("text/css") {
        return Vec::new();
    }
    let text = bytes(source, start, text_at.clone());
    if tag.is_svg {
        // Its text is markup with references, and a template would be an element without meaning there: it waits whole.
        let found = css::addresses(&Text::resolved(text)).into_iter();
        let held: Vec<Held> = found.filter_map(|found| settings.judge.held(&found.address, base)).collect();
        if !held.is_empty() {
            as_text(tag, &held, edits);
        }
        return held;
    }
    let mut all = Vec::new();
    for found in css::addresses(&Text::of(text)) {
        if let Some(held) = settings.judge.held(&found.address, base) {
            edits.replace(text_at.start + found.range.start..text_at.start + found.range.end, found.harmless);
            all.push(held);
        }
    }
    if all.is_empty() {
        return all;
    }
    let names = names(&all);
    let closing = if end_at.is_empty() { &b"</style>"[..] } else { &[] };
    let whole = bytes(source, start, tag.at.start..end_at.end);
    let open = format!("<template data-assent=\"{names}\">");
    edits.insert(end_at.end, [closing, open.as_bytes(), whole, closing, b"</template>"].concat());
    all
}

/// What is held inside an attribute that is a document of its own: `srcdoc`, or a `data:` address of HTML, CSS or code.
pub(super) fn nested(tag: &Tag, form: Form, text: &str, base: &Url, settings: &Settings) -> Vec<Held> {
    match form {
        Form::Document => document(text, base, settings),
        Form::Address => {
            let Some((kind, content)) = data(text) else { return Vec::new() };
            match (kind.as_str(), tag.name.as_str()) {
                ("text/css", _) => {
                    let found = css::addresses(&content).into_iter();
                    found.filter_map(|found| settings.judge.held(&found.address, base)).collect()
                }
                (_, "script") | ("text/javascript", "link") => {
                    of_script(Kind::of(&tag.attributes), &content, base, settings, &mut Vec::new())
                }
                (
                    "text/html" | "image/svg+xml" | "application/xhtml+xml",
                    "iframe" | "frame" | "object" | "embed",
                ) => document(&content, base, settings),
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

/// What is held in a document within the document.
fn document(html: &str, base: &Url, settings: &Settings) -> Vec<Held> {
    match fragment(html.as_bytes(), base, settings) {
        Some((_, parked)) => parked.into_iter().map(|(_, held)| held).collect(),
        None => vec![Held::unreadable()],
    }
}

/// Parks a piece of markup inside the document, and says what was held in it; `None` if it cannot be read.
pub(super) fn fragment(html: &[u8], base: &Url, settings: &Settings) -> Option<(Vec<u8>, Pairs)> {
    let inner = settings.inner(base);
    if inner.depth > DEEPEST {
        return None;
    }
    let mut stream = Stream::new(Arc::new(inner), false, usize::MAX);
    let mut out = stream.write(html).ok()?;
    let (rest, parked) = stream.end_of_fragment().ok()?;
    out.extend_from_slice(&rest);
    Some((out, parked))
}

/// The kind and the content of a `data:` address.
fn data(address: &str) -> Option<(String, String)> {
    let rest = address
        .trim_start()
        .split_at_checked(5)
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("data:"))?
        .1;
    let (kind, content) = rest.split_once(',')?;
    let is_base64 = kind.trim_end().to_ascii_lowercase().ends_with("base64");
    let bytes = unescaped(content.split('#').next().unwrap_or_default());
    let bytes = if is_base64 { from_base64(&bytes) } else { bytes };
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    Some((kind, String::from_utf8_lossy(&bytes).into_owned()))
}

fn unescaped(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        let pair = after.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        let code = pair.filter(|_| *byte == b'%').and_then(|pair| u8::from_str_radix(pair, 16).ok());
        out.push(code.unwrap_or(*byte));
        rest = if code.is_some() { rest.get(2..).unwrap_or_default() } else { rest };
    }
    out
}

/// Forgiving, as `atob` is: what is not of the alphabet is passed over.
fn from_base64(text: &[u8]) -> Vec<u8> {
    let (mut out, mut bits, mut count) = (Vec::new(), 0u32, 0);
    for byte in text {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    out
}
