//! Why the archive did not do what it was asked.

/// What went wrong, in the words the callers need.
///
/// No text in here comes from a stranger or names a person, so that each may be logged.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Too much to do, or the database is away for the moment. Nothing was stored that the caller was told of; the same
    /// request may be sent again. HTTP 503 with `Retry-After`.
    #[error("the archive is busy; send it again")]
    Busy,
    /// There is no space left. Reading goes on. HTTP 503 with `Retry-After`.
    #[error("the disk is full: free some space, the archive continues by itself")]
    Full,
    /// A record with this id is there and says something else. HTTP 409.
    #[error("another record has this id")]
    Conflict,
    /// No such subject, or another token than the subject's: one answer, on purpose. Also: no such record, log or tile.
    #[error("not found")]
    NotFound,
    /// The person, or the record, was erased: it is not taken in again. HTTP 410.
    #[error("this was erased")]
    Erased,
    /// The month's budget for statistics is spent; there is another one from this moment on. HTTP 429.
    #[error("the month's budget for statistics is spent")]
    Spent(assent_core::record::Time),
    /// What is asked for contradicts what is there, in a way that the asker can mend. HTTP 422.
    #[error("{0}")]
    Refused(&'static str),
    /// What is stored does not agree with itself, or a key is missing. HTTP 500, and something to look at.
    #[error("the archive is damaged: {0}")]
    Damaged(String),
    /// The engine failed. Nothing of the request was acknowledged. HTTP 500.
    #[error("the database failed: {0}")]
    Engine(String),
    /// The disk failed while something was made durable. From here on the archive acknowledges nothing; the process
    /// should end and be started again ([`Archive::failed`](super::Archive::failed)). HTTP 503.
    #[error("storage failed and nothing is acknowledged any more: {0}")]
    Failed(String),
}

/// What the archive answers.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Whether the same transaction may be tried again at once: somebody else was in the way.
    pub(super) fn is_retry(&self) -> bool {
        matches!(self, Error::Engine(text) if text.starts_with(RETRY))
    }

    /// Somebody else was in the way.
    pub(super) fn retry(what: &str) -> Error {
        Error::Engine(format!("{RETRY}{what}"))
    }

    /// Something stored has not the form that it must have.
    pub(super) fn damaged(what: impl Into<String>) -> Error {
        Error::Damaged(what.into())
    }
}

const RETRY: &str = "in the way: ";
