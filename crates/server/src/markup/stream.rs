//! Parking in a document that arrives in pieces.
//!
//! What this is: [`Stream`]. The tokenizer of `lol_html` says where tags begin and end, in which language a name is meant
//! and what is text; what goes out are the bytes that came in, with [`Edits`](super::edits::Edits) in them. So nothing but
//! an edit can change a byte. What comes out does not depend on how the document was cut.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lol_html::errors::RewritingError;
use lol_html::html_content::Element;
use lol_html::send::{HtmlRewriter, SendHandlerTypes, Settings as Tokenizer};
use lol_html::{DocumentContentHandlers, ElementContentHandlers, MemorySettings, Selector};

use super::address::Held;
use super::attributes::Attribute;
use super::document::Note;
use super::edits::{Text, bytes};
use super::element::Tag;
use super::page::{Closing, Page};
use super::{Parked, Settings};

/// Why a document cannot be parked. What has been written until then is all that may be shown of it.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The document is in UTF-16 or UTF-32.
    #[error("the document is not in UTF-8 or another encoding that has ASCII in it")]
    Encoding,
    /// Only a parser with a tree can tell script from text here; for a strict [`Stream`] only.
    #[error("script and text cannot be told apart here")]
    Ambiguous,
    /// A single tag, script or style is longer than the limit.
    #[error("a single tag, script or style is too long")]
    TooLong,
    /// The tokenizer failed.
    #[error("the document cannot be read: {0}")]
    Tokenizer(String),
}

/// The end of a document.
#[derive(Clone, Debug)]
pub struct Ending {
    /// The bytes that were not written yet.
    pub html: Vec<u8>,
    /// What was parked, in the document's order.
    pub parked: Vec<Parked>,
    /// What its author should know.
    pub notes: Vec<Note>,
}

/// What was parked, each with the core's answer to it.
pub(super) type Pairs = Vec<(Parked, Held)>;

/// A document on its way. After an error it gives nothing more.
pub struct Stream {
    tokenizer: Option<HtmlRewriter<'static, Counter>>,
    page: Shared,
}

type Shared = Arc<Mutex<Page>>;
/// Counts the bytes that the tokenizer is done with.
type Counter = Box<dyn FnMut(&[u8]) + Send>;

impl Stream {
    /// A document that has not begun. `strict` makes it fail where only a parser with a tree could go on; `most` is how
    /// many bytes it may hold back while it waits for the end of a tag, script or style.
    pub fn new(settings: Arc<Settings>, strict: bool, most: usize) -> Stream {
        let page = Arc::new(Mutex::new(Page::new(settings, most)));
        let (counted, seen, begun) = (Arc::clone(&page), Arc::clone(&page), Arc::clone(&page));
        let counter: Counter = Box::new(move |chunk: &[u8]| lock(&counted).passed += chunk.len());
        let tokenizer = selector().map(|selector| {
            let handler = ElementContentHandlers::default()
                .element(move |element: &mut Element<'_, '_, SendHandlerTypes>| on_element(&seen, element));
            let doctype = DocumentContentHandlers::default().doctype(
                move |_: &mut lol_html::html_content::Doctype<'_>| {
                    lock(&begun).outline.doctype();
                    Ok(())
                },
            );
            let settings = Tokenizer::new_send()
                .append_element_content_handler((std::borrow::Cow::Owned(selector), handler))
                .append_document_content_handler(doctype)
                .with_strict(strict)
                .with_memory_settings(MemorySettings::new().with_max_allowed_memory_usage(most));
            HtmlRewriter::new(settings, counter)
        });
        Stream { tokenizer, page }
    }

    /// Takes a piece and gives what is certain by now.
    ///
    /// # Errors
    /// All of [`Error`].
    pub fn write(&mut self, chunk: &[u8]) -> Result<Vec<u8>, Error> {
        let mut out = Vec::new();
        lock(&self.page).take_in(chunk)?;
        let Some(mut tokenizer) = self.tokenizer.take() else { return Err(broken()) };
        tokenizer.write(chunk).map_err(failure)?;
        lock(&self.page).give(&mut out)?;
        self.tokenizer = Some(tokenizer);
        Ok(out)
    }

    /// Takes the end, and gives what is left, what was parked and what is to be said.
    ///
    /// # Errors
    /// All of [`Error`].
    pub fn end(mut self) -> Result<Ending, Error> {
        let out = self.finish()?;
        let mut page = lock(&self.page);
        page.parked.sort_by_key(|parked| parked.at);
        let (parked, notes) = (std::mem::take(&mut page.parked), std::mem::take(&mut page.outline.notes));
        Ok(Ending { html: out, parked, notes })
    }

    /// The same for a piece of markup inside a document.
    pub(super) fn end_of_fragment(mut self) -> Result<(Vec<u8>, Pairs), Error> {
        let out = self.finish()?;
        let mut page = lock(&self.page);
        let held = std::mem::take(&mut page.held);
        Ok((out, std::mem::take(&mut page.parked).into_iter().zip(held).collect()))
    }

    fn finish(&mut self) -> Result<Vec<u8>, Error> {
        let tokenizer = self.tokenizer.take().ok_or_else(broken)?;
        lock(&self.page).complete();
        tokenizer.end().map_err(failure)?;
        let mut out = Vec::new();
        let mut page = lock(&self.page);
        page.end();
        page.give(&mut out)?;
        if page.is_empty() { Ok(out) } else { Err(broken()) }
    }
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stream").finish_non_exhaustive()
    }
}

fn selector() -> Option<Selector> {
    "*".parse().ok()
}

/// A failure in one handler leaves the page as it was; nothing is given out after it.
fn lock(page: &Shared) -> MutexGuard<'_, Page> {
    page.lock().unwrap_or_else(PoisonError::into_inner)
}

fn broken() -> Error {
    Error::Tokenizer("it has failed before".into())
}

fn failure(error: RewritingError) -> Error {
    match error {
        RewritingError::ParsingAmbiguity(_) => Error::Ambiguous,
        RewritingError::MemoryLimitExceeded(_) => Error::TooLong,
        error => Error::Tokenizer(error.to_string()),
    }
}

fn on_element(page: &Shared, element: &mut Element<'_, '_, SendHandlerTypes>) -> lol_html::HandlerResult {
    let mut locked = lock(page);
    let tag = read(element, &locked.source, locked.start);
    let start = tag.at.start;
    let has_content = element.can_have_content();
    let closing = locked.element(tag, has_content);
    drop(locked);
    if closing != Closing::Nothing && has_content {
        let page = Arc::clone(page);
        element.on_end_tag(Box::new(move |end| {
            lock(&page).close(closing, start, end.source_location().bytes());
            Ok(())
        }))?;
    }
    Ok(())
}

/// Reads a start tag off the bytes that it stands in.
fn read(element: &Element<'_, '_, SendHandlerTypes>, source: &[u8], start: usize) -> Tag {
    let attributes = element.attributes().iter().filter_map(|attribute| {
        let value_at = attribute.value_source_location().map(|location| location.bytes());
        let value =
            value_at.clone().map_or_else(Default::default, |at| Text::resolved(bytes(source, start, at)));
        Some(Attribute {
            name: attribute.name(),
            name_at: attribute.name_source_location()?.bytes(),
            value: value.into_owned(),
            value_at,
        })
    });
    Tag {
        name: element.tag_name(),
        is_svg: element.namespace_uri() == "http://www.w3.org/2000/svg",
        at: element.source_location().bytes(),
        attributes: attributes.collect(),
    }
}
