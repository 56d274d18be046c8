//! The official libraries read what we write, and we read what they write: `tools/signals/reference.mjs` runs them.

use crate::describe::{self, compact, flags, map, number, sorted, text};
use crate::model::{Random, gpp_string};
use crate::permissions::gvl;
use assent_core::json::{self, Value};
use assent_core::signal::gpp::layout::SecondPiece;
use assent_core::signal::gpp::{FieldValue, GppString, Section};
use assent_core::signal::tcf::{RestrictionType, TcString, VendorEncoding};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// What the libraries answer, in the order of the jobs.
fn ask(jobs: Vec<Value>) -> Vec<Value> {
    let mut node = Command::new("node")
        .args(["--no-warnings", "tools/signals/reference.mjs"])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("node is needed, `cargo xtask check` installs it: {error}"));
    let count = jobs.len();
    let mut text = String::new();
    json::write_value(&mut text, &Value::List(jobs));
    let mut stdin = node.stdin.take().unwrap();
    let written = std::thread::spawn(move || stdin.write_all(text.as_bytes()));
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success(), "the libraries are needed: `npm ci` in tools/signals installs them");
    written.join().unwrap().unwrap();
    let answers = json::parse(std::str::from_utf8(&output.stdout).unwrap()).unwrap();
    assert_eq!(answers.list().len(), count);
    let unwrapped = |answer: &Value| {
        let error = answer.get("error").and_then(Value::str);
        answer.get("ok").unwrap_or_else(|| panic!("the library refuses: {error:?}")).clone()
    };
    answers.list().iter().map(unwrapped).collect()
}

/// A model that the library accepts: it refuses ids of CMPs that are nobody's, does not know the type of restriction that
/// has no meaning, and keeps restrictions in its own order.
fn tc_string(random: &mut Random) -> TcString {
    let mut tc_string = random.tc_string();
    tc_string.cmp_id = tc_string.cmp_id.max(2);
    tc_string.publisher_restrictions.retain(|known| known.restriction_type != RestrictionType::Undefined);
    tc_string.publisher_restrictions.sort_by_key(|known| known.purpose);
    tc_string
}

fn tc_model(tc_string: &TcString) -> Value {
    describe::tc_string(tc_string, &tc_string.encode(VendorEncoding::Minimal).unwrap())
}

#[test]
fn the_official_library_reads_our_tc_strings() {
    let mut random = Random(10);
    let tc_strings: Vec<TcString> = (0..300).map(|_| tc_string(&mut random)).collect();
    let jobs = tc_strings.iter().map(|tc_string| {
        map([("do", text("readTc")), ("text", text(tc_string.encode(VendorEncoding::Minimal).unwrap()))])
    });
    for (tc_string, answer) in tc_strings.iter().zip(ask(jobs.collect())) {
        let expected = tc_model(tc_string);
        assert_eq!(answer.map().len(), 20);
        for (key, value) in answer.map() {
            let expected = expected.get(key).unwrap();
            match key.as_str() {
                "publisherRestrictions" => assert_eq!(by_purpose(value), by_purpose(expected)),
                _ => assert_eq!(sorted(value), sorted(expected), "{key} of {tc_string:?}"),
            }
        }
    }
}

fn by_purpose(restrictions: &Value) -> Vec<Value> {
    let mut restrictions: Vec<Value> = restrictions.list().iter().map(sorted).collect();
    restrictions.sort_by_key(|restriction| restriction.get("purposeId").unwrap().int());
    restrictions
}

#[test]
fn we_read_the_official_librarys_tc_strings_and_write_the_same() {
    let mut random = Random(11);
    let tc_strings: Vec<TcString> = (0..300).map(|_| tc_string(&mut random)).collect();
    let jobs =
        tc_strings.iter().map(|tc_string| map([("do", text("writeTc")), ("model", tc_model(tc_string))]));
    for (tc_string, answer) in tc_strings.iter().zip(ask(jobs.collect())) {
        let theirs = answer.str().unwrap();
        let mut read = TcString::decode(theirs).unwrap();
        assert_eq!(read.encode(VendorEncoding::Reference).as_deref(), Ok(theirs));
        read.publisher_restrictions.sort_by_key(|known| known.purpose);
        assert_eq!(read, *tc_string, "{theirs}");
    }
}

/// Where the two differ, ours takes away more: since TCF 2.3 a vendor with special purposes is found among the disclosed ones
/// and needs no bit of legitimate interest for them; purposes that the publisher forbids give no bit; and who has left the
/// list is not shown.
#[test]
fn nothing_is_written_that_the_official_library_would_not_write() {
    let gvl = gvl();
    let mut random = Random(14);
    let models: Vec<TcString> = (0..200)
        .map(|i| {
            let mut tc_string = tc_string(&mut random);
            tc_string.is_service_specific = true;
            if i % 2 == 0 {
                tc_string.publisher_restrictions.clear();
            }
            tc_string.disclosed_vendors = Some(gvl.vendors().iter().map(|vendor| vendor.id).collect());
            tc_string
        })
        .collect();
    let jobs =
        models.iter().map(|tc_string| map([("do", text("conformTc")), ("model", tc_model(tc_string))]));
    let mut kept = 0;
    for (tc_string, answer) in models.iter().zip(ask(jobs.collect())) {
        let theirs = TcString::decode(answer.str().unwrap()).unwrap();
        let mut ours = tc_string.clone();
        ours.conform(&gvl);
        assert_eq!(ours.purposes_li_transparency, theirs.purposes_li_transparency);
        let is_listed = |id| gvl.vendor(id).unwrap().deleted_date.is_none();
        assert_eq!(
            ours.disclosed_vendors,
            theirs.disclosed_vendors.map(|disclosed| disclosed.filtered(&is_listed))
        );
        assert!(ours.vendor_consent.iter().all(|id| theirs.vendor_consent.contains(id)));
        assert!(
            ours.vendor_legitimate_interest.iter().all(|id| theirs.vendor_legitimate_interest.contains(id))
        );
        kept += ours.vendor_consent.iter().count();
        if tc_string.publisher_restrictions.is_empty() {
            assert_eq!(ours.vendor_consent, theirs.vendor_consent);
            let has_special = |id: u16| !gvl.vendor(id).unwrap().special_purposes.is_empty();
            let mut more = theirs.vendor_legitimate_interest.iter();
            assert!(more.all(|id| ours.vendor_legitimate_interest.contains(id) || has_special(id)));
        }
    }
    assert!(kept > 500, "{kept} consents were kept");
}

/// Sections that the library writes: of TC strings it is the other library's business to write them; of TCF Canada it
/// always writes the publisher's purposes, and disclosed vendors only if there are any; and it counts the ranges of a set
/// even where it then writes none, of which there may not be more than 4095.
fn sections(random: &mut Random) -> Vec<Section> {
    let mut sections = random.sections();
    sections.retain(|section| match section {
        Section::TcfEu(_) => false,
        Section::TcfCanada(section) => {
            let disclosed = section.disclosed_vendors.iter();
            let sets = disclosed.chain([&section.vendor_consent, &section.vendor_legitimate_interest]);
            let restricted = section.publisher_restrictions.iter().map(|restriction| &restriction.vendors);
            sets.chain(restricted).all(|vendors| vendors.runs().len() < 4096)
        }
        _ => true,
    });
    for section in &mut sections {
        if let Section::TcfCanada(section) = section {
            section.publisher_tc.get_or_insert_default();
            section.disclosed_vendors.take_if(|disclosed| disclosed.is_empty());
        }
    }
    sections
}

#[test]
fn the_official_library_reads_our_gpp_strings() {
    let mut random = Random(12);
    let strings: Vec<GppString> = (0..300)
        .map(|_| {
            let mut sections = random.sections();
            for section in &mut sections {
                if let Section::TcfEu(section) = section {
                    section
                        .publisher_restrictions
                        .retain(|known| known.restriction_type != RestrictionType::Undefined);
                }
            }
            gpp_string(&sections)
        })
        .collect();
    let jobs =
        strings.iter().map(|gpp| map([("do", text("readGpp")), ("text", text(gpp.encode().unwrap()))]));
    for (gpp, answer) in strings.iter().zip(ask(jobs.collect())) {
        let ids = Value::List(gpp.section_ids().map(number).collect());
        assert_eq!(answer.get("sectionIds"), Some(&ids));
        for id in gpp.section_ids() {
            let section = gpp.section(id).unwrap().unwrap();
            let prefix = assent_core::signal::gpp::section::prefix(id).unwrap();
            let theirs = answer.get("sections").unwrap().get(prefix).unwrap();
            for (name, value) in section.fields() {
                let theirs = theirs.get(name).unwrap_or_else(|| panic!("the library has no {prefix}.{name}"));
                assert_eq!(sorted(theirs), sorted(&plain(&value)), "{prefix}.{name} of {gpp:?}");
            }
        }
    }
}

#[test]
fn the_official_library_writes_the_same_gpp_strings() {
    let mut random = Random(13);
    let models: Vec<Vec<Section>> = (0..300).map(|_| sections(&mut random)).collect();
    let jobs = models.iter().map(|sections| {
        let member = |section: &Section| {
            let prefix = assent_core::signal::gpp::section::prefix(section.id()).unwrap();
            (prefix.to_owned(), rich(section))
        };
        map([("do", text("writeGpp")), ("sections", Value::Map(sections.iter().map(member).collect()))])
    });
    for (sections, answer) in models.iter().zip(ask(jobs.collect())) {
        let ours = gpp_string(sections).encode().unwrap();
        assert_eq!(answer.str(), Some(ours.as_str()));
    }
}

/// A value as the library's is told: sets of purposes as lists, sets of vendors as `1-3,7`.
fn plain(value: &FieldValue) -> Value {
    match value {
        FieldValue::Number(n) | FieldValue::Date(n) => number(*n),
        FieldValue::Flag(flag) => Value::Bool(*flag),
        FieldValue::Text(letters) => text(letters.as_str()),
        FieldValue::Numbers(numbers) => Value::List(numbers.iter().copied().map(number).collect()),
        FieldValue::Flags(set, _) => flags(*set),
        FieldValue::Ids(ids) => text(compact(ids)),
        FieldValue::Restrictions(restrictions) => describe::restrictions(restrictions),
    }
}

/// A section's fields with what the library needs to know to set them.
fn rich(section: &Section) -> Value {
    let rich = |(name, value): (&str, FieldValue)| {
        let value = match &value {
            FieldValue::Date(_) => map([("date", plain(&value))]),
            FieldValue::Flags(_, width) => map([("flags", plain(&value)), ("width", number(*width))]),
            FieldValue::Ids(_) => map([("ids", plain(&value))]),
            FieldValue::Restrictions(_) => map([("restrictions", plain(&value))]),
            _ => plain(&value),
        };
        (name.to_owned(), value)
    };
    let is_settable = |name: &str| !name.ends_with("SegmentType");
    let fields = section.fields();
    let has = |name: &str| Value::Bool(fields.iter().any(|(known, _)| *known == name));
    // Unless it is told otherwise, the library writes second pieces with nothing in them.
    let second = match section {
        Section::Us(section) => match section.layout().second {
            SecondPiece::None => None,
            SecondPiece::Gpc => Some(("GpcSegmentIncluded", has("Gpc"))),
            SecondPiece::SensitiveData => {
                Some(("SensitiveDataConsentSegmentIncluded", has("SensitiveDataProcessing")))
            }
        },
        _ => None,
    };
    let members = fields.iter().filter(|(name, _)| is_settable(name)).cloned().map(rich);
    Value::Map(members.chain(second.map(|(name, value)| (name.to_owned(), value))).collect())
}
