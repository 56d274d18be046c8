//! Is this tag allowed, and if not, why?

use std::sync::Arc;

use askama::Template;
use assent_core::decide::{Context, Grants, Rule, decide};
use assent_core::jurisdiction::Regime;
use assent_core::machine::Facts;
use assent_core::scan;
use axum::extract::{RawQuery, State};

use super::super::app::App;
use super::form::Fields;
use super::numbers::sites_of;
use super::visit::{MARKETERS, Visit};
use super::{Shell, Shown, shown};
use crate::middleware;
use crate::problem::{Kind, Problem};
use crate::store::Site;

#[derive(Template)]
#[template(path = "look-up.html")]
struct Page {
    shell: Shell,
    sites: Vec<Site>,
    site: String,
    address: String,
    host: String,
    region: String,
    is_answered: bool,
    purposes: Vec<Purpose>,
    found: Option<Found>,
}

/// A purpose that can be granted here.
struct Purpose {
    id: String,
    is_granted: bool,
}

/// What was found.
struct Found {
    is_allowed: bool,
    rule: &'static str,
    why: &'static str,
    purpose: String,
    vendor: String,
    regime: &'static str,
}

/// Asks the rule that the page's gate asks.
pub(super) async fn look_up(State(app): State<Arc<App>>, visit: Visit, RawQuery(query): RawQuery) -> Shown {
    visit.holder.is_one_of(MARKETERS)?;
    let fields = Fields::parse(query.as_deref().unwrap_or_default());
    let sites = sites_of(&app, &visit).await?;
    let site =
        fields.get("site").map_or_else(|| sites.first(), |name| sites.iter().find(|site| site.name == name));
    let mut page = Page {
        shell: Shell::new("Look-up", "/admin/look-up", &visit),
        site: site.map(|site| site.name.clone()).unwrap_or_default(),
        address: fields.text("address").into(),
        host: fields.text("host").to_ascii_lowercase(),
        region: fields.text("region").to_ascii_uppercase(),
        is_answered: fields.text("answer") == "given",
        purposes: Vec::new(),
        found: None,
        sites: Vec::new(),
    };
    if let Some(site) = site {
        let (_, policy) = app.present(site).await?;
        let rules = middleware::Site::new(&policy).ok_or_else(|| Problem::new(Kind::Internal))?;
        ask(&mut page, &rules, &fields, app.clock.now().seconds());
    }
    page.sites = sites;
    shown(&page)
}

fn ask(page: &mut Page, site: &middleware::Site, fields: &Fields, now: u64) {
    let rules = site.rules();
    let (mut granted, mut purposes) = (rules.necessary, Vec::new());
    for (position, id) in scan::fields(&rules.purposes, b' ').enumerate() {
        let bit = 1_u32.checked_shl(u32::try_from(position).unwrap_or(u32::MAX)).unwrap_or_default();
        if rules.necessary & bit == 0 {
            let is_granted = fields.all("purpose").any(|granted| granted == id);
            granted |= if is_granted { bit } else { 0 };
            purposes.push(Purpose { id: id.into(), is_granted });
        }
    }
    page.purposes = purposes;
    if page.address.is_empty() {
        return;
    }
    let grants = if page.is_answered {
        Grants { purposes: granted, ..Grants::default() }
    } else {
        site.consent([], &Facts { now, region: &page.region, gpc: false, dnt: false }).granted
    };
    let verdict = decide(&page.address, Context { rules, grants: &grants, page_host: &page.host });
    page.found = Some(Found {
        is_allowed: verdict.allows(),
        rule: verdict.rule.name(),
        why: why(verdict.rule),
        purpose: verdict.purpose.into(),
        vendor: verdict.vendor.into(),
        regime: match rules.regime(&page.region) {
            Regime::OptIn => "people are asked first",
            Regime::OptOut => "it runs until people object",
            Regime::Notice => "people are told",
        },
    });
}

/// A rule in words, and what to do about it.
fn why(rule: Rule) -> &'static str {
    match rule {
        Rule::Local => "It is no request to a host.",
        Rule::FirstParty => "It is the page's own host, or one that the policy calls its own (firstParty).",
        Rule::Essential => "The policy lists it as essential.",
        Rule::Candidate => "The catalogue knows it as a payment, security or delivery service.",
        Rule::Granted => "All purposes of its vendor are granted.",
        Rule::Unlisted => {
            "Nobody has listed this third party. It passes, with a report; list it as a vendor, so that people are asked."
        }
        Rule::Purpose => "A purpose of its vendor is not granted. It runs once people say yes to it.",
        Rule::Vendor => "The person refused this vendor.",
        Rule::Undeclared => {
            "The catalogue knows it as a tracker, and the policy does not list it, so nobody was asked. List it as a vendor."
        }
        Rule::UnlistedHeld => {
            "Nobody has listed this third party, and the policy holds those. List it as a vendor, or as essential."
        }
        Rule::Unreadable => "The host cannot be made out of the address.",
    }
}
