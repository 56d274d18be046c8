//! Parking trackers in HTML, before a browser sees them.
//!
//! What this is: [`park`] for a whole document and [`Stream`] for one that arrives in pieces. Everything that a parser
//! would fetch and that [`assent_core::decide`] holds is turned into a form that waits until the gate releases it, in
//! its place. Every other byte comes out as it went in, and parking twice is parking once.
//!
//! What it is not: a list of trackers. It knows where HTML and CSS keep addresses; the core says which of them wait.
//!
//! Suggested reading order: `attributes` (where addresses stand), `element` (what is done about them), `stream`.

mod address;
mod attributes;
mod css;
mod document;
mod edits;
mod element;
mod inline;
mod page;
mod place;
mod script;
mod stream;

pub use address::Judge;
pub use document::Note;
pub use place::{Place, place};
pub use stream::{Ending, Error, Stream};

use std::sync::Arc;

use assent_core::decide::Rule;

/// Markup that keeps Chromium's preload scanner from fetching until the parser has come this far: a policy that forbids
/// nothing. The scanner waits for any policy in the served HTML, since it might forbid what it is about to fetch.
pub const HOLD_PRELOADS: &str = "<meta http-equiv=\"Content-Security-Policy\" content=\"base-uri *\">";

/// How to park.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Who decides on an address.
    pub judge: Judge,
    /// Whether [`HOLD_PRELOADS`] is written at the end of a document's body.
    pub hold_preloads: bool,
    /// Whether an inline script waits, too, if a text in it is the address of something held. Without it, only scripts
    /// that import from such an address do; what other inline scripts start, the gate in the page holds.
    pub snippets: bool,
    /// The file name of the gate, by which the first script is recognised.
    pub gate: String,
    /// How deep this document is within others.
    depth: usize,
}

impl Settings {
    /// The usual settings.
    pub fn new(judge: Judge) -> Settings {
        Settings { judge, hold_preloads: true, snippets: false, gate: "assent.js".into(), depth: 0 }
    }

    /// The settings for a document within, whose addresses start from `base`.
    fn inner(&self, base: &url::Url) -> Settings {
        Settings {
            judge: self.judge.with_page(base.clone()),
            hold_preloads: false,
            depth: self.depth + 1,
            ..self.clone()
        }
    }
}

/// Whether a `Refresh` header, or what stands for it in markup, leads to what is held.
pub fn refreshes_held(value: &str, judge: &Judge) -> bool {
    attributes::addresses(attributes::Form::Refresh, value).iter().any(|address| judge.holds(address))
}

/// One thing that was parked, or that has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parked {
    /// Where it begins, in bytes from the start of the document.
    pub at: usize,
    /// The element's name, in lower case.
    pub element: String,
    /// The attribute's name, in lower case; empty for the element's text.
    pub attribute: String,
    /// The address, as written, with character references resolved.
    pub address: String,
    /// The rule that holds it.
    pub rule: Rule,
    /// The purpose that would have to be granted; empty if no grant lets it pass.
    pub purpose: String,
    /// The vendor or the catalogue's service; empty if nobody knows it.
    pub vendor: String,
}

/// A document after parking.
#[derive(Clone, Debug)]
pub struct Document {
    /// The document's bytes.
    pub html: Vec<u8>,
    /// What was parked, in the document's order.
    pub parked: Vec<Parked>,
    /// What its author should know.
    pub notes: Vec<Note>,
}

/// Parks everything in a document that is at hand as a whole.
///
/// # Errors
/// [`Error::Encoding`] for UTF-16 and UTF-32.
pub fn park(html: &[u8], settings: &Arc<Settings>) -> Result<Document, Error> {
    let once = |strict| {
        let mut stream = Stream::new(Arc::clone(settings), strict, usize::MAX);
        let mut out = stream.write(html)?;
        let Ending { html: rest, parked, notes } = stream.end()?;
        out.extend_from_slice(&rest);
        Ok(Document { html: out, parked, notes })
    };
    match once(true) {
        // What no parser without a tree can tell is read the likelier way, and said.
        Err(Error::Ambiguous) => {
            let mut document: Document = once(false)?;
            document.notes.push(Note::Ambiguous);
            Ok(document)
        }
        done => done,
    }
}
