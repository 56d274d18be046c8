//! The choice in the words of the IAB's standards, for the ad stack of the page.
//!
//! What this is: policy and vendor list in, and for each state of the choice one JSON text out with everything that
//! `__tcfapi`, `__gpp` and `__uspapi` answer. The commands, listeners and frames are hand-written JS beside this file.
//!
//! What it is not: a place where anything is decided or kept. The state is the gate's, the strings are the core's, and
//! each is made anew from the other.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::RefCell;

use assent_core::json::{self, Members, Value, write_value};
use assent_core::signal::gpp::{section, tcf_canada};
use assent_core::signal::gvl::Gvl;
use assent_core::signal::page;
use assent_core::signal::site::{Decided, Moment, Signals, Site};
use assent_core::signal::tcf::Letters;
use assent_core::signal::usp;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::lean::Single;

/// What the page opened with.
struct Opened {
    site: Site,
    gvl: Option<Gvl>,
    said: Option<Signals>,
}

static OPENED: Single<Option<Opened>> = Single(RefCell::new(None));

/// Takes the policy. Tells whether a TC string is wanted and could be made (2), or only one of the others (1), or nothing (0).
#[wasm_bindgen]
pub fn open(policy: &str) -> u8 {
    let Some(site) = json::parse(policy).ok().and_then(|doc| Site::new(&doc)) else { return 0 };
    let wants = if site.tcf().is_some() { 2 } else { 1 };
    if let Ok(mut opened) = OPENED.0.try_borrow_mut() {
        *opened = Some(Opened { site, gvl: None, said: None });
    }
    wants
}

/// Whether the framework counts in this state of the choice, so that the vendor list is needed.
#[wasm_bindgen]
pub fn applies(state: &str) -> bool {
    let opened = OPENED.0.try_borrow();
    // In doubt it counts, and is not there: nobody is granted anything.
    let site = opened.as_ref().ok().and_then(|opened| opened.as_ref()).map(|opened| &opened.site);
    site.is_none_or(|site| site.counts(&Decided::from_json(site.rules(), state, false)))
}

/// Takes the vendor list, of which the page's side has picked the vendors of the policy. Tells whether it is one.
#[wasm_bindgen]
pub fn list(gvl: &str) -> bool {
    let Ok(mut opened) = OPENED.0.try_borrow_mut() else { return false };
    let Some(opened) = opened.as_mut() else { return false };
    opened.gvl = Gvl::read_duties(gvl).ok();
    opened.gvl.is_some()
}

/// Says everything about a state of the choice. `time` is that of the choice, or now, in seconds since 1970; `gpc` whether the
/// browser sends Global Privacy Control, `detail` what was left on in the framework's words. Empty if nothing can be said.
#[wasm_bindgen]
pub fn tell(state: &str, gpc: bool, time: f64, language: &str, detail: &str) -> String {
    let mut out = String::new();
    let Ok(mut opened) = OPENED.0.try_borrow_mut() else { return out };
    let Some(opened) = opened.as_mut() else { return out };
    let decided = Decided::from_json(opened.site.rules(), state, gpc).with_detail(detail);
    let moment = Moment { time: time as u64, language: language.get(..2).and_then(Letters::new) };
    opened.said = opened.site.signals(&decided, opened.gvl.as_ref(), moment).ok();
    if let Some(signals) = &opened.said
        && let Some(answer) = answer(opened, signals)
    {
        write_value(&mut out, &answer);
    }
    out
}

/// What the layers of the notice ask and disclose under the framework in this state of the choice; empty without a vendor
/// list.
#[wasm_bindgen]
pub fn layers(state: &str) -> String {
    let mut out = String::new();
    let Ok(opened) = OPENED.0.try_borrow() else { return out };
    if let Some(Opened { site, gvl: Some(gvl), .. }) = opened.as_ref() {
        write_value(&mut out, &site.layers(gvl, &Decided::from_json(site.rules(), state, false)));
    }
    out
}

/// What was told last, as `InAppTCData`; empty without a TC string.
#[wasm_bindgen]
pub fn in_app() -> String {
    let mut out = String::new();
    let Ok(opened) = OPENED.0.try_borrow() else { return out };
    let said = opened.as_ref().and_then(|opened| opened.said.as_ref());
    if let Some((tc, text)) = said.and_then(|signals| signals.tc.as_ref()) {
        write_value(&mut out, &page::in_app_tc_data(tc, text));
    }
    out
}

fn answer(opened: &Opened, signals: &Signals) -> Option<Value> {
    let number = |number: u16| Value::Int(number.into());
    let text = |text: String| Value::Str(text);
    let mut said = Members::default();
    said.say("gdprApplies", Value::Bool(signals.gdpr_applies));
    said.say("isLost", Value::Bool(signals.is_lost));
    if let Some(tcf) = opened.site.tcf() {
        said.say("cmpId", number(tcf.cmp_id));
        said.say("cmpVersion", number(tcf.cmp_version));
    }
    if let Some(gvl) = &opened.gvl {
        said.say("gvlVersion", number(gvl.vendor_list_version));
        said.say("tcfPolicyVersion", number(gvl.tcf_policy_version.into()));
    }
    if let Some((tc, tc_text)) = &signals.tc {
        said.say("tc", page::tc_data(tc, tc_text));
    }
    if let Some(gpp) = &signals.gpp {
        let (mut ids, mut prefixes) = (Vec::new(), Vec::new());
        for id in gpp.section_ids() {
            ids.push(number(id));
            prefixes.push(text(section::prefix(id).unwrap_or_default().to_owned()));
        }
        let mut parsed = Members::default();
        if let Some(canada) = &signals.canada {
            parsed.say(tcf_canada::SECTION, page::parsed_canada(canada));
        }
        if let Some(us) = &signals.us {
            if let Some(usp) = signals.usp {
                parsed.say(usp::SECTION, page::parsed_usp(usp));
            }
            parsed.say(us.layout().prefix, page::parsed_us(us));
        }
        said.say("gppString", text(gpp.encode().ok()?));
        said.say("sectionList", Value::List(ids));
        said.say("prefixes", Value::List(prefixes));
        said.say("parsedSections", parsed.map());
        let applicable = signals.applicable.map_or(-1, i64::from);
        said.say("applicableSections", Value::List(Vec::from([Value::Int(applicable)])));
    }
    if let Some(usp) = signals.usp {
        said.say("uspString", text(usp.encode()));
    }
    Some(said.map())
}
