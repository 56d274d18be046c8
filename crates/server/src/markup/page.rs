//! A document as far as it has been read.
//!
//! What this is: what [`Stream`](super::Stream) remembers between tags: bytes that wait for their edits, the base of
//! relative addresses, whether this is inside something inert, and elements whose text decides about them.

use std::ops::Range;
use std::sync::Arc;

use url::Url;

use super::address::Held;
use super::attributes::value;
use super::document::Outline;
use super::edits::{Edits, Text, bytes};
use super::element::{self, Tag};
use super::script::Kind;
use super::{Error, HOLD_PRELOADS, Parked, Settings, inline};

/// What an end tag means for its element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closing {
    Nothing,
    /// The text is complete.
    Text,
    /// What is inert ends.
    Inert,
    /// Text that nothing reads ends.
    Raw,
    /// What waits in a template ends.
    Wrapped,
    /// The document's body ends.
    Body,
}

pub(super) struct Page {
    settings: Arc<Settings>,
    most: usize,
    /// What has come in and not gone out.
    pub source: Vec<u8>,
    /// Where that begins in the document.
    pub start: usize,
    /// How far the tokenizer is.
    pub passed: usize,
    /// The first bytes of the document, and the last.
    head: Vec<u8>,
    tail: Vec<u8>,
    edits: Edits,
    base: Option<Url>,
    pub parked: Vec<Parked>,
    /// The same as the core told it.
    pub held: Vec<Held>,
    pub outline: Outline,
    /// How many templates this is in that show nothing.
    inert: usize,
    /// Whether a frame set was seen, in which a parser knows no templates.
    in_frames: bool,
    /// How many elements are open in which all is text.
    raw: usize,
    /// Whether the document ends within a tag or a text.
    is_torn: bool,
    /// Elements whose text is being read.
    open: Vec<Tag>,
    /// What import maps call what is held.
    mapped: Vec<(String, Held)>,
}

impl Page {
    pub fn new(settings: Arc<Settings>, most: usize) -> Page {
        Page {
            settings,
            most,
            source: Vec::new(),
            start: 0,
            passed: 0,
            head: Vec::new(),
            tail: Vec::new(),
            edits: Edits::default(),
            base: None,
            parked: Vec::new(),
            held: Vec::new(),
            outline: Outline::default(),
            inert: 0,
            in_frames: false,
            raw: 0,
            is_torn: false,
            open: Vec::new(),
            mapped: Vec::new(),
        }
    }

    /// Takes bytes in, before the tokenizer gets them.
    pub fn take_in(&mut self, chunk: &[u8]) -> Result<(), Error> {
        self.head.extend(chunk.iter().take(4 - self.head.len().min(4)));
        self.tail.extend_from_slice(
            chunk.get(chunk.len().saturating_sub(HOLD_PRELOADS.len())..).unwrap_or_default(),
        );
        let old = self.tail.len().saturating_sub(HOLD_PRELOADS.len());
        self.tail.drain(..old);
        self.source.extend_from_slice(chunk);
        let is_wide =
            matches!(self.head.as_slice(), [0xfe, 0xff, ..] | [0xff, 0xfe, ..] | [0, 0, 0xfe, 0xff]);
        if is_wide { Err(Error::Encoding) } else { Ok(()) }
    }

    /// Gives out what nothing can change any more.
    pub fn give(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        let until = self.open.iter().map(|tag| tag.at.start).fold(self.passed, usize::min);
        self.edits.apply(&self.source, self.start, until, out);
        self.source.drain(..(until - self.start).min(self.source.len()));
        self.start = until;
        if self.source.len() > self.most { Err(Error::TooLong) } else { Ok(()) }
    }

    /// Whether all has gone out.
    pub fn is_empty(&self) -> bool {
        self.source.is_empty()
    }

    /// Takes in a start tag.
    pub fn element(&mut self, tag: Tag, has_content: bool) -> Closing {
        self.outline.any_element(&tag.name, &tag.attributes);
        if !tag.is_svg
            && tag.name == "template"
            && !self.in_frames
            && (self.inert > 0 || !element::is_shadow(&tag))
        {
            self.inert += 1;
            return Closing::Inert;
        }
        if self.inert > 0 {
            return Closing::Nothing;
        }
        self.in_frames |= !tag.is_svg && tag.name == "frameset";
        let settings = Arc::clone(&self.settings);
        if !tag.is_svg {
            self.outline.element(&tag.name, &tag.attributes, tag.at.start, &settings);
        }
        let base = self.base.clone().unwrap_or_else(|| settings.judge.page().clone());
        let outcome = element::park(&tag, &self.source, self.start, &base, &settings, &mut self.edits);
        let is_held = !outcome.held.is_empty();
        for (name, held) in outcome.held {
            let attribute = tag.attributes.iter().find(|attribute| attribute.name == name);
            let at = attribute.map_or(tag.at.start, |attribute| attribute.name_at.start);
            self.park(&tag, at, &name, held);
        }
        let is_base = !tag.is_svg && tag.name == "base" && self.base.is_none() && !is_held;
        if is_base && tag.attributes.iter().any(|attribute| attribute.name == "href") {
            self.base = base.join(value(&tag.attributes, "href")).ok();
        }
        if !outcome.wrapped.is_empty() {
            if has_content {
                return Closing::Wrapped;
            }
            self.edits.insert(tag.at.end, "</template>");
            return Closing::Nothing;
        }
        let has =
            |names: &[&str]| tag.attributes.iter().any(|attribute| names.contains(&attribute.name.as_str()));
        let reads = match (tag.is_svg, tag.name.as_str()) {
            (true, "script") => !has(&["href", "xlink:href"]),
            (false, "script") => !has(&["src"]) && Kind::of(&tag.attributes) != Kind::Text,
            (_, "style") | (false, "noscript") => true,
            _ => false,
        };
        if reads && has_content {
            self.open.push(tag);
            return Closing::Text;
        }
        match tag.name.as_str() {
            _ if tag.is_svg => Closing::Nothing,
            "body" | "html" => Closing::Body,
            "script" | "title" | "textarea" | "xmp" | "iframe" | "noembed" | "noframes" | "plaintext" => {
                self.raw += 1;
                Closing::Raw
            }
            _ => Closing::Nothing,
        }
    }

    /// Takes in the end tag of the element that begins at `start`.
    pub fn close(&mut self, closing: Closing, start: usize, end_at: Range<usize>) {
        match closing {
            Closing::Nothing => {}
            Closing::Inert => self.inert = self.inert.saturating_sub(1),
            Closing::Raw => self.raw = self.raw.saturating_sub(1),
            Closing::Wrapped => self.edits.insert(end_at.end, "</template>"),
            Closing::Body => self.edits.insert(end_at.start, self.outline.at_the_end(&self.settings)),
            Closing::Text => {
                if let Some(place) = self.open.iter().position(|tag| tag.at.start == start) {
                    let tag = self.open.remove(place);
                    self.text(&tag, end_at);
                }
            }
        }
    }

    /// Takes in that no more bytes will come. A tag or a text that is still open must not become another by what is
    /// written behind it.
    pub fn complete(&mut self) {
        let is_in_tag = self.passed < self.start + self.source.len();
        self.is_torn = is_in_tag || self.raw > 0;
    }

    /// Takes in the end of the document.
    pub fn end(&mut self) {
        for tag in std::mem::take(&mut self.open) {
            let before = self.held.len();
            self.text(&tag, self.passed..self.passed);
            // A style with something held in it has been closed to be followed by itself.
            self.is_torn |= tag.is_svg || tag.name != "style" || self.held.len() == before;
        }
        if !self.is_torn && !self.tail.ends_with(HOLD_PRELOADS.as_bytes()) {
            self.edits.insert(self.passed, self.outline.at_the_end(&self.settings));
        }
        self.outline.end();
    }

    /// Looks at the text of an element, which ends where `end_at` begins.
    fn text(&mut self, tag: &Tag, end_at: Range<usize>) {
        let settings = Arc::clone(&self.settings);
        let base = self.base.clone().unwrap_or_else(|| settings.judge.page().clone());
        let text_at = tag.at.end..end_at.start;
        let source = (self.source.as_slice(), self.start);
        let held = match tag.name.as_str() {
            "style" => inline::style(tag, text_at, end_at, source, &base, &settings, &mut self.edits),
            "script" => {
                let text = Text::of(bytes(&self.source, self.start, text_at));
                inline::script(tag, &text, &base, &settings, &mut self.mapped, &mut self.edits)
            }
            _ => {
                // Without scripts nobody can agree, so what stands here for want of them waits for good.
                let inner =
                    inline::fragment(bytes(&self.source, self.start, text_at.clone()), &base, &settings);
                let (html, parked) = inner.unwrap_or_default();
                if !parked.is_empty() {
                    self.edits.replace(text_at.clone(), html);
                }
                for (parked, held) in parked {
                    self.parked.push(Parked { at: parked.at + text_at.start, ..parked });
                    self.held.push(held);
                }
                Vec::new()
            }
        };
        for held in held {
            self.park(tag, tag.at.start, "", held);
        }
    }

    fn park(&mut self, tag: &Tag, at: usize, attribute: &str, held: Held) {
        self.parked.push(Parked {
            at,
            element: tag.name.clone(),
            attribute: attribute.into(),
            address: held.address.clone(),
            rule: held.rule,
            purpose: held.purpose.clone(),
            vendor: held.vendor.clone(),
        });
        self.held.push(held);
    }
}
