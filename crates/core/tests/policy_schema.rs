//! The published schema of the policy file says what the core accepts: same members, same words, valid examples.

use assent_core::diagnostic::{Code, Diagnostic};
use assent_core::json::{self, Value};
use assent_core::policy::Policy;

fn schema() -> Value {
    let schema = json::parse(include_str!("../../../pkg-template/policy.schema.json"));
    assert!(schema.is_ok(), "the schema is JSON with whole numbers");
    schema.unwrap_or(Value::Null)
}

fn diagnostics(policy: &str) -> Vec<Diagnostic> {
    Policy::from_json(policy).map_or_else(|refused| refused, |policy| policy.warnings)
}

/// A sound policy with one more member in the file, in a purpose, in a vendor and so on.
fn with(place: &str, key: &str, value: &str) -> String {
    let at = |here| if place == here { format!(r#", "{key}": {value}"#) } else { String::new() };
    let (top, controller, purpose, vendor) = (at("top"), at("controller"), at("purpose"), at("vendor"));
    let cookie = at("cookie").trim_start_matches(", ").to_owned();
    let (server, tcf) = (at("server"), at("tcf"));
    format!(
        r#"{{ "version": 1, "cookie": {{ {cookie} }}, "server": {{ "url": "/", "site": "shop"{server} }},
             "tcf": {{ "cmpId": 300, "vendorList": "/gvl.json"{tcf} }},
             "controller": {{ "name": "A", "contact": "a@a.example", "privacyNotice": "/p"{controller} }},
             "purposes": [{{ "id": "analytics"{purpose} }}, {{ "id": "functional", "tcf": [7] }}], "vendors": [{{ "id": "matomo"{vendor} }}]{top} }}"#
    )
}

/// The places of a policy that have members, each with its part of the schema.
fn places(schema: &Value) -> Vec<(&'static str, &Value)> {
    let at = |path: &[&str]| {
        let part = path.iter().try_fold(schema, |value, key| value.get(key)).unwrap_or(&Value::Null);
        assert!(!part.map().is_empty(), "the schema has no members at {path:?}");
        part
    };
    vec![
        ("top", at(&["properties"])),
        ("cookie", at(&["properties", "cookie", "properties"])),
        ("server", at(&["properties", "server", "properties"])),
        ("tcf", at(&["properties", "tcf", "properties"])),
        ("controller", at(&["$defs", "controller", "properties"])),
        ("purpose", at(&["$defs", "purpose", "properties"])),
        ("vendor", at(&["$defs", "vendor", "properties"])),
    ]
}

#[test]
fn every_member_of_the_schema_is_known_to_the_core() {
    let schema = schema();
    for (place, members) in places(&schema) {
        for (key, _) in members.map() {
            let unknown = |d: &Diagnostic| d.code == Code::UnknownKey && d.found == *key;
            assert!(!diagnostics(&with(place, key, "null")).iter().any(unknown), "{key} in {place}");
        }
    }
    for (place, _) in places(&schema) {
        let unknown = |d: &Diagnostic| d.code == Code::UnknownKey && d.found == "stranger";
        assert!(diagnostics(&with(place, "stranger", "null")).iter().any(unknown), "stranger in {place}");
    }
}

#[test]
fn every_word_of_the_schema_is_accepted() {
    let schema = schema();
    for (place, members) in places(&schema) {
        for (key, member) in members.map() {
            for word in member.get("enum").map_or(&[][..], Value::list) {
                let policy = with(place, key, &format!("{:?}", word.str().unwrap()));
                assert_eq!(diagnostics(&policy), [], "{key} in {place}: {word:?}");
            }
        }
    }
}

#[test]
fn limits_of_the_schema_are_those_of_the_core() {
    let schema = schema();
    for (place, key) in [
        ("top", "expiryDays"),
        ("purpose", "retentionDays"),
        ("vendor", "retentionDays"),
        ("vendor", "gvlId"),
        ("tcf", "cmpId"),
        ("tcf", "cmpVersion"),
    ] {
        let own = places(&schema).into_iter().find(|(known, _)| *known == place).unwrap().1;
        let shared = schema.get("$defs").unwrap();
        let limit = |name| {
            let limit = |part: &Value| part.get(key)?.get(name)?.int();
            limit(own).or_else(|| limit(shared)).unwrap()
        };
        let refuses = |n: i64| !diagnostics(&with(place, key, &n.to_string())).is_empty();
        assert!(!refuses(limit("minimum")) && !refuses(limit("maximum")), "{key} in {place}");
        assert!(refuses(limit("minimum") - 1) && refuses(limit("maximum") + 1), "{key} in {place}");
    }
}

#[test]
fn an_archive_is_on_the_own_origin_or_named_with_https_and_listed() {
    let told = |url: &str, more: &str| {
        let policy = with("top", "firstParty", more).replace(r#""url": "/""#, &format!(r#""url": "{url}""#));
        diagnostics(&policy).iter().map(|d| d.code).collect::<Vec<_>>()
    };
    for good in ["/", "/privacy/archive", "https://archive.example", "https://archive.example/"] {
        assert_eq!(told(good, r#"["archive.example"]"#), [], "{good}");
    }
    assert_eq!(told("https://archive.example", "[]"), [Code::HeldArchive]);
    for bad in
        ["http://archive.example", "//archive.example", "archive", "https://", "https://a.example/x", "/a b"]
    {
        assert_eq!(told(bad, "[]"), [Code::BadArchive], "{bad}");
    }
    let without = |key: &str| diagnostics(&with("top", "unlisted", "\"report\"").replace(key, "\"$schema\""));
    for key in [r#""url""#, r#""site""#] {
        assert!(without(key).iter().any(|d| d.code == Code::Missing), "{key}");
    }
}

#[test]
fn the_framework_takes_a_vendor_list_or_an_archive_that_serves_it() {
    let told = |members: &str| {
        let policy = format!(
            r#"{{ "version": 1, "controller": {{ "name": "A", "contact": "a@a.example", "privacyNotice": "/p" }},
                 "purposes": [{{ "id": "functional", "tcf": [7] }}], {members} }}"#
        );
        diagnostics(&policy).into_iter().map(|d| (d.code, d.path)).collect::<Vec<_>>()
    };
    let list = r#""tcf": { "cmpId": 300, "vendorList": "/gvl.json" }"#;
    let (none, archive) = (r#""tcf": { "cmpId": 300 }"#, r#""server": { "url": "/", "site": "shop" }"#);
    assert_eq!(told(list), []);
    assert_eq!(told(&format!("{none}, {archive}")), []);
    assert_eq!(told(none), [(Code::NoVendorList, "tcf.vendorList".to_owned())]);
}

#[test]
fn each_stack_is_known_told_once_and_about_what_people_are_asked() {
    let told = |stacks: &str| {
        let policy =
            with("tcf", "stacks", stacks).replace("[7]", r#"[1, 2, 3, 4, 7, 8], "specialFeatures": [1]"#);
        diagnostics(&policy).into_iter().map(|d| (d.code, d.path)).collect::<Vec<_>>()
    };
    let fault = |code, i: usize| vec![(code, format!("tcf.stacks[{i}]"))];
    // 3 is 2, 3 and 4; 8 is these and 7; 10 is 3 and 4; 18 is 7 and 8; 17 is these and 9; 1 is both special features.
    assert_eq!(told("[]"), []);
    assert_eq!(told("[3, 18]"), []);
    assert_eq!(told("[10, 8]"), fault(Code::OverlappingStacks, 1));
    assert_eq!(told("[8, 8]"), fault(Code::OverlappingStacks, 1));
    assert_eq!(told("[8, 17]"), fault(Code::OverlappingStacks, 1));
    assert_eq!(told("[3, 17]"), fault(Code::WiderStack, 1));
    assert_eq!(told("[1]"), fault(Code::WiderStack, 0));
    assert_eq!(told("[3, 99]"), fault(Code::UnknownStack, 1));
    assert_eq!(told("[0]"), fault(Code::UnknownStack, 0));
    assert_eq!(told(r#"["3"]"#), fault(Code::WrongType, 0));
    assert_eq!(told("3"), [(Code::WrongType, "tcf.stacks".to_owned())]);
}

#[test]
fn the_framework_takes_a_registered_cmp_a_list_on_the_own_origin_and_lawful_bases() {
    let told = |tcf: &str, purpose: &str| {
        let policy = with("purpose", "description", &format!(r#""d", {purpose}"#));
        let policy = policy
            .replace(r#"{ "cmpId": 300, "vendorList": "/gvl.json" }"#, tcf)
            .replace(r#", "tcf": [7]"#, "");
        diagnostics(&policy).iter().map(|d| d.code).collect::<Vec<_>>()
    };
    let sound = r#"{ "cmpId": 300, "vendorList": "/gvl.json" }"#;
    let (mapped, basis) = (r#""tcf": [1, 7]"#, r#""legalBasis": "#);
    assert_eq!(told(sound, mapped), []);
    assert_eq!(told(r#"{ "vendorList": "/gvl.json" }"#, mapped), [Code::UnregisteredCmp]);
    assert_eq!(told(r#"{ "cmpId": 1, "vendorList": "/gvl.json" }"#, mapped), [Code::UnregisteredCmp]);
    assert_eq!(told(r#"{ "cmpId": 0, "vendorList": "/gvl.json" }"#, mapped), [Code::OutOfRange]);
    assert_eq!(told(r#"{ "cmpId": 300 }"#, mapped), [], "the archive serves the list");
    assert_eq!(told(r#"{ "cmpId": 300, "vendorList": "" }"#, mapped), [Code::BadVendorList]);
    let direct = r#"{ "cmpId": 300, "vendorList": "https://vendor-list.consensu.org/v3/vendor-list.json" }"#;
    assert_eq!(told(direct, mapped), [Code::BadVendorList]);
    assert_eq!(told(sound, r#""tcf": [12]"#), [Code::OutOfRange]);
    assert_eq!(told(sound, r#""data": []"#), [Code::NothingMapped]);
    let interest = format!(r#"{basis}"legitimate_interest", "tcf": [7, 8]"#);
    assert_eq!(told(sound, &interest), []);
    assert_eq!(told(sound, &interest.replace("7, 8", "7, 3")), [Code::BasisOfFramework]);
    let feature = format!(r#"{interest}, "specialFeatures": [1]"#);
    assert_eq!(told(sound, &feature), [Code::BasisOfFramework]);
    assert_eq!(told(sound, &interest.replace("legitimate_interest", "contract")).len(), 2);
}

#[test]
fn a_vendor_has_its_id_of_the_list_to_itself() {
    let twice = with("vendor", "gvlId", r#"7 }, { "id": "posthog", "gvlId": 7"#);
    assert_eq!(diagnostics(&twice).iter().map(|d| d.code).collect::<Vec<_>>(), [Code::DuplicateId]);
}

#[test]
fn the_examples_of_the_schema_are_sound_policies() {
    let schema = schema();
    let examples = schema.get("examples").unwrap().list();
    assert!(!examples.is_empty());
    for example in examples {
        let mut policy = String::new();
        write(example, &mut policy);
        assert_eq!(diagnostics(&policy), [], "{policy}");
    }
}

/// A value as JSON text again.
fn write(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(b) => out.push_str(&b.to_string()),
        Value::Int(n) => out.push_str(&n.to_string()),
        Value::Str(s) => json::write_str(out, s),
        Value::List(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i > 0 { "," } else { "" });
                write(item, out);
            }
            out.push(']');
        }
        Value::Map(members) => {
            out.push('{');
            for (i, (key, value)) in members.iter().enumerate() {
                out.push_str(if i > 0 { "," } else { "" });
                json::write_str(out, key);
                out.push(':');
                write(value, out);
            }
            out.push('}');
        }
    }
}

#[test]
fn a_foreign_name_must_stand_for_a_purpose_of_the_policy() {
    let codes = |dialects| {
        let found = diagnostics(&with("top", "dialects", dialects));
        found
            .into_iter()
            .map(|d| (d.code, d.found))
            .filter(|(code, _)| *code != Code::NoBenefit)
            .collect::<Vec<_>>()
    };
    assert_eq!(codes(r#"{ "C0002": "analytics", "C0001": "necessary" }"#), codes("{}"));
    assert!(codes(r#"{ "C0004": "marketing" }"#).contains(&(Code::UnknownPurpose, "marketing".into())));
    assert!(codes("true").iter().any(|(code, _)| *code == Code::WrongType));
}
