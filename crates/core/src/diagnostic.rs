//! What is wrong with a policy file, and how to mend it.
//!
//! What this is: a code, a severity, a path into the file and the offending text. All faults of a file are told at once.
//! The sentences live behind [`Diagnostic::message`] and [`Diagnostic::remedy`], so that the gate, which prints code and
//! path only, does not carry them.

use alloc::string::String;

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The policy is refused; the gate stays closed.
    Error,
    /// The policy works; something in it is probably not meant so.
    Warning,
}

/// The kind of fault. The number is stable and documented; new kinds are added at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Code {
    /// The text is not JSON.
    NotJson = 1,
    /// A required member is missing or empty.
    Missing,
    /// A member has the wrong type.
    WrongType,
    /// A member that this version does not know.
    UnknownKey,
    /// A word outside the list of allowed ones.
    UnknownWord,
    /// An id with other characters than `a-z`, `0-9`, `-` and `_`, of a length outside 1 to 32, or `necessary`.
    BadId,
    /// An id given twice, be it to purposes or to vendors.
    DuplicateId,
    /// A purpose that the policy does not list.
    UnknownPurpose,
    /// A vendor that is neither described here nor in the catalogue.
    UnknownService,
    /// A host rule that is not `host` or `host/path`.
    BadHost,
    /// A number outside its range.
    OutOfRange,
    /// More entries than the format carries.
    TooMany,
    /// A policy of another version.
    UnsupportedVersion,
    /// A region that is not an ISO 3166-1 or 3166-2 code.
    BadRegion,
    /// Legitimate interest claimed for advertising.
    WeakLegalBasis,
    /// A purpose that does not say what people get from it.
    NoBenefit,
    /// A name pattern that matches nearly everything.
    TooWide,
    /// A known tracker listed as essential.
    TrackerAsEssential,
    /// Refused for a reason that no other code names; a defect of ours.
    Refused,
    /// An archive whose address is neither a path of the page's own origin nor an origin with `https`.
    BadArchive,
    /// An archive on another host that the policy does not list, so that the gate holds what is sent to it.
    HeldArchive,
    /// The Transparency and Consent Framework without a CMP id that somebody registered.
    UnregisteredCmp,
    /// A vendor list that is not a path of the page's own origin.
    BadVendorList,
    /// A purpose of the framework on a legal basis that the framework does not know for it.
    BasisOfFramework,
    /// The framework is on, and no purpose says what it is there.
    NothingMapped,
    /// A service that is to be told of the choice, and is not listed as a vendor.
    UnlistedAdapter,
    /// The framework without a vendor list: neither a path of one nor an archive, which serves one.
    NoVendorList,
    /// A stack that this version does not know.
    UnknownStack,
    /// A stack that stands for what another one stands for.
    OverlappingStacks,
    /// A stack that stands for what no purpose of the policy is.
    WiderStack,
}

/// One fault of a policy file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of fault.
    pub code: Code,
    /// Whether the policy is refused for it.
    pub severity: Severity,
    /// Where, as `purposes[2].id`; empty for the file as a whole.
    pub path: String,
    /// The text that is at fault, if there is one.
    pub found: String,
}

impl Diagnostic {
    /// What is wrong: lower case, no full stop.
    pub fn message(&self) -> &'static str {
        self.code.sentences().0
    }

    /// How to mend it.
    pub fn remedy(&self) -> &'static str {
        self.code.sentences().1
    }
}

impl Code {
    /// The stable number, as printed behind the letter `A`.
    pub fn number(self) -> u8 {
        self as u8
    }

    fn sentences(self) -> (&'static str, &'static str) {
        match self {
            Code::NotJson => (
                "the policy is not JSON at this byte",
                "look for a missing comma, quote or bracket there; numbers are whole",
            ),
            Code::Missing => {
                ("a required member is missing or empty", "add it; the policy reference says what it holds")
            }
            Code::WrongType => {
                ("a member has the wrong type", "see the policy reference for the type it needs")
            }
            Code::UnknownKey => {
                ("a member that this version does not know", "correct its spelling or take it out")
            }
            Code::UnknownWord => {
                ("a word that is not one of the allowed ones", "use one the policy reference lists")
            }
            Code::BadId => (
                "an id has characters or a length that it must not have, or is a reserved word",
                "use 1 to 32 of a-z, 0-9, - and _, and not `necessary`",
            ),
            Code::DuplicateId => ("an id is given twice", "rename or remove one of them"),
            Code::UnknownPurpose => {
                ("a vendor names a purpose that the policy does not list", "add the purpose to `purposes`")
            }
            Code::UnknownService => (
                "a vendor is neither in the catalogue nor described here",
                "correct its id, or describe it with name, hosts and purposes",
            ),
            Code::BadHost => (
                "a host rule is not a host or a host with a path",
                "write `host.example` or `host.example/path`: no scheme, port or wildcard; letters beyond ASCII as xn--",
            ),
            Code::OutOfRange => ("a number is outside its range", "see the policy reference for the range"),
            Code::TooMany => ("more entries than the format carries", "merge some of them"),
            Code::UnsupportedVersion => ("a policy of another version", "write `\"version\": 1`"),
            Code::BadRegion => {
                ("a region is not an ISO 3166 code", "write a country as `DE`, a region as `US-CA`")
            }
            Code::WeakLegalBasis => (
                "advertising cannot rest on legitimate interest where it stores data on the device",
                "use `consent` as its legal basis",
            ),
            Code::NoBenefit => ("a purpose does not say what people get from it", "add `benefit`"),
            Code::TooWide => {
                ("a pattern matches nearly everything", "name at least two characters besides the wildcard")
            }
            Code::TrackerAsEssential => (
                "a known tracker is listed as essential",
                "list it under `vendors`, so that people are asked",
            ),
            Code::Refused => ("the policy is refused", "report this file: its fault has no name yet"),
            Code::BadArchive => (
                "not the address of an archive",
                "write a path of the page's own origin, as `/`, or `https://` and a host",
            ),
            Code::HeldArchive => (
                "the gate holds what is sent to this host, so nothing is recorded",
                "list the host under `firstParty`",
            ),
            Code::UnregisteredCmp => (
                "the framework takes a registered CMP id",
                "register with IAB Europe and write the number you are given, 2 to 4095",
            ),
            Code::BadVendorList => (
                "not a path of the page's own origin",
                "fetch the vendor list on your server, and name the path under which it serves it",
            ),
            Code::BasisOfFramework => (
                "the framework does not know this purpose on this legal basis",
                "use `consent`; `legitimate_interest` is for 2 and 7 to 11 alone",
            ),
            Code::NothingMapped => (
                "no purpose says what it is in the framework, so its string grants nothing",
                "give purposes `tcf`, the framework's numbers",
            ),
            Code::UnlistedAdapter => (
                "an adapter for a vendor that the policy does not list, so it is told a denial",
                "list it under `vendors`, by the same id",
            ),
            Code::NoVendorList => (
                "the framework takes a vendor list, and the policy names neither one nor an archive",
                "name the path under which your server serves it, or an archive under `server`, which serves it",
            ),
            Code::UnknownStack => (
                "a stack that this version does not know; on the page, the vendor list tells",
                "see the `stacks` of the vendor list for its number",
            ),
            Code::OverlappingStacks => (
                "two stacks stand for the same purpose or special feature, so people would be told twice",
                "take one of them out, or use a larger stack that stands for all of it",
            ),
            Code::WiderStack => (
                "a stack stands for more than the policy is there for, so what it stands for is listed one by one",
                "use a smaller stack, or give purposes the numbers that are missing",
            ),
        }
    }
}
