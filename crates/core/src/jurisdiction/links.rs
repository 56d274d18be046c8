//! Links that the law wants on each page, for the notice.

use crate::scan;

/// One line per region: `<code>:<kinds>`, with spaces between the kinds.
const TABLE: &str = include_str!("../../data/generated/links.txt");

/// The kinds of links that the law of a region wants, with spaces between them: `sale` ("Do Not Sell or Share My Personal
/// Information"), `sensitive` ("Limit the Use of My Sensitive Personal Information") and `choices` ("Your Privacy Choices":
/// serves in the place of both others, and where the law wants a link and names none).
///
/// A country that is named without its state wants what one of its states does, since the visitor may be there.
pub fn named_links(region: &str) -> &'static str {
    let lines = scan::fields(TABLE, b'\n').map(|line| scan::cut(line, b':'));
    let mut of_region = lines.filter(|(code, _)| code.eq_ignore_ascii_case(region));
    of_region.next().and_then(|(_, kinds)| kinds).unwrap_or_default()
}
