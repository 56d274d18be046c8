//! Where HTML and SVG keep addresses that are fetched, sent to or started from.
//!
//! What this is: [`form`], the table of attributes, and [`addresses`], what is in the value of one. It follows the HTML
//! Standard and SVG 2 and knows no host.

use std::ops::Range;

use super::css;

/// How an attribute holds addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// One address.
    Address,
    /// Several, with blanks between them.
    Words,
    /// Image candidates (`srcset`).
    Candidates,
    /// Several values of an animation, with semicolons between them.
    Values,
    /// `5; url=…` of `<meta http-equiv=refresh>`.
    Refresh,
    /// CSS of an SVG presentation attribute.
    Paint,
    /// CSS declarations of `style`.
    Style,
    /// A whole document (`srcdoc`).
    Document,
}

/// An attribute of a start tag; of several with one name the first counts.
#[derive(Clone, Debug)]
pub(super) struct Attribute {
    /// In lower case.
    pub name: String,
    pub name_at: Range<usize>,
    /// Without quotes.
    pub value_at: Option<Range<usize>>,
    /// With character references resolved.
    pub value: String,
}

/// The value of an attribute; empty if it is not there.
pub(super) fn value<'a>(attributes: &'a [Attribute], name: &str) -> &'a str {
    attributes.iter().find(|attribute| attribute.name == name).map_or("", |attribute| &attribute.value)
}

/// What a link loads by itself, by its `rel`. The others are addresses for people and search engines.
const LOADING_RELS: [&str; 16] = [
    "stylesheet",
    "preload",
    "modulepreload",
    "prefetch",
    "prerender",
    "preconnect",
    "dns-prefetch",
    "icon",
    "apple-touch-icon",
    "apple-touch-icon-precomposed",
    "apple-touch-startup-image",
    "mask-icon",
    "fluid-icon",
    "manifest",
    "compression-dictionary",
    "next",
];

/// How an attribute of an element holds addresses; `None` if it holds none that matter.
pub(super) fn form(is_svg: bool, element: &str, name: &str, attributes: &[Attribute]) -> Option<Form> {
    let has = |name: &str, wanted: &str| value(attributes, name).trim().eq_ignore_ascii_case(wanted);
    let loads = || {
        let rels = value(attributes, "rel");
        rels.split_ascii_whitespace()
            .any(|rel| LOADING_RELS.iter().any(|loading| rel.eq_ignore_ascii_case(loading)))
    };
    if name == "style" {
        return Some(Form::Style);
    }
    if is_svg {
        let animates_link = || {
            let animated = value(attributes, "attributename").trim();
            animated == "href" || animated == "xlink:href"
        };
        return match name {
            "href" | "xlink:href" if element != "a" => Some(Form::Address),
            "to" | "from" | "by" | "values" if animates_link() => Some(Form::Values),
            "fill" | "stroke" | "filter" | "mask" | "clip-path" | "cursor" | "marker" | "marker-start"
            | "marker-mid" | "marker-end" => Some(Form::Paint),
            _ => None,
        };
    }
    match (element, name) {
        // The parser makes an `img` of an `image`.
        ("img" | "image" | "source", "src") => Some(Form::Address),
        ("img" | "image" | "source", "srcset") => Some(Form::Candidates),
        (
            "script" | "iframe" | "frame" | "embed" | "input" | "video" | "audio" | "track" | "portal",
            "src",
        ) => Some(Form::Address),
        ("iframe", "srcdoc") => Some(Form::Document),
        ("object", "data") | ("video", "poster") | ("base", "href") => Some(Form::Address),
        ("form", "action") | ("button" | "input", "formaction") => Some(Form::Address),
        ("link", "href") => loads().then_some(Form::Address),
        ("link", "imagesrcset") => loads().then_some(Form::Candidates),
        ("a" | "area", "ping") => Some(Form::Words),
        ("a" | "area" | "img" | "script", "attributionsrc") => Some(Form::Words),
        ("meta", "content") => has("http-equiv", "refresh").then_some(Form::Refresh),
        ("body" | "table" | "thead" | "tbody" | "tfoot" | "tr" | "td" | "th", "background") => {
            Some(Form::Address)
        }
        _ => None,
    }
}

/// The addresses in a value. CSS and documents have readers of their own.
pub(super) fn addresses(form: Form, value: &str) -> Vec<String> {
    match form {
        Form::Address => some(value),
        Form::Words => value.split_ascii_whitespace().map(String::from).collect(),
        Form::Values => value.split(';').flat_map(some).collect(),
        Form::Candidates => candidates(value),
        Form::Refresh => some(refresh(value)),
        Form::Paint | Form::Style => css::addresses(value).into_iter().map(|found| found.address).collect(),
        Form::Document => Vec::new(),
    }
}

fn some(address: &str) -> Vec<String> {
    let address = address.trim_matches(|letter| letter <= ' ');
    if address.is_empty() { Vec::new() } else { vec![address.to_string()] }
}

/// The addresses of image candidates (HTML Standard, parsing a srcset attribute): a comma ends one only behind a blank
/// or at the end of a word, and a descriptor may hold commas in brackets.
fn candidates(value: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = value;
    loop {
        rest = rest.trim_start_matches(|letter: char| letter.is_ascii_whitespace() || letter == ',');
        let end = rest.find(|letter: char| letter.is_ascii_whitespace()).unwrap_or(rest.len());
        let Some((address, after)) = rest.split_at_checked(end).filter(|(address, _)| !address.is_empty())
        else {
            return found;
        };
        let bare = address.trim_end_matches(',');
        found.push(bare.to_string());
        rest = if bare.len() < address.len() { after } else { descriptors(after) };
    }
}

/// What follows the descriptors of a candidate.
fn descriptors(text: &str) -> &str {
    let mut is_inside = false;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => is_inside = true,
            ')' => is_inside = false,
            ',' if !is_inside => return text.get(at + 1..).unwrap_or_default(),
            _ => {}
        }
    }
    ""
}

/// The address of a refresh (HTML Standard, shared declarative refresh steps); empty if it reloads the page itself.
fn refresh(value: &str) -> &str {
    let rest = value.trim_start().trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    let rest = rest.trim_start().trim_start_matches([';', ',']).trim_start();
    let named = rest.get(..3).filter(|word| word.eq_ignore_ascii_case("url"));
    let assigned = named.and_then(|_| rest.get(3..)?.trim_start().strip_prefix('='));
    let address = assigned.map_or(rest, str::trim_start);
    match address.chars().next().filter(|quote| matches!(quote, '"' | '\'')) {
        Some(quote) => address.get(1..).and_then(|rest| rest.split(quote).next()).unwrap_or_default(),
        None => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn image_candidates_are_cut_as_a_browser_cuts_them() {
        for (value, expected) in [
            ("a 1x, b 2x", &["a", "b"][..]),
            ("a,b", &["a,b"]),
            ("a, b", &["a", "b"]),
            (" ,a 1x,b", &["a", "b"]),
            ("data:image/gif;base64,AA== 1x, b", &["data:image/gif;base64,AA==", "b"]),
            ("a (1x, 2x), b", &["a", "b"]),
            ("a\n100w", &["a"]),
            ("", &[]),
        ] {
            assert_eq!(candidates(value), expected, "{value:?}");
        }
    }

    #[test]
    fn a_refresh_says_where_in_every_spelling() {
        for value in [
            "0;url=//t.co",
            "0; URL = //t.co",
            "5.5,//t.co",
            " 0 //t.co",
            "0;url='//t.co'x",
            ";url=\"//t.co",
            "0;//t.co",
        ] {
            assert_eq!(refresh(value), "//t.co", "{value}");
        }
        assert_eq!(refresh("30"), "");
    }
}
