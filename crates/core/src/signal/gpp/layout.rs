//! What the sections of the United States consist of.
//!
//! What this is: a reader of `data/gpp_us.txt`, one line for each layout. A new state is a new line. A line is prefix, id,
//! second piece and fields, each with what it means (`v.` a version of 6 bits, `n.` notice, `o.` opt-out, `c.` consent, `y.`
//! yes or no, `m.` mode, 2 bits each), its name, and `*N` behind a list. They are as @iabgpp/cmpapi 3.2.0 writes them (IAB
//! Tech Lab, Global Privacy Platform). Of two layouts of a section the first is written, and the first whose bits are there
//! is read.

use crate::scan;
use crate::text::decimal;

/// The table, without a word of explanation: the page pays for it.
const TABLE: &str = include_str!("../../../data/gpp_us.txt");

/// A layout of a section: its first piece is a row of small numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The section's prefix, as `usnat`.
    pub prefix: &'static str,
    /// The section's id.
    pub id: u16,
    /// What a second piece holds.
    pub second: SecondPiece,
    fields: &'static str,
}

/// What may follow the first piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondPiece {
    /// Nothing: the law does not ask to honour Global Privacy Control.
    None,
    /// Whether the browser sent Global Privacy Control.
    Gpc,
    /// Eight consents to the processing of sensitive data.
    SensitiveData,
}

/// A field of a first piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The standard's name.
    pub name: &'static str,
    /// What its values mean.
    pub kind: Kind,
    /// How many numbers it holds; `None` for one that is no list.
    pub count: Option<u8>,
    /// Where its first number is in the row.
    pub at: usize,
}

/// What the values of a field mean. 0 is "not applicable" in all but the version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A version, 6 bits, with the one that is written. All others have 2 bits.
    Version(u8),
    /// 1 told, 2 not told.
    Notice,
    /// 1 opted out, 2 did not opt out.
    OptOut,
    /// 1 no consent, 2 consent.
    Consent,
    /// 1 yes, 2 no.
    YesNo,
    /// 1 opt-out option mode, 2 service provider mode.
    Mode,
}

impl Field {
    /// How many numbers of the row are its own.
    pub fn len(self) -> usize {
        usize::from(self.count.unwrap_or(1))
    }

    /// Whether it has no numbers, which no field does.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The width of each number in bits.
    pub fn bits(self) -> u32 {
        if matches!(self.kind, Kind::Version(_)) { 6 } else { 2 }
    }

    /// Whether the number has a meaning here.
    pub fn allows(self, number: u8) -> bool {
        if matches!(self.kind, Kind::Version(_)) { number < 64 } else { number < 3 }
    }
}

impl Layout {
    /// All layouts, by id; of two with the same id, the one that is written comes first.
    pub fn all() -> impl Iterator<Item = Self> {
        scan::fields(TABLE, b'\n').filter_map(Self::from_line)
    }

    /// The layout that is written for a section.
    pub fn of_id(id: u16) -> Option<Self> {
        Self::all().find(|layout| layout.id == id)
    }

    /// As [`Self::of_id`], by prefix.
    pub fn of_prefix(prefix: &str) -> Option<Self> {
        Self::all().find(|layout| layout.prefix == prefix)
    }

    /// The fields of the first piece, in order.
    pub fn fields(self) -> impl Iterator<Item = Field> {
        let mut at = 0;
        scan::words(self.fields).filter_map(move |text| {
            let field = field(text, at)?;
            at += field.len();
            Some(field)
        })
    }

    /// The field with this name.
    pub fn field(self, name: &str) -> Option<Field> {
        self.fields().find(|field| field.name == name)
    }

    /// How many numbers the row has.
    pub fn len(self) -> usize {
        self.fields().map(Field::len).sum()
    }

    /// Whether the row is empty, which none is.
    pub fn is_empty(self) -> bool {
        self.fields.is_empty()
    }

    /// How many bits the first piece has.
    pub fn bits(self) -> usize {
        self.fields().map(|field| field.len() * field.bits() as usize).sum()
    }

    fn from_line(line: &'static str) -> Option<Self> {
        let (prefix, rest) = scan::cut(line, b' ');
        let (id, rest) = scan::cut(rest?, b' ');
        let (second, fields) = scan::cut(rest?, b' ');
        let id = u16::try_from(decimal(id)).ok()?;
        let second = match second {
            "gpc" => SecondPiece::Gpc,
            "sensitive" => SecondPiece::SensitiveData,
            _ => SecondPiece::None,
        };
        Some(Self { prefix, id, second, fields: fields? })
    }
}

fn field(text: &'static str, at: usize) -> Option<Field> {
    let (kind, rest) = scan::cut(text, b'.');
    let (rest, version) = scan::cut(rest?, b'=');
    let (name, count) = scan::cut(rest, b'*');
    let small = |text: &str| u8::try_from(decimal(text)).ok();
    let count = match count {
        Some(count) => Some(small(count)?),
        None => None,
    };
    let kind = match kind {
        "v" => Kind::Version(small(version?)?),
        "n" => Kind::Notice,
        "o" => Kind::OptOut,
        "c" => Kind::Consent,
        "y" => Kind::YesNo,
        _ => Kind::Mode,
    };
    Some(Field { name, kind, count, at })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn every_line_of_the_table_is_a_layout() {
        assert_eq!(Layout::all().count(), TABLE.lines().count());
        for layout in Layout::all() {
            let words = layout.fields.split(' ').count();
            assert_eq!(layout.fields().count(), words, "{}", layout.prefix);
        }
    }

    #[test]
    fn the_lengths_are_those_of_the_standard() {
        let bits: Vec<usize> = Layout::all().map(Layout::bits).collect();
        let expected =
            [70, 60, 46, 40, 38, 42, 44, 46, 46, 52, 42, 52, 42, 42, 46, 54, 42, 42, 22, 24, 24, 24];
        assert_eq!(bits, expected);
    }
}
