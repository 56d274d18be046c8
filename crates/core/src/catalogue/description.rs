//! What people are shown of a service, apart from what decides: the gate never links these texts.

/// One row per service: `<id>|<name>|<company>|<country>|<privacy notice>`.
const TABLE: &str = include_str!("../../data/generated/descriptions.txt");

/// One row per service: `<id>|<source>`. Apart, since the notice has no use for it.
const SOURCES: &str = include_str!("../../data/generated/sources.txt");

/// The half of a catalogue row that explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Description {
    /// The name people know it by.
    pub name: &'static str,
    /// The company that operates it, with its owner in brackets where that is better known.
    pub company: &'static str,
    /// The country of that company's seat, ISO 3166-1.
    pub country: &'static str,
    /// Where the company says what it does with the data.
    pub privacy_notice: &'static str,
}

/// The description of the service with this id.
pub fn describe(id: &str) -> Option<Description> {
    let mut fields = row(TABLE, id)?.split('|');
    Some(Description {
        name: fields.next()?,
        company: fields.next()?,
        country: fields.next()?,
        privacy_notice: fields.next()?,
    })
}

/// Where the row's hosts and names were taken from, with version and licence.
pub fn source(id: &str) -> Option<&'static str> {
    row(SOURCES, id)
}

/// What follows `<id>|` on its line.
fn row(table: &'static str, id: &str) -> Option<&'static str> {
    table.split('\n').find_map(|line| line.strip_prefix(id)?.strip_prefix('|'))
}
