//! Parking in markup, by what goes in and what comes out.
//!
//! `table`: every kind of element, one line each. `golden`: whole pages beside what they become. `anything`: what holds
//! for any markup at all. `choices`: what a person's grants let through.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]
#![expect(clippy::indexing_slicing, reason = "a test fails by panicking, in its helpers too")]

mod anything;
mod choices;
mod golden;
mod table;

use std::sync::Arc;

use assent_core::decide::Grants;
use assent_core::policy::Policy;
use assent_server::markup::{Document, Judge, Settings, park};
use url::Url;

/// A shop that measures with Google Analytics, advertises with Meta and is fetched from two hosts of its own.
const POLICY: &str = r#"{"version":1,"controller":{"name":"S","contact":"c","privacyNotice":"/p"},
"purposes":["analytics","marketing"],
"vendors":["google-analytics","meta",{"id":"acme","name":"Acme","hosts":["acme.example","shop.example/collect"],"purposes":["analytics"]}],
"essential":["pay.example"],"firstParty":["static.shop.example"]}"#;

fn settings(grants: Grants) -> Settings {
    let policy = Policy::from_json(POLICY).unwrap();
    let page = Url::parse("https://shop.example/basket").unwrap();
    Settings::new(Judge::new(Arc::new(policy.rules), grants, Some(page)))
}

fn parked_with(html: &[u8], settings: Settings) -> Document {
    park(html, &Arc::new(settings)).unwrap()
}

/// What becomes of a piece of markup before anybody has answered.
fn parked(html: &str) -> String {
    String::from_utf8(parked_with(html.as_bytes(), settings(Grants::default())).html).unwrap()
}
