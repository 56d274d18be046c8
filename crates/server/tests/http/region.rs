//! Where somebody is, by a database of countries, and who may not say so.

use assent_server::region::Countries;

use crate::mmdb::{Value, database};
use crate::stage::Stage;

/// A network of the loopback address, and three of documentation.
fn countries() -> Vec<u8> {
    let flat = |code| Value::Map(vec![("country_code", Value::Text(code))]);
    let nested = |code| Value::Map(vec![("country", Value::Map(vec![("iso_code", Value::Text(code))]))]);
    database(vec![
        ("127.0.0.0/8", flat("US")),
        ("198.51.100.0/24", flat("DE")),
        ("203.0.113.0/24", flat("XX")),
        ("2001:db8::/32", nested("JP")),
    ])
}

/// A record of a database that knows parts of countries, the larger part first.
fn divided(code: &'static str, parts: &[&'static str]) -> Value {
    let named = |code| Value::Map(vec![("iso_code", Value::Text(code))]);
    let parts = parts.iter().map(|part| named(part)).collect();
    Value::Map(vec![("country", named(code)), ("subdivisions", Value::List(parts))])
}

async fn stage(settings: &str) -> Stage {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("countries.mmdb"), countries()).unwrap();
    let settings = format!("[region]\ndatabase = \"countries.mmdb\"\n{settings}");
    Stage::in_folder(folder, &settings).await
}

/// What the archive answers somebody with these headers: country and regime.
async fn seen(stage: &Stage, headers: &str) -> (String, String) {
    let answer = stage.ask(&format!("GET /v1/sites/shop/region\n{headers}\n")).await.json();
    let word = |key: &str| answer[key].as_str().unwrap_or_default().to_string();
    (word("country"), word("regime"))
}

fn said(country: &str, regime: &str) -> (String, String) {
    (country.into(), regime.into())
}

#[tokio::test]
async fn somebody_who_comes_directly_is_where_their_address_is() {
    let stage = stage("").await;
    assert_eq!(seen(&stage, "").await, said("US", "opt_out"));
    stage.stop().await;
}

#[tokio::test]
async fn nobody_talks_themselves_to_another_place_or_into_looser_rules() {
    let headers = "country_header = \"x-country\"\nclient_header = \"x-forwarded-for\"";
    let stage = stage(&format!("trusted_proxies = [\"10.0.0.0/8\"]\n{headers}")).await;
    assert_eq!(seen(&stage, "x-country: JP\n").await, said("US", "opt_out"));
    // A proxy that is not listed: its own place is not the visitor's.
    for header in [
        "x-forwarded-for: 2001:db8::1",
        "forwarded: for=198.51.100.1",
        "via: 1.1 edge",
        "x-real-ip: 10.0.0.1",
    ] {
        assert_eq!(seen(&stage, &format!("{header}\n")).await, said("", "opt_in"), "{header}");
    }
    stage.stop().await;
}

#[tokio::test]
async fn a_trusted_proxy_names_the_address_and_overrules_the_database() {
    let headers = "country_header = \"x-country\"\nclient_header = \"x-forwarded-for\"";
    let stage = stage(&format!("trusted_proxies = [\"127.0.0.0/8\"]\n{headers}")).await;
    let (germany, japan, unknown) = (said("DE", "opt_in"), said("JP", "notice"), said("", "opt_in"));
    for (headers, expected) in [
        ("x-forwarded-for: 198.51.100.7\n", &germany),
        ("x-forwarded-for: ::ffff:198.51.100.7\n", &germany),
        ("x-forwarded-for: 2001:db8::7\n", &japan),
        ("x-forwarded-for: 198.51.100.7, 2001:db8::7\n", &japan),
        ("x-forwarded-for: 2001:db8::7, 198.51.100.7\n", &germany),
        ("x-forwarded-for: 198.51.100.7\nx-country: JP\n", &japan),
        // It says that it does not know, or something that is no country.
        ("x-forwarded-for: 2001:db8::7\nx-country: T1\n", &unknown),
        ("x-forwarded-for: 2001:db8::7\nx-country: Japan\n", &unknown),
        // No country, not in the database, no address, and nobody but the proxy itself.
        ("x-forwarded-for: 203.0.113.7\n", &unknown),
        ("x-forwarded-for: 192.0.2.7\n", &unknown),
        ("x-forwarded-for: unknown\n", &unknown),
        ("x-forwarded-for: 127.0.0.9\n", &unknown),
        ("", &unknown),
    ] {
        assert_eq!(&seen(&stage, headers).await, expected, "{headers}");
    }
    stage.stop().await;
}

#[test]
fn a_file_that_is_no_database_of_countries_is_refused_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("countries.mmdb");
    let told = |bytes: Option<&[u8]>| {
        if let Some(bytes) = bytes {
            std::fs::write(&file, bytes).unwrap();
        }
        Countries::read(&file).err().map(|fault| fault.to_string()).unwrap_or_default()
    };
    assert_eq!(told(None), "entity not found");
    assert_eq!(told(Some(b"country,code")), "no MMDB file");
    let networks = database(vec![("198.51.100.0/24", Value::Map(vec![("asn", Value::Long(64496))]))]);
    assert_eq!(told(Some(&networks)), "no country codes in it");
    assert_eq!(told(Some(&countries())), "");
}

#[test]
fn a_damaged_database_makes_strangers_and_never_stops_the_archive() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("countries.mmdb");
    let whole = countries();
    let address = "198.51.100.7".parse().unwrap();
    for place in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[place] ^= 0xff;
        std::fs::write(&file, &bytes).unwrap();
        if let Ok(countries) = Countries::read(&file) {
            let country = countries.of(address);
            assert!(country.is_none_or(|country| country.len() == 2), "{place}");
        }
    }
}

#[test]
fn parts_of_countries_are_known_where_the_database_knows_them() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("places.mmdb");
    let places = [
        ("198.51.100.0/26", divided("US", &["CA"]), "US-CA"),
        ("198.51.100.64/26", divided("us", &["tx"]), "US-TX"),
        ("203.0.113.0/26", divided("GB", &["ENG", "WSM"]), "GB-ENG"),
        // No part, and words that are none: the country is known all the same.
        ("203.0.113.64/26", divided("DE", &[]), "DE"),
        ("203.0.113.128/26", divided("US", &["California"]), "US"),
    ];
    let asked: Vec<(String, &str)> = places
        .iter()
        .map(|(network, _, place)| (network.split('/').next().unwrap().to_string(), *place))
        .collect();
    std::fs::write(&file, database(places.into_iter().map(|(network, value, _)| (network, value)).collect()))
        .unwrap();
    let countries = Countries::read(&file).unwrap();
    for (address, place) in asked {
        assert_eq!(countries.of(address.parse().unwrap()).as_deref(), Some(place), "{address}");
    }
}

#[test]
fn a_database_that_is_replaced_is_read_again_and_a_damaged_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("countries.mmdb");
    let address = "198.51.100.7".parse().unwrap();
    let of_one = |code| database(vec![("198.51.100.0/24", divided(code, &[]))]);
    std::fs::write(&file, of_one("DE")).unwrap();
    let countries = Countries::read(&file).unwrap();
    // Each is longer than the one before, so that no clock is too coarse to tell them apart.
    let mut longer = of_one("JP");
    longer.push(0);
    let nothing = b"half a database".to_vec();
    let mut sound = longer.clone();
    sound.push(0);
    for (replacement, place) in
        [(None, "DE"), (Some(longer), "JP"), (Some(nothing), "JP"), (Some(sound), "JP")]
    {
        match &replacement {
            Some(bytes) => std::fs::write(&file, bytes).unwrap(),
            None => std::fs::remove_file(&file).unwrap(),
        }
        countries.refresh();
        assert_eq!(
            countries.of(address).as_deref(),
            Some(place),
            "{:?}",
            replacement.map(|bytes| bytes.len())
        );
    }
    std::fs::write(&file, of_one("FR")).unwrap();
    assert_eq!(countries.of(address).as_deref(), Some("JP"), "not looked at with each request");
    countries.refresh();
    assert_eq!(countries.of(address).as_deref(), Some("FR"));
}
