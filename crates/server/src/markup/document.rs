//! What a document as a whole needs: the gate first, and the preload scanner held back.

use super::attributes::{Attribute, value};
use super::{HOLD_PRELOADS, Settings, script};

/// What the author of a document should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// The document has scripts, and the gate is not the first of them; at this byte stands the one that is.
    GateNotFirst(usize),
    /// The gate is the first script, but `async`, `defer` or `type=module` lets others run before it.
    GateLate(usize),
    /// The document has no script at all, so nothing that was parked can be released.
    NoGate,
    /// The markup is such that only a parser with a tree can tell script from text; the likelier reading was taken.
    Ambiguous,
}

/// What is known of a document so far.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// Whether it is a document and not a piece of one.
    is_whole: bool,
    holds_preloads: bool,
    seen_script: bool,
    pub notes: Vec<Note>,
}

impl Outline {
    /// Takes in an element of the document.
    pub fn element(&mut self, element: &str, attributes: &[Attribute], at: usize, settings: &Settings) {
        match element {
            "html" | "head" | "body" => self.is_whole = true,
            "script" if !self.seen_script && script::Kind::of(attributes).runs() => {
                self.seen_script = true;
                let address = value(attributes, "src").split(['?', '#']).next().unwrap_or_default();
                let has = |name: &str| attributes.iter().any(|attribute| attribute.name == name);
                if address.rsplit('/').next() != Some(settings.gate.as_str()) {
                    self.notes.push(Note::GateNotFirst(at));
                } else if has("async")
                    || has("defer")
                    || script::Kind::of(attributes) != script::Kind::Classic
                {
                    self.notes.push(Note::GateLate(at));
                }
            }
            _ => {}
        }
    }

    /// Takes in an element wherever it stands, also where a parser shows nothing.
    pub fn any_element(&mut self, element: &str, attributes: &[Attribute]) {
        let is_policy =
            || value(attributes, "http-equiv").trim().eq_ignore_ascii_case("content-security-policy");
        self.holds_preloads |=
            element == "meta" && is_policy() && value(attributes, "content").trim() == "base-uri *";
    }

    /// Takes in a doctype.
    pub fn doctype(&mut self) {
        self.is_whole = true;
    }

    /// What is to be written at the end of the body, once.
    pub fn at_the_end(&mut self, settings: &Settings) -> &'static str {
        let missing = self.is_whole && settings.hold_preloads && !self.holds_preloads;
        self.holds_preloads |= missing;
        if missing { HOLD_PRELOADS } else { "" }
    }

    /// Takes in that there is no more to come.
    pub fn end(&mut self) {
        if self.is_whole && !self.seen_script {
            self.notes.push(Note::NoGate);
        }
    }
}
