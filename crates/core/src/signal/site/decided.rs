//! What the machine decided, as the page's side hands it on.

use super::Detail;
use crate::decide::{Grants, Vendors};
use crate::json::{self, Value};
use crate::jurisdiction::Regime;
use crate::rules::{Rules, check};
use crate::scan;
use crate::signal::ids::FlagSet;
use crate::signal::tcf::validity;
use alloc::borrow::ToOwned;
use alloc::string::String;

/// Where the framework has a place of its own: the European Economic Area with its outermost regions, the United Kingdom
/// and Switzerland. A test holds this against `data/jurisdictions.json`.
const FRAMEWORK: &str = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO GB CH \
                         GF GP MQ YT RE MF AX";

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// What is granted.
    pub grants: Grants,
    /// Under which regime.
    pub regime: Regime,
    /// Where; empty if unknown.
    pub region: String,
    /// Whether the browser sends Global Privacy Control, applied or not.
    pub gpc: bool,
    /// What of it was left on in the framework's own words.
    pub detail: Detail,
}

impl Decided {
    /// Reads the state that the gate's ports hand out. What is not said to be granted is not; a regime that is not known
    /// is the strictest.
    pub fn from_json(rules: &Rules, state: &str, gpc: bool) -> Decided {
        let state = json::parse(state).unwrap_or(Value::Null);
        let allowed = |kind, id| {
            state.get(kind).and_then(|ids: &Value| ids.get(id)).and_then(Value::bool) == Some(true)
        };
        let mut grants = Grants { purposes: 0, refused: Vendors::default() };
        for (i, id) in scan::words(&rules.purposes).enumerate() {
            grants.purposes |= u32::from(allowed("purposes", id)) << i;
        }
        for (i, id) in scan::words(&rules.vendors).enumerate() {
            grants.refused.put(i, !allowed("vendors", id));
        }
        let word = |key| state.get(key).and_then(Value::str).unwrap_or_default();
        let regime = Regime::ALL.get(scan::place(check::REGIMES, word("regime"))).copied();
        Decided {
            grants,
            regime: regime.unwrap_or(Regime::OptIn),
            region: word("region").to_owned(),
            gpc,
            detail: Detail::Everything,
        }
    }

    /// The same with what was chosen in detail, as [`Detail::read`] takes it.
    #[must_use]
    pub fn with_detail(self, text: &str) -> Decided {
        Decided { detail: Detail::read(text), ..self }
    }

    /// Whether the TC string counts here: where the framework is at home, and wherever else people are asked first. A
    /// framework that says it does not apply is taken for a yes.
    pub fn gdpr_applies(&self) -> bool {
        self.regime == Regime::OptIn || scan::has(FRAMEWORK, scan::cut(&self.region, b'-').0)
    }

    /// Whether the person is in Canada, whose own framework knows express and implied consent.
    pub(super) fn is_in_canada(&self) -> bool {
        scan::cut(&self.region, b'-').0 == "CA"
    }

    /// Whether things run there until they are refused, so that what is on was not consented to expressly. Whoever left it
    /// on in an answer left it as it was.
    pub(super) fn is_implied(&self) -> bool {
        self.is_in_canada() && self.regime != Regime::OptIn
    }

    /// Purposes that must rest on consent there.
    pub(super) fn consent_only(&self) -> FlagSet {
        if self.is_implied() { FlagSet::default() } else { validity::consent_only() }
    }

    /// The state's letters, empty for the country as a whole, if the person is in the United States.
    pub(super) fn state(&self) -> Option<&str> {
        let (country, state) = scan::cut(&self.region, b'-');
        (country == "US").then_some(state.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_framework_is_at_home_where_the_table_of_laws_says() {
        let table = json::parse(include_str!("../../../data/jurisdictions.json")).unwrap();
        let rows = table.get("jurisdictions").unwrap().list();
        for row in rows {
            let code = row.get("code").unwrap().str().unwrap();
            let says = row.get("tcf").and_then(Value::bool) == Some(true);
            assert_eq!(scan::has(FRAMEWORK, code), says, "{code}");
        }
    }

    #[test]
    fn an_unreadable_state_grants_nothing_under_the_strictest_regime() {
        let mut rules = Rules::none();
        rules.purposes.push_str("a b");
        rules.vendors.push_str("v w");
        for text in ["", "nonsense", "[]", r#"{"purposes":{"a":1,"b":"true"},"vendors":[],"regime":"?"}"#] {
            let decided = Decided::from_json(&rules, text, false);
            assert_eq!(decided.grants.purposes, 0, "{text}");
            assert!(decided.grants.refused.has(0) && decided.grants.refused.has(1), "{text}");
            assert_eq!(decided.regime, Regime::OptIn, "{text}");
            assert!(decided.gdpr_applies());
        }
    }
}
