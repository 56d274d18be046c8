//! What the gate says about the choice, as the notice reads it.

use crate::json::{self, Value};

/// The state of the choice. Whatever cannot be read counts as "nothing was granted, consent is needed".
#[derive(Debug)]
pub struct State(Value);

impl State {
    /// Reads the state that the gate's ports hand out.
    pub fn from_json(text: &str) -> State {
        State(json::parse(text).unwrap_or(Value::Null))
    }

    fn word(&self, key: &str) -> &str {
        self.0.get(key).and_then(Value::str).unwrap_or("")
    }

    fn number(&self, key: &str) -> i64 {
        self.0.get(key).and_then(Value::int).unwrap_or(0)
    }

    /// Whether the place asks before it stores. Every word but the two known others means yes.
    pub fn asks_first(&self) -> bool {
        !matches!(self.word("regime"), "opt_out" | "notice")
    }

    /// The key of the opening sentence.
    pub(super) fn lead(&self) -> &'static str {
        match self.word("regime") {
            "opt_out" => "lead.opt_out",
            "notice" => "lead.notice",
            _ => "lead.opt_in",
        }
    }

    /// Whether a valid answer is on record.
    pub fn answered(&self) -> bool {
        matches!(self.word("status"), "given" | "partial" | "refused" | "withdrawn")
    }

    /// Whether the answer on record grants anything, so that there is something to withdraw.
    pub fn granted(&self) -> bool {
        matches!(self.word("status"), "given" | "partial")
    }

    /// Whether a purpose or vendor is allowed now: `kind` is `purposes` or `vendors`.
    pub fn allows(&self, kind: &str, id: &str) -> bool {
        self.0.get(kind).and_then(|ids| ids.get(id)).and_then(Value::bool).unwrap_or(false)
    }

    /// The key of the text about a signal of the browser that counts here; empty if there is none.
    pub(super) fn signal(&self) -> &'static str {
        let sent = |key| self.0.get(key).and_then(Value::bool).unwrap_or(false);
        match self.word("prevails") {
            "law" => "signal.law",
            "choice" => "signal.chosen",
            _ if sent("gpc") => "gpc",
            _ if sent("dnt") => "dnt",
            _ => "",
        }
    }

    /// Where the person is; empty if nobody knows.
    pub(super) fn region(&self) -> &str {
        self.word("region")
    }

    /// When the person decided and until when it holds.
    pub fn decided(&self) -> Option<(i64, i64)> {
        (self.answered() && self.number("time") > 0).then(|| (self.number("time"), self.number("expires")))
    }
}
