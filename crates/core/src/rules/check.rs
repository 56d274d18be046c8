//! What a word of a policy may look like. Each check is written once; the gate asks it silently, [`crate::policy`] with
//! words.

use crate::scan;

/// What a word is checked as. A name and not a function, so that the gate needs no table of functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An id of a purpose or vendor: 1 to 32 of `a-z`, `0-9`, `-` and `_`.
    Id,
    /// A host rule, `host` or `host/path`: lower case, at least one dot inside or `localhost`, no scheme, port or
    /// wildcard.
    Host,
    /// A pattern for names: at least two characters besides wildcards.
    Pattern,
    /// A region: `DE`, `US-CA` (ISO 3166).
    Region,
}

/// Whether a word is of a kind.
#[inline(never)]
pub fn is(kind: Kind, word: &str) -> bool {
    match kind {
        Kind::Id => word.len() <= 32 && is_label(word),
        Kind::Host => {
            let host = scan::cut(word, b'/').0;
            let whole = scan::cut(host, b'.').1.is_some() || host == "localhost";
            // A path stands in headers, too, where these would end it.
            let path = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b';' | b',' | b'"' | b'\'');
            whole && scan::fields(host, b'.').all(is_label) && word.bytes().all(path)
        }
        Kind::Pattern => word.bytes().filter(|byte| *byte != b'*').count() >= 2,
        Kind::Region => {
            let (country, part) = scan::cut(word, b'-');
            let part = part.unwrap_or("A");
            let upper =
                |text: &str| text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
            country.len() == 2 && (1..=3).contains(&part.len()) && upper(country) && upper(part)
        }
    }
}

#[inline(never)]
fn is_label(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
}

/// Whether every item of a list is of a kind; of an empty one it is.
#[inline(never)]
pub fn all(kind: Kind, list: &str) -> bool {
    scan::words(list).all(|word| is(kind, word))
}

/// What the API calls everything that nobody is asked about; no purpose may be called so.
pub const NECESSARY: &str = "necessary";
/// Legal bases (GDPR article 6(1)); nothing said is consent.
pub const LEGAL_BASES: &str = " consent legitimate_interest contract legal_obligation";
/// Regimes, as the policy names them, in the order of [`crate::jurisdiction::Regime`].
pub const REGIMES: &str = "opt_in opt_out notice";
/// A switch; nothing said is the first.
pub const BOOLEANS: &str = " true false";

/// The switches of the first row in their order, with `|` between them: their words; nothing said is the first. The last is
/// `testing`, where the page says `now` for a tester who asks for a place, a language or a layer; a file cannot.
pub(super) const SWITCHES: &str = " report hold| reload stay| event any| jurisdiction refuse| true false| page csp| false true| false now true";
/// What becomes of a third party that is named nowhere.
pub const UNLISTED: &str = " report hold";
/// What happens to the page on a withdrawal.
pub const ON_WITHDRAW: &str = " reload stay";
/// Who may grant through the API.
pub const API_GRANTS: &str = " event any";
/// Who enforces: the page's own interceptors, or a Content-Security-Policy besides.
pub const ENFORCE: &str = " page csp";
/// What Global Privacy Control means.
pub const GPC: &str = " jurisdiction refuse";
