//! Where each tool keeps a choice, and in which form.
//!
//! What this is: one reader per tool. Each wants a sign that the person has answered, not only that the tool has started.
//!
//! What it is not: a translation; the words stay the tool's.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::Said;
use super::stored::{Stored, date, millis, percent};
use super::words::{Answers, Word};
use crate::json::{self, Value};
use crate::record::base64;
use crate::rules::Rules;
use crate::scan;
use crate::signal::ids::FlagSet;
use crate::signal::tcf::TcString;

/// Where a tool's choice stands.
fn place(tool: &str) -> &'static str {
    match tool {
        "onetrust" => "OptanonConsent",
        "cookiebot" => "CookieConsent",
        "usercentrics" => "uc_settings",
        "didomi" => "didomi_token",
        "klaro" => "klaro",
        "cookieyes" => "cookieyes-consent",
        "complianz" => "cmplz_banner-status",
        "vanilla-cookieconsent" => "cc_cookie",
        _ => "euconsent-v2",
    }
}

/// Whether a tool has left anything here.
pub(super) fn has_stored(tool: &str, stored: Stored) -> bool {
    stored.all().any(|(name, _)| name == place(tool))
}

/// Reads what a tool has stored; `None` if that is no answer of a person.
pub(super) fn read(tool: &str, stored: Stored) -> Option<Said> {
    match tool {
        "onetrust" => onetrust(stored),
        "cookiebot" => cookiebot(stored),
        "usercentrics" => usercentrics(stored),
        "didomi" => didomi(stored),
        "klaro" => klaro(stored),
        "cookieyes" => cookieyes(stored),
        "complianz" => complianz(stored),
        "vanilla-cookieconsent" => vanilla(stored),
        _ => None,
    }
}

fn yes_or_no(word: &str, yes: &str, no: &str) -> Option<bool> {
    if word == yes { Some(true) } else { (word == no).then_some(false) }
}

/// A query: `groups=C0001%3A1%2CC0002%3A0&…`. The box was closed at a time of its own; until then the groups are defaults.
fn onetrust(stored: Stored) -> Option<Said> {
    let time = date(&stored.text("OptanonAlertBoxClosed")?)?;
    let member = |name| {
        let mut pairs = scan::fields(stored.raw("OptanonConsent")?, b'&').map(|pair| scan::cut(pair, b'='));
        pairs.find(|(key, _)| *key == name)?.1
    };
    if member("AwaitingReconsent") == Some("true") {
        return None;
    }
    let groups = percent(member("groups")?)?;
    let mut words = Vec::new();
    for group in scan::fields(&groups, b',').filter(|group| !group.is_empty()) {
        let (word, said) = scan::cut(group, b':');
        words.push((word.into(), yes_or_no(said?, "1", "0")?));
    }
    Some(Said { time: Some(time), words, ..Said::default() })
}

/// Like JSON, without quotes around the names: `{stamp:'…',statistics:false,method:'explicit',utc:1600000000000}`. A single
/// number stands there for those who were not asked.
fn cookiebot(stored: Stored) -> Option<Said> {
    let text = stored.text("CookieConsent")?;
    let inner = text.strip_prefix('{')?.strip_suffix('}')?;
    let (mut words, mut time, mut is_explicit) = (Vec::new(), None, false);
    for member in scan::fields(inner, b',') {
        let (name, value) = scan::cut(member, b':');
        let value = value?;
        match name {
            "preferences" | "statistics" | "marketing" => {
                words.push((name.into(), yes_or_no(value, "true", "false")?));
            }
            "method" => is_explicit = value == "'explicit'",
            "utc" => time = json::parse(value).ok().as_ref().and_then(millis),
            _ => {}
        }
    }
    is_explicit.then_some(Said { time: Some(time?), words, ..Said::default() })
}

/// A list of services, each with a history whose last entry says whether a person acted.
fn usercentrics(stored: Stored) -> Option<Said> {
    if stored.raw("uc_user_interaction") != Some("true") {
        return None;
    }
    let doc = stored.json("uc_settings")?;
    let mut said = Said::default();
    for service in doc.get("services")?.list() {
        let last = service.get("history").and_then(|history| history.list().last());
        let Some(last) = last.filter(|entry| entry.get("type").and_then(Value::str) == Some("explicit"))
        else {
            continue;
        };
        let time = millis(last.get("timestamp")?)?;
        // The oldest of them: none may last longer than it should.
        said.time = Some(said.time.map_or(time, |earlier| earlier.min(time)));
        said.words.push((service.get("id")?.str()?.into(), service.get("status")?.bool()?));
    }
    Some(said)
}

/// Base64 of JSON: lists of what is enabled and disabled, for purposes and for vendors.
fn didomi(stored: Stored) -> Option<Said> {
    let bytes = base64::from_standard(&stored.text("didomi_token")?)?;
    let doc = json::parse(core::str::from_utf8(&bytes).ok()?).ok()?;
    let mut words = Vec::new();
    for group in ["purposes", "vendors"] {
        for (list, yes) in [("enabled", true), ("disabled", false)] {
            let ids = doc.get(group).and_then(|group| group.get(list)).map_or(&[][..], Value::list);
            for id in ids {
                words.push((id.str()?.into(), yes));
            }
        }
    }
    Some(Said { time: Some(date(doc.get("updated")?.str()?)?), words, ..Said::default() })
}

/// JSON: yes and no by service. Klaro keeps no date.
fn klaro(stored: Stored) -> Option<Said> {
    let mut words: Vec<(String, bool)> = Vec::new();
    for (word, yes) in stored.json("klaro")?.map() {
        words.push((word.clone(), yes.bool()?));
    }
    Some(Said { words, ..Said::default() })
}

/// `consentid:…,consent:yes,action:yes,necessary:yes,analytics:no,…`; its date is that of the site's last change, so it has none.
fn cookieyes(stored: Stored) -> Option<Said> {
    let text = stored.text("cookieyes-consent")?;
    let (mut words, mut has_acted) = (Vec::new(), false);
    for member in scan::fields(&text, b',') {
        let (word, said) = scan::cut(member, b':');
        match word {
            "action" => has_acted = said == Some("yes"),
            "consentid" | "consent" | "necessary" | "lastRenewedDate" => {}
            _ => words.push((word.into(), yes_or_no(said?, "yes", "no")?)),
        }
    }
    has_acted.then_some(Said { words, ..Said::default() })
}

/// A cookie per category. Its `functional` is what no one is asked about, and so is the anonymous half of statistics.
fn complianz(stored: Stored) -> Option<Said> {
    if stored.raw("cmplz_banner-status") != Some("dismissed") {
        return None;
    }
    let mut words = Vec::new();
    for category in ["preferences", "statistics", "marketing"] {
        let name = ["cmplz_", category].concat();
        if has(stored, &name) {
            words.push((category.to_owned(), yes_or_no(stored.raw(&name)?, "allow", "deny")?));
        }
    }
    Some(Said { words, ..Said::default() })
}

fn has(stored: Stored, name: &str) -> bool {
    stored.all().any(|(found, _)| found == name)
}

/// JSON: the categories that were accepted, and when.
fn vanilla(stored: Stored) -> Option<Said> {
    let doc = stored.json("cc_cookie")?;
    let time = date(doc.get("lastConsentTimestamp")?.str()?)?;
    let mut words = Vec::new();
    for category in doc.get("categories")?.list() {
        words.push((category.str()?.into(), true));
    }
    Some(Said { time: Some(time), words, rest_refused: true })
}

/// A TC string. Its purposes are the framework's, so it answers those of ours that say what they are in it.
pub(super) fn tcf(stored: Stored, doc: &Value, rules: &Rules) -> Option<(Option<u64>, Answers)> {
    let tc = TcString::decode(stored.raw("euconsent-v2")?).ok()?;
    let mut answers = Answers::new(rules);
    for (i, purpose) in doc.get("purposes")?.list().iter().enumerate() {
        let numbers = |name| purpose.get(name).map_or(&[][..], Value::list).iter().filter_map(Value::int);
        // Where a purpose rests on legitimate interest, the string has another list of those not objected to.
        let own_ground = purpose.get("legalBasis").and_then(Value::str) == Some("legitimate_interest");
        let flags = if own_ground { tc.purposes_li_transparency } else { tc.purposes_consent };
        let said = |flags: FlagSet, id: i64| u8::try_from(id).is_ok_and(|id| flags.contains(id));
        for id in numbers("tcf") {
            answers.hear(Word::Purpose(i), said(flags, id));
        }
        for id in numbers("specialFeatures") {
            answers.hear(Word::Purpose(i), said(tc.special_feature_opt_ins, id));
        }
    }
    Some((Some(tc.last_updated / 10), answers))
}
