extern crate std;

use super::generated::{rows, text};
use super::*;
use crate::json::Value;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;

fn id(host: &str, path: &str) -> Option<&'static str> {
    by_host(host, path).map(|service| service.id)
}

#[test]
fn hosts_seen_in_the_wild_have_their_purpose() {
    use Kind::{Analytics, Essential, Functional, Marketing};
    for (host, path, purpose) in [
        ("www.google-analytics.com", "/g/collect", Analytics),
        ("region1.analytics.google.com", "/g/collect", Analytics),
        ("www.googletagmanager.com", "/gtag/js", Analytics),
        ("static.hotjar.com", "/c/hotjar-3141592.js", Analytics),
        ("www.clarity.ms", "/tag/abcdefghij", Analytics),
        ("cdn.segment.com", "/analytics.js/v1/KEY/analytics.min.js", Analytics),
        ("api-js.mixpanel.com", "/track/", Analytics),
        ("cdn.amplitude.com", "/libs/analytics-browser-2.11.1-min.js.gz", Analytics),
        ("cdn.heapanalytics.com", "/js/heap-1234567890.js", Analytics),
        ("edge.fullstory.com", "/s/fs.js", Analytics),
        ("mc.yandex.ru", "/metrika/tag.js", Analytics),
        ("bam.nr-data.net", "/1/abc", Analytics),
        ("acme.matomo.cloud", "/matomo.js", Analytics),
        ("us-assets.i.posthog.com", "/static/array.js", Analytics),
        ("dev.visualwebsiteoptimizer.com", "/j.php", Analytics),
        ("connect.facebook.net", "/en_US/fbevents.js", Marketing),
        ("www.facebook.com", "/tr/", Marketing),
        ("www.facebook.com", "/plugins/like.php", Marketing),
        ("analytics.tiktok.com", "/i18n/pixel/events.js", Marketing),
        ("snap.licdn.com", "/li.lms-analytics/insight.min.js", Marketing),
        ("px.ads.linkedin.com", "/collect/", Marketing),
        ("bat.bing.com", "/bat.js", Marketing),
        ("static.ads-twitter.com", "/uwt.js", Marketing),
        ("t.co", "/i/adsct", Marketing),
        ("www.googleadservices.com", "/pagead/conversion_async.js", Marketing),
        ("googleads.g.doubleclick.net", "/pagead/viewthroughconversion/123/", Marketing),
        ("www.google.com", "/pagead/1p-user-list/123/", Marketing),
        ("static.criteo.net", "/js/ld/ld.js", Marketing),
        ("ct.pinterest.com", "/v3/", Marketing),
        ("tr.snapchat.com", "/p", Marketing),
        ("alb.reddit.com", "/rp.gif", Marketing),
        ("pixel.quantserve.com", "/pixel", Marketing),
        ("sb.scorecardresearch.com", "/beacon.js", Marketing),
        ("cdn.taboola.com", "/libtrc/unip/1/tfa.js", Marketing),
        ("amplify.outbrain.com", "/cp/obtp.js", Marketing),
        ("js.hs-scripts.com", "/12345.js", Marketing),
        ("www.youtube.com", "/embed/dQw4w9WgXcQ", Functional),
        ("www.youtube-nocookie.com", "/embed/dQw4w9WgXcQ", Functional),
        ("player.vimeo.com", "/video/76979871", Functional),
        ("www.google.com", "/maps/embed", Functional),
        ("fonts.googleapis.com", "/css2", Functional),
        ("fonts.gstatic.com", "/s/inter/v13/abc.woff2", Functional),
        ("js.stripe.com", "/v3/", Essential),
        ("m.stripe.network", "/inner.html", Essential),
        ("www.paypal.com", "/sdk/js", Essential),
        ("x.klarnacdn.net", "/kp/lib/v1/api.js", Essential),
        ("checkoutshopper-live.adyen.com", "/checkoutshopper/sdk/adyen.js", Essential),
        ("js.hcaptcha.com", "/1/api.js", Essential),
        ("www.google.com", "/recaptcha/api.js", Essential),
        ("www.gstatic.com", "/recaptcha/releases/x/recaptcha__en.js", Essential),
        ("challenges.cloudflare.com", "/turnstile/v0/api.js", Essential),
        ("cdnjs.cloudflare.com", "/ajax/libs/vue/3.0.0/vue.js", Essential),
        ("cdn.jsdelivr.net", "/npm/vue@3/dist/vue.global.prod.js", Essential),
        ("unpkg.com", "/react", Essential),
        ("ajax.googleapis.com", "/ajax/libs/jquery/3.7.1/jquery.min.js", Essential),
        ("code.jquery.com", "/jquery-3.7.1.min.js", Essential),
        ("maxcdn.bootstrapcdn.com", "/bootstrap/3.3.7/js/bootstrap.min.js", Essential),
        ("d111111abcdef8.cloudfront.net", "/app.js", Essential),
        ("acme.eu.auth0.com", "/authorize", Essential),
        ("acme.okta.com", "/oauth2/v1/authorize", Essential),
    ] {
        assert_eq!(by_host(host, path).map(|service| service.purpose), Some(purpose), "{host}{path}");
    }
}

#[test]
fn strangers_and_look_alikes_are_nobody() {
    for host in [
        "evilgoogle-analytics.com",
        "not-google-analytics.com.cdn-apex.example",
        "www.facebook.com.shop-assets.example",
        "notfacebook.com",
        "xt.co",
        "shop.example",
        "localhost",
        "com",
        "",
    ] {
        assert_eq!(id(host, "/"), None, "{host}");
    }
    assert_eq!(id("www.google.com", "/search"), None, "a shared host is known by its paths only");
    assert_eq!(id("www.gstatic.com", "/charts/loader.js"), None);
}

#[test]
fn the_most_specific_rule_wins() {
    assert_eq!(id("www.google.com", "/maps/embed"), Some("google-maps"));
    assert_eq!(id("www.google.com", "/recaptcha/enterprise.js"), Some("recaptcha"));
    assert_eq!(id("www.google.com", "/pagead/landing"), Some("google-ads"));
    assert_eq!(id("js.hsforms.net", "/forms/v2.js"), Some("hubspot-forms"));
    assert_eq!(id("analytics.google.com", "/g/collect"), Some("google-analytics"));
}

#[test]
fn a_service_is_found_by_its_id_with_both_halves() {
    let service = by_id("google-analytics").unwrap();
    assert_eq!(service.purpose, Kind::Analytics);
    assert_eq!(service.consent_mode, 8);
    assert!(service.cookies.split(' ').any(|pattern| matches_name(pattern, "_ga_ABC123")));
    let description = describe("google-analytics").unwrap();
    assert_eq!(
        (description.name, description.company, description.country),
        ("Google Analytics", "Google LLC", "US")
    );
    assert_eq!(by_id("google-ads").unwrap().consent_mode, 7);
    assert_eq!(by_id("stripe").unwrap().consent_mode, 64);
    assert_eq!(by_id("cdnjs").unwrap().consent_mode, 0);
    for nobody in ["", "google", "google-analytics|", "nobody"] {
        assert_eq!(by_id(nobody), None, "{nobody}");
        assert_eq!(describe(nobody), None, "{nobody}");
        assert_eq!(source(nobody), None, "{nobody}");
    }
}

#[test]
fn the_names_that_trackers_write_belong_to_them() {
    for (vendor, name) in [
        ("google-analytics", "_ga"),
        ("google-analytics", "_gat_gtag_UA_1_1"),
        ("google-ads", "_gcl_au"),
        ("hotjar", "_hjSessionUser_1"),
        ("segment", "ajs_anonymous_id"),
        ("clarity", "_clck"),
        ("mixpanel", "mp_token_mixpanel"),
        ("snowplow", "_sp_id.1fff"),
        ("posthog", "ph_phc_token_posthog"),
        ("meta", "_fbp"),
        ("microsoft-ads", "_uetsid"),
        ("tiktok", "_ttp"),
        ("linkedin", "li_fat_id"),
        ("stripe", "__stripe_mid"),
    ] {
        let service = by_id(vendor).unwrap();
        assert!(service.cookies.split(' ').any(|pattern| matches_name(pattern, name)), "{vendor}: {name}");
    }
}

#[test]
fn every_row_is_complete_and_reaches_the_table_unchanged() {
    let rows = rows("catalogue.json", "services");
    assert!(rows.len() >= 60);
    let ids: Vec<&str> = rows.iter().map(|row| text(row, "id")).collect();
    assert!(ids.is_sorted(), "rows are kept in the order of their ids");
    assert_eq!(services().map(|service| service.id).collect::<BTreeSet<_>>(), ids.iter().copied().collect());
    assert_eq!(services().count(), ids.len(), "an id stands twice");
    for row in &rows {
        let id = text(row, "id");
        let service = by_id(id).unwrap();
        let purpose = text(row, "purpose");
        assert_eq!(service.purpose.purpose_id(), purpose.trim_end_matches("-candidate"), "{id}");
        assert_eq!(words(service.hosts), list(row, "hosts"), "{id}");
        assert_eq!(words(service.cookies), list(row, "cookies"), "{id}");
        assert_eq!(words(service.storage), list(row, "storage"), "{id}");
        let Description { name, company, country, privacy_notice } = describe(id).unwrap();
        assert_eq!((name, company), (text(row, "name"), text(row, "company")), "{id}");
        assert!(
            country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase()),
            "{id}: {country}"
        );
        assert!(privacy_notice.starts_with("https://"), "{id}: {privacy_notice}");
        assert_eq!(source(id).unwrap(), text(row, "source"), "{id}");
    }
}

#[test]
fn ids_hosts_and_patterns_are_well_formed() {
    let plain = |text: &str, also: &str| {
        text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || also.contains(c))
    };
    let mut hosts = BTreeSet::new();
    for service in services() {
        assert!(plain(service.id, "-") && service.id.len() <= 32, "{}", service.id);
        assert!(!service.hosts.is_empty(), "{}", service.id);
        for rule in service.hosts.split(' ') {
            let (host, path) = rule.split_at(rule.find('/').unwrap_or(rule.len()));
            assert!(plain(host, ".-") && host.contains('.') && plain(path, "/"), "{rule}");
            assert!(hosts.insert(rule), "{rule} belongs to two services");
            let probe = if path.is_empty() { "/" } else { path };
            assert_eq!(id(host, probe), Some(service.id), "{rule} must lead to its own service");
        }
        for pattern in words(service.cookies).into_iter().chain(words(service.storage)) {
            assert!(pattern.trim_matches('*').len() >= 3, "{pattern} of {} is too wide", service.id);
        }
    }
}

fn words(list: &str) -> Vec<&str> {
    list.split(' ').filter(|word| !word.is_empty()).collect()
}

fn list<'a>(row: &'a Value, key: &str) -> Vec<&'a str> {
    row.get(key).unwrap().list().iter().filter_map(Value::str).collect()
}

#[test]
fn the_adapters_are_those_of_their_table_and_each_names_its_source() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/data/adapters.json")).unwrap();
    let table = crate::json::parse(&text).unwrap();
    let named = || scan::words(ADAPTERS).chain(scan::words(PLATFORMS));
    let calls: Vec<&str> = table.get("calls").unwrap().map().iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(calls, named().collect::<Vec<_>>());
    for (id, row) in table.get("calls").unwrap().map() {
        let platform = row.get("platform").is_some();
        assert_eq!(platform, scan::has(PLATFORMS, id), "{id}");
        assert_eq!(platform, by_id(id).is_none(), "{id}");
        decided(row, id);
    }
    for (id, row) in table.get("sources").unwrap().map() {
        let word = |key| row.get(key).and_then(crate::json::Value::str).unwrap_or_default();
        assert!(!word("source").is_empty() && matches!(word("sure"), "high" | "medium" | "low"), "{id}");
    }
    assert!(named().all(|id| table.get("sources").unwrap().get(id).is_some()));
}

/// Every condition asks for something that the interpreter knows.
fn decided(value: &crate::json::Value, id: &str) {
    const KNOWN: &str = "vendor answered asks_first";
    if let Some(asked) = value.get("if") {
        let asked = asked.str().unwrap();
        assert!(
            scan::has(KNOWN, asked) || scan::has(crate::signal::consent_mode::TYPES, asked),
            "{id}: {asked}"
        );
        assert!(value.get("yes").is_some(), "{id}");
    }
    value.list().iter().for_each(|item| decided(item, id));
    value.map().iter().for_each(|(_, item)| decided(item, id));
}

#[test]
fn the_purpose_alone_is_that_of_the_service() {
    for service in services() {
        assert_eq!(purpose_of(service.id), service.purpose.purpose_id(), "{}", service.id);
    }
    for stranger in ["", "e", "m", "nobody", "google"] {
        assert_eq!(purpose_of(stranger), "", "{stranger}");
    }
}
