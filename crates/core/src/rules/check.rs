//! What a word of a policy may look like. Each check is written once; the gate asks it silently, [`crate::policy`] with
//! words.

use crate::scan;

/// A check: `None` refuses.
pub type Check = fn(&str) -> Option<()>;

/// Legal bases (GDPR article 6(1)); nothing said is consent.
pub const LEGAL_BASES: &str = " consent legitimate_interest contract legal_obligation";
/// Regimes, as the policy names them, in the order of [`crate::jurisdiction::Regime`].
pub const REGIMES: &str = "opt_in opt_out notice";
/// A switch; nothing said is the first.
pub const BOOLEANS: &str = " true false";

/// The switches of the first row in their order: their words; nothing said is the first.
pub(super) const SWITCHES: [&str; 5] = [UNLISTED, ON_WITHDRAW, API_GRANTS, GPC, BOOLEANS];
/// What becomes of a third party that is named nowhere.
pub const UNLISTED: &str = " report hold";
/// What happens to the page on a withdrawal.
pub const ON_WITHDRAW: &str = " reload stay";
/// Who may grant through the API.
pub const API_GRANTS: &str = " event any";
/// What Global Privacy Control means.
pub const GPC: &str = " jurisdiction refuse";

/// An id of a purpose or vendor: 1 to 32 of `a-z`, `0-9`, `-` and `_`.
#[inline(never)]
pub fn id(id: &str) -> Option<()> {
    ((1..=32).contains(&id.len()) && is_label(id)).then_some(())
}

fn is_label(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
}

/// A host rule, `host` or `host/path`: lower case, at least one dot inside or `localhost`, no scheme, port or wildcard.
pub fn host(rule: &str) -> Option<()> {
    let host = scan::cut(rule, b'/').0;
    let whole = scan::cut(host, b'.').1.is_some() || host == "localhost";
    (whole && scan::fields(host, b'.').all(is_label)).then_some(())
}

/// A pattern for names: at least two characters besides wildcards.
pub fn pattern(pattern: &str) -> Option<()> {
    (pattern.bytes().filter(|byte| *byte != b'*').count() >= 2).then_some(())
}

/// A region: `DE`, `US-CA` (ISO 3166).
pub fn region(code: &str) -> Option<()> {
    let (country, part) = scan::cut(code, b'-');
    let part = part.unwrap_or("A");
    let good = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
    let part_good = part.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    (good && part_good && (1..=3).contains(&part.len())).then_some(())
}

/// Every item of a list; an absent or empty list passes.
#[inline(never)]
pub fn all(list: &str, check: Check) -> Option<()> {
    scan::words(if list == "-" { "" } else { list }).try_for_each(check)
}
