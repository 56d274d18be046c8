//! One truth in several tongues: what each string says, decoded, is what the core decided.

use crate::model::Random;
use crate::permissions::gvl;
use crate::played::{NOW, Played, layers, one, played, policy};
use assent_core::choice::How;
use assent_core::json::{self, Value};
use assent_core::machine::{Answer, Event, Facts, Machine};
use assent_core::rules::{Rules, flat};
use assent_core::signal::consent_mode;
use assent_core::signal::gpp::{GppString, Section};
use assent_core::signal::gvl::{Gvl, Vendor};
use assent_core::signal::ids::FlagSet;
use assent_core::signal::page;
use assent_core::signal::site::{Decided, Moment, Site};
use assent_core::signal::tcf::TcString;
use assent_core::signal::tcf::permission::LegalBasis;
use assent_core::signal::usp::UsPrivacy;

/// Whether a list member of an item has the number.
fn has(item: &Value, key: &str, id: u8) -> bool {
    item.get(key).unwrap().list().iter().any(|number| number.int() == Some(id.into()))
}

/// What the policy, read by a person, says about a vendor and a purpose of the framework; in Canada, where consent may be
/// implied, also about those that may do so nowhere else.
fn may(played: &Played, vendor: &Vendor, purpose: u8, is_implied: bool) -> bool {
    let mapped: Vec<&Value> =
        played.items("purposes").iter().filter(|item| has(item, "tcf", purpose)).collect();
    let id = |item: &Value| item.get("id").unwrap().str().unwrap().to_owned();
    let basis = |item: &&Value| item.get("legalBasis").unwrap().str().unwrap().to_owned();
    let entries: Vec<&Value> = played
        .items("vendors")
        .iter()
        .filter(|item| item.get("gvlId").unwrap().int() == Some(vendor.id.into()))
        .collect();
    let works_for_it = |entry: &&Value| {
        let works = entry.get("purposes").unwrap().list();
        mapped.iter().any(|item| works.iter().any(|work| work.str() == Some(&id(item))))
    };
    // Two entries for one vendor: what both are for.
    let shared = mapped.iter().any(|item| {
        entries.iter().all(|entry| {
            entry.get("purposes").unwrap().list().iter().any(|work| work.str() == Some(&id(item)))
        })
    });
    let told = !entries.is_empty() && entries.iter().all(works_for_it) && shared;
    let granted = mapped.iter().all(|item| played.allows(&id(item)))
        && entries.iter().all(|entry| played.allows(&id(entry)));
    let (consent, interest, flexible) = (
        vendor.purposes.contains(purpose),
        vendor.leg_int_purposes.contains(purpose),
        vendor.flexible_purposes.contains(purpose),
    );
    let lawful = if mapped.iter().any(|item| basis(item) == "contract") {
        false
    } else if is_implied {
        interest && !consent || consent && flexible
    } else if mapped.iter().any(|item| basis(item) == "consent") {
        consent || interest && flexible
    } else {
        !matches!(purpose, 1 | 3..=6) && (interest && !consent || consent && flexible)
    };
    vendor.deleted_date.is_none() && !mapped.is_empty() && told && granted && lawful
}

fn agrees_with_tc(played: &Played, tc: &TcString, gvl: &Gvl) {
    assert!(tc.is_valid() && tc.has_lawful_li_bits() && tc.is_day_aligned() && tc.has_registered_cmp());
    for vendor in gvl.vendors() {
        for purpose in 1..=11 {
            assert_eq!(
                tc.permits(vendor, purpose).is_ok(),
                may(played, vendor, purpose, false),
                "vendor {} {vendor:?} purpose {purpose} of {:?}: {:?}",
                vendor.id,
                played.doc,
                tc.permits(vendor, purpose)
            );
        }
        let listed =
            played.items("vendors").iter().any(|it| it.get("gvlId").unwrap().int() == Some(vendor.id.into()));
        let disclosed = tc.disclosed_vendors.as_ref().unwrap().contains(vendor.id);
        assert_eq!(disclosed, listed && vendor.deleted_date.is_none());
    }
}

/// As [`agrees_with_tc`], for the section of Canada. Returns whether somebody may do something.
fn agrees_with_canada(played: &Played, section: &TcString, gvl: &Gvl) -> bool {
    let is_implied = played.machine.state().split(' ').nth(3) != Some("opt_in");
    let mut permitted = false;
    for vendor in gvl.vendors() {
        for purpose in 2..=11 {
            let (purposes, vendors) = match section.basis(vendor, purpose) {
                Ok(LegalBasis::Consent) => (section.purposes_consent, &section.vendor_consent),
                Ok(_) => (section.purposes_li_transparency, &section.vendor_legitimate_interest),
                Err(_) => (FlagSet::default(), &section.vendor_consent),
            };
            let permits = purposes.contains(purpose) && vendors.contains(vendor.id);
            let may = vendor.deleted_date.is_none() && may(played, vendor, purpose, is_implied);
            assert_eq!(permits, may, "vendor {} {vendor:?} purpose {purpose} of {:?}", vendor.id, played.doc);
            permitted |= permits;
        }
    }
    assert!(!section.purposes_consent.contains(1) && !section.purposes_li_transparency.contains(1));
    if is_implied {
        assert!(section.purposes_consent.is_empty() && section.vendor_consent.is_empty());
        assert!(section.special_feature_opt_ins.is_empty());
    }
    permitted
}

#[test]
fn every_string_says_what_was_decided() {
    let gvl = gvl();
    let mut random = Random(20);
    let (mut permitted, mut opted_out, mut opted_in, mut withheld, mut in_canada) = (0, 0, 0, 0, [0, 0]);
    for _ in 0..900 {
        let played = played(&mut random, &gvl);
        let signals = played.signals(Some(&gvl));
        let machine = &played.machine;
        let modes = consent_mode::granted(machine.rules(), *machine.grants());
        let tc = signals.tc.as_ref().map(|(_, text)| TcString::decode(text).unwrap());
        if let Some(tc) = &tc {
            agrees_with_tc(&played, tc, &gvl);
            permitted += u32::from(!tc.vendor_consent.is_empty());
        }
        assert_eq!(tc.is_some(), signals.gdpr_applies);
        let gpp = GppString::decode(&signals.gpp.as_ref().unwrap().encode().unwrap()).unwrap();
        let in_states = played.region.starts_with("US");
        let canada = match gpp.section(5).unwrap() {
            Some(Section::TcfCanada(section)) => Some(section),
            _ => None,
        };
        assert_eq!(canada.is_some(), played.region.starts_with("CA"));
        if let Some(section) = &canada {
            assert_eq!(signals.applicable, Some(5));
            let permits = agrees_with_canada(&played, section, &gvl);
            in_canada[usize::from(tc.is_some())] += u32::from(permits);
        }
        assert!(!signals.is_lost);
        let mut sells = false;
        let mut sold = true;
        for (i, purpose) in played.items("purposes").iter().enumerate() {
            let id = purpose.get("id").unwrap().str().unwrap();
            let is_sale = machine.rules().sale >> i & 1 != 0;
            sells |= is_sale;
            sold &= !is_sale || played.allows(id);
            assert!(!(is_sale && played.withheld && played.allows(id)), "{id}");
            withheld += u32::from(is_sale && played.withheld);
            if played.allows(id) {
                continue;
            }
            // What is not granted is denied in every tongue.
            for (bit, purposes) in machine.rules().modes.iter().enumerate() {
                assert!(bit == 6 || purposes >> i & 1 == 0 || modes >> bit & 1 == 0, "{id}");
            }
            for number in (1..=11).filter(|number| has(purpose, "tcf", *number)) {
                let says = |tc: &TcString| {
                    tc.purposes_consent.contains(number) || tc.purposes_li_transparency.contains(number)
                };
                assert!(!tc.as_ref().is_some_and(says), "{id}");
                assert!(!canada.as_deref().is_some_and(says), "{id}");
            }
            for number in (1..=2).filter(|number| has(purpose, "specialFeatures", *number)) {
                let says = |tc: &TcString| tc.special_feature_opt_ins.contains(number);
                assert!(!tc.as_ref().is_some_and(says) && !canada.as_deref().is_some_and(says), "{id}");
            }
        }
        let out = !(sells && sold);
        let ids: Vec<u16> = gpp.section_ids().collect();
        assert_eq!(ids.contains(&2), tc.is_some());
        assert_eq!(ids.iter().any(|id| *id > 6), in_states, "{ids:?}");
        assert!(signals.applicable.is_none_or(|id| ids.contains(&id)), "{ids:?}");
        for id in ids.into_iter().filter(|id| *id > 6) {
            assert_eq!(signals.applicable, Some(id));
            let Some(Section::Us(us)) = gpp.section(id).unwrap() else { panic!("{id}") };
            for name in ["SaleOptOut", "SharingOptOut", "TargetedAdvertisingOptOut"] {
                assert!(us.numbers(name).is_none_or(|says| says == [if out { 1 } else { 2 }]), "{name}");
            }
            assert!(us.gpc().is_none_or(|gpc| gpc == played.gpc));
            opted_out += u32::from(out);
            opted_in += u32::from(!out);
        }
        let usp = UsPrivacy::decode(&signals.usp.unwrap().encode()).unwrap().encode();
        let wanted = if !in_states {
            "1---"
        } else if out {
            "1YYN"
        } else {
            "1YNN"
        };
        assert_eq!(usp, wanted);
    }
    assert!(
        permitted > 60
            && opted_out > 60
            && opted_in > 20
            && withheld > 20
            && in_canada.iter().all(|n| *n > 5),
        "{permitted} {opted_out} {opted_in} {withheld} {in_canada:?}"
    );
}

#[test]
fn a_detail_only_takes_away_and_without_it_nothing_is_granted() {
    let gvl = gvl();
    let mut random = Random(31);
    let mut narrowed = 0;
    for _ in 0..300 {
        let played = played(&mut random, &gvl);
        let site = Site::new(&played.doc).unwrap();
        let say = |detail: &str| {
            let decided = Decided::from_json(site.rules(), &played.state(), played.gpc).with_detail(detail);
            site.signals(&decided, Some(&gvl), Moment { time: NOW, language: None }).unwrap()
        };
        let Some((plain, _)) = say("*").tc else { continue };
        let consents: Vec<u8> = (1..=11).filter(|_| random.one_in(2)).collect();
        let interests: Vec<u8> = (1..=11).filter(|_| random.one_in(2)).collect();
        let ids: Vec<u16> = gvl.vendors().iter().map(|it| it.id).filter(|_| random.one_in(2)).collect();
        let mut words: Vec<String> = consents.iter().map(|id| format!("c{id}")).collect();
        words.extend(interests.iter().map(|id| format!("l{id}")));
        words.extend(ids.iter().flat_map(|id| [format!("v{id}"), format!("w{id}")]));
        let text = format!("{} .", words.join(" "));
        let (tc, _) = say(&text).tc.unwrap();
        for purpose in 1..=11 {
            let is = plain.purposes_consent.contains(purpose) && consents.contains(&purpose);
            assert_eq!(tc.purposes_consent.contains(purpose), is);
            let is = plain.purposes_li_transparency.contains(purpose) && interests.contains(&purpose);
            assert_eq!(tc.purposes_li_transparency.contains(purpose), is);
        }
        assert!(tc.special_feature_opt_ins.is_empty());
        for vendor in gvl.vendors() {
            let (id, is_on) = (vendor.id, ids.contains(&vendor.id));
            assert_eq!(tc.vendor_consent.contains(id), plain.vendor_consent.contains(id) && is_on);
            let had = plain.vendor_legitimate_interest.contains(id);
            assert_eq!(tc.vendor_legitimate_interest.contains(id), had && is_on);
        }
        // What is disclosed, and what the publisher forbids, is no choice.
        assert_eq!(tc.disclosed_vendors, plain.disclosed_vendors);
        assert_eq!(tc.publisher_restrictions, plain.publisher_restrictions);
        narrowed += u32::from(tc != plain);
        for lost in ["", ".", "c1 v2", text.strip_suffix('.').unwrap()] {
            let (tc, _) = say(lost).tc.unwrap();
            assert!(tc.purposes_consent.is_empty() && tc.purposes_li_transparency.is_empty(), "{lost}");
            assert!(tc.vendor_consent.is_empty() && tc.vendor_legitimate_interest.is_empty(), "{lost}");
        }
    }
    assert!(narrowed > 30, "{narrowed}");
}

#[test]
fn the_layers_ask_for_exactly_what_somebody_who_accepts_grants() {
    let gvl = gvl();
    let mut random = Random(32);
    let mut asked = 0;
    for _ in 0..200 {
        let region = "DE";
        let doc = json::parse(&policy(&mut random, region, &gvl)).unwrap();
        let mut machine = Machine::new(Rules::from_flat(&flat(&doc)).unwrap(), "shop.example");
        let facts = Facts { now: NOW, region: "", gpc: false, dnt: false };
        machine.handle(Event::Opened { copies: "" }, &facts);
        machine.handle(Event::Answered { answer: Answer::Accept, how: How::Banner, trusted: true }, &facts);
        let played = Played { doc, machine, region, gpc: false, withheld: false };
        let Some((tc, _)) = played.signals(Some(&gvl)).tc else { continue };
        let layers = layers(&played, &gvl);
        let has = |value: &Value, key: &str, id: u8| {
            value.get(key).unwrap().list().contains(&Value::Int(id.into()))
        };
        for purpose in 1..=11 {
            assert_eq!(has(&layers, "consent", purpose), tc.purposes_consent.contains(purpose));
            if !matches!(purpose, 1 | 3..=6) {
                assert_eq!(has(&layers, "interest", purpose), tc.purposes_li_transparency.contains(purpose));
            }
        }
        for feature in 1..=2 {
            assert_eq!(
                has(&layers, "specialFeatures", feature),
                tc.special_feature_opt_ins.contains(feature)
            );
        }
        let shown = layers.get("vendors").unwrap();
        for vendor in gvl.vendors() {
            let entry = shown.get(&vendor.id.to_string());
            assert_eq!(entry.is_some(), tc.disclosed_vendors.as_ref().unwrap().contains(vendor.id));
            let Some(entry) = entry else { continue };
            let consents = !entry.get("consent").unwrap().list().is_empty();
            assert_eq!(consents, tc.vendor_consent.contains(vendor.id));
            let claims = !entry.get("interest").unwrap().list().is_empty();
            assert_eq!(claims, tc.vendor_legitimate_interest.contains(vendor.id));
            asked += u32::from(consents || claims);
        }
    }
    assert!(asked > 60, "{asked}");
}

const ADS: &str = r#"{"id":"marketing","legalBasis":"consent","tcf":[1,2,3,4,7],"specialFeatures":[1]}"#;
const VENDOR: &str = r#"{"id":"a","name":"A","hosts":["a.example"],"purposes":["marketing"],"gvlId":4}"#;

#[test]
fn without_a_vendor_list_or_a_registered_cmp_there_is_no_string() {
    let played = one(ADS, VENDOR, r#","tcf":{"cmpId":300},"gpp":true"#);
    let signals = played.signals(None);
    assert!(signals.gdpr_applies && signals.tc.is_none() && signals.is_lost);
    assert_eq!(signals.gpp.unwrap().encode().unwrap(), "DBAA");
    for tcf in ["{}", r#"{"cmpId":0}"#, r#"{"cmpId":1}"#, r#"{"cmpId":4096}"#, r#"{"cmpId":"300"}"#, "true"] {
        let played = one(ADS, VENDOR, &format!(r#","tcf":{tcf}"#));
        assert!(played.signals(Some(&gvl())).tc.is_none(), "{tcf}");
    }
}

#[test]
fn a_vendor_is_kept_to_what_the_policy_lists_it_for() {
    // Vendor 4 declares 1, 3, 5, 6 and 9; the policy knows 1 and 3 of these.
    let played = one(ADS, VENDOR, r#","tcf":{"cmpId":300}"#);
    let gvl = gvl();
    let (tc, text) = played.signals(Some(&gvl)).tc.unwrap();
    let vendor = gvl.vendor(4).unwrap();
    let permitted: Vec<u8> = (1..=11).filter(|purpose| tc.permits(vendor, *purpose).is_ok()).collect();
    assert_eq!(permitted, [1, 3]);
    let data = page::tc_data(&tc, &text);
    let at = |path: &[&str]| path.iter().try_fold(&data, |value, key| value.get(key)).cloned();
    assert_eq!(at(&["purpose", "consents", "3"]), Some(Value::Bool(true)));
    assert_eq!(at(&["purpose", "consents", "5"]), Some(Value::Bool(false)));
    assert_eq!(at(&["vendor", "consents", "4"]), Some(Value::Bool(true)));
    assert_eq!(at(&["vendor", "disclosedVendors", "4"]), Some(Value::Bool(true)));
    assert_eq!(at(&["publisher", "restrictions", "5", "4"]), Some(Value::Int(0)));
    assert_eq!(at(&["tcString"]), Some(Value::Str(text.clone())));
    let in_app = page::in_app_tc_data(&tc, &text);
    assert_eq!(in_app.get("purpose").unwrap().get("consents"), Some(&Value::Str("1111001".into())));
    assert_eq!(
        in_app.get("publisher").unwrap().get("restrictions").unwrap().get("5"),
        Some(&Value::Str("___0".into()))
    );
}

#[test]
fn a_stack_stands_only_for_what_is_asked_and_is_not_told_already() {
    let gvl = gvl();
    let stacks = |ids: &str, purposes: &str| {
        let played = one(purposes, VENDOR, &format!(r#","tcf":{{"cmpId":300,"stacks":[{ids}]}}"#));
        layers(&played, &gvl).get("stacks").unwrap().list().iter().filter_map(Value::int).collect::<Vec<_>>()
    };
    // 8 is 2, 3, 4 and 7; 3 is 2, 3 and 4; 19 is 7 and 9; 1 is both special features.
    assert_eq!(stacks("8", ADS), [8]);
    assert_eq!(stacks("3,8", ADS), [3]);
    assert_eq!(stacks("8,3,8", ADS), [8]);
    assert_eq!(stacks("19,1,99,0", ADS), [0i64; 0]);
    // A purpose that rests on a contract is none that the framework asks about.
    let contract = r#"{"id":"orders","legalBasis":"contract","tcf":[7]},"#;
    assert_eq!(stacks("8,3", &format!("{contract}{ADS}")), [3]);
    let both = ADS.replace("[1]", "[1,2]");
    assert_eq!(stacks("1,8", &both), [1, 8]);
}

#[test]
fn what_runs_in_canada_until_refused_is_implied_and_asked_for_as_such() {
    let gvl = gvl();
    let canada = |region: &str, how: Option<Answer>| {
        let more =
            format!(r#","tcf":{{"cmpId":300,"publisherCountry":"CA"}},"gpp":true,"region":"{region}""#);
        let mut played = one(ADS, VENDOR, &more);
        let mut machine = Machine::new(Rules::from_flat(&flat(&played.doc)).unwrap(), "shop.example");
        let facts = Facts { now: NOW, region: "", gpc: false, dnt: false };
        machine.handle(Event::Opened { copies: "" }, &facts);
        if let Some(answer) = how {
            machine.handle(Event::Answered { answer, how: How::Banner, trusted: true }, &facts);
        }
        played.machine = machine;
        let asked = layers(&played, &gvl);
        (played.signals(Some(&gvl)), asked)
    };
    let numbers = |value: &Value, key: &str| {
        value.get(key).unwrap().list().iter().filter_map(Value::int).collect::<Vec<_>>()
    };
    let ids = |flags: FlagSet| flags.iter().collect::<Vec<_>>();
    // Ontario: on before any answer, and off after a refusal.
    let (signals, asked) = canada("CA-ON", None);
    let section = signals.canada.unwrap();
    assert!(signals.tc.is_none() && !signals.gdpr_applies && signals.applicable == Some(5));
    assert_eq!(ids(section.purposes_li_transparency), [2, 3, 4, 7]);
    assert!(section.purposes_consent.is_empty());
    assert_eq!(asked.get("isImplied"), Some(&Value::Bool(true)));
    assert_eq!((numbers(&asked, "consent"), numbers(&asked, "interest")), (vec![], vec![2, 3, 4, 7]));
    let (signals, _) = canada("CA-ON", Some(Answer::Refuse));
    assert!(signals.canada.unwrap().purposes_li_transparency.is_empty());
    // Quebec: off before an answer, and express after it, in both sections.
    let (signals, asked) = canada("CA-QC", None);
    assert!(signals.canada.unwrap().purposes_consent.is_empty());
    assert_eq!(asked.get("isImplied"), Some(&Value::Bool(false)));
    let (signals, _) = canada("CA-QC", Some(Answer::Accept));
    let section = signals.canada.unwrap();
    assert_eq!(ids(section.purposes_consent), [2, 3, 4, 7]);
    assert_eq!(ids(signals.tc.unwrap().0.purposes_consent), [1, 2, 3, 4, 7]);
    assert_eq!(signals.gpp.unwrap().section_ids().collect::<Vec<_>>(), [2, 5]);
    let parsed = page::parsed_canada(&section);
    assert_eq!(parsed.get("VendorExpressConsent"), Some(&Value::List(vec![Value::Int(4)])));
    let express = parsed.get("PurposesExpressConsent").unwrap().list();
    assert_eq!((express.len(), express.get(2)), (24, Some(&Value::Bool(true))));
}
