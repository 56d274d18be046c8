//! What is done about one element.
//!
//! What this is: from a start tag to the edits that park it. An attribute waits under `data-assent-<name>`, in its place
//! and quotes. A script waits as text and keeps its type and address in `data-type` and `data-src`. Styles keep all but
//! the held addresses, so that the page does not lose its looks. What has no such form waits in a `<template>`.

use std::ops::Range;

use url::Url;

use super::address::{Held, names};
use super::attributes::{self, Attribute, Form, addresses, form, value};
use super::edits::{Edits, Text};
use super::script::Kind;
use super::{Settings, css, inline};

/// A start tag.
#[derive(Clone, Debug)]
pub(super) struct Tag {
    /// In lower case.
    pub name: String,
    pub is_svg: bool,
    /// From `<` to `>`.
    pub at: Range<usize>,
    pub attributes: Vec<Attribute>,
}

/// What became of an element.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// What is held, with the attribute that it stands in.
    pub held: Vec<(String, Held)>,
    /// The names on which the whole element waits in a template; empty if it does not.
    pub wrapped: String,
}

/// Parks an element by its attributes.
pub(super) fn park(
    tag: &Tag,
    source: &[u8],
    start: usize,
    base: &Url,
    settings: &Settings,
    edits: &mut Edits,
) -> Outcome {
    let mut outcome = Outcome::default();
    let is_script = tag.name == "script";
    // What is no code is not fetched either, and what is tagged by hand waits already.
    if is_script && !tag.is_svg && !Kind::of(&tag.attributes).runs() {
        return outcome;
    }
    let mut wrapping = Vec::new();
    for (place, attribute) in tag.attributes.iter().enumerate() {
        let earlier = tag.attributes.get(..place).unwrap_or_default();
        if earlier.iter().any(|earlier| earlier.name == attribute.name) {
            continue;
        }
        let Some(form) = form(tag.is_svg, &tag.name, &attribute.name, &tag.attributes) else { continue };
        let mut held: Vec<Held> = addresses(form, &attribute.value)
            .iter()
            .filter_map(|address| settings.judge.held(address, base))
            .collect();
        let nested = inline::nested(tag, form, &attribute.value, base, settings);
        let is_nested = held.is_empty() && !nested.is_empty();
        held.extend(nested);
        if held.is_empty() {
            continue;
        }
        match form {
            _ if is_nested && !is_script => wrapping.extend(held.iter().cloned()),
            Form::Style => soften(attribute, source, start, base, settings, edits),
            _ if is_script && matches!(attribute.name.as_str(), "src" | "href" | "xlink:href") => {
                as_text(tag, &held, edits);
                rename(tag, &attribute.name, if tag.is_svg { PARKED } else { "data-" }, edits);
            }
            _ => rename(tag, &attribute.name, PARKED, edits),
        }
        outcome.held.extend(held.into_iter().map(|held| (attribute.name.clone(), held)));
    }
    if !wrapping.is_empty() {
        outcome.wrapped = names(&wrapping);
        edits.insert(tag.at.start, format!("<template data-assent=\"{}\">", outcome.wrapped));
    }
    outcome
}

/// What a parked attribute's name begins with.
const PARKED: &str = "data-assent-";

/// Puts a prefix before every attribute of a name, so that no second one takes the place of the first. Both spellings of
/// a link in SVG wait as the one that every browser knows, unless both are there.
fn rename(tag: &Tag, name: &str, prefix: &str, edits: &mut Edits) {
    let has_plain = tag.attributes.iter().any(|attribute| attribute.name == "href");
    for attribute in tag.attributes.iter().filter(|attribute| attribute.name == name) {
        let at = attribute.name_at.clone();
        let space = if name == "xlink:href" && !has_plain { "xlink:".len() } else { 0 };
        edits.replace(at.start..at.start + space, prefix);
    }
}

/// Makes a script, or a style in SVG, a text that waits. What is added stands first, since of two attributes with one name the first counts.
pub(super) fn as_text(tag: &Tag, held: &[Held], edits: &mut Edits) {
    let by_hand = value(&tag.attributes, "data-assent");
    let ours = names(held);
    let names = if by_hand.is_empty() { ours } else { format!("{} {ours}", Text::escaped(by_hand)) };
    rename(tag, "type", "data-", edits);
    edits.insert(tag.at.start + 1 + tag.name.len(), format!(" type=\"text/plain\" data-assent=\"{names}\""));
}

/// Takes the held addresses out of a `style`, and keeps it whole beside it.
fn soften(
    attribute: &Attribute,
    source: &[u8],
    start: usize,
    base: &Url,
    settings: &Settings,
    edits: &mut Edits,
) {
    let Some(at) = attribute.value_at.clone() else { return };
    let raw = super::edits::bytes(source, start, at.clone());
    let quote = super::edits::bytes(source, start, at.start.saturating_sub(1)..at.start).first().copied();
    let quote = quote.filter(|byte| matches!(byte, b'"' | b'\''));
    let held: Vec<css::Found> = css::addresses(&attribute.value)
        .into_iter()
        .filter(|found| settings.judge.held(&found.address, base).is_some())
        .collect();
    let after = if quote.is_some() { at.end + 1 } else { at.end };
    let kept = [b" data-assent-style=", quote.as_slice(), raw, quote.as_slice()].concat();
    if Text::of(raw) == attribute.value.as_str() {
        for found in held {
            edits.replace(at.start + found.range.start..at.start + found.range.end, found.harmless);
        }
    } else {
        // Character references stand between the text and its bytes: write it anew.
        let mut soft = Edits::default();
        let mut out = Vec::new();
        for found in held {
            soft.replace(found.range, found.harmless);
        }
        soft.apply(attribute.value.as_bytes(), 0, attribute.value.len(), &mut out);
        let text = Text::escaped(&String::from_utf8_lossy(&out));
        edits.replace(at, if quote.is_some() { text } else { format!("\"{text}\"") });
    }
    edits.insert(after, kept);
}

/// Whether a template's content belongs to the page at once, because it is the shadow of its parent.
pub(super) fn is_shadow(tag: &Tag) -> bool {
    let mode = attributes::value(&tag.attributes, "shadowrootmode");
    let is_parked = tag.attributes.iter().any(|attribute| attribute.name == "data-assent");
    !is_parked && (mode.eq_ignore_ascii_case("open") || mode.eq_ignore_ascii_case("closed"))
}
