//! Texts from strangers: an error or a model, never a panic, and no model that is worth more than its text.

use crate::model::{Random, gpp_string};
use crate::vectors::{rows, text};
use assent_core::signal::additional_consent::AdditionalConsent;
use assent_core::signal::gpp::GppString;
use assent_core::signal::gvl::{Gvl, Vendor};
use assent_core::signal::tcf::{TcString, VendorEncoding};
use assent_core::signal::usp::UsPrivacy;

const CHARACTERS: &[u8] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_-_~~..AAACDB__ =+/\xc3";

/// Reads the text with everything that reads. What is read can be written, and reads the same again.
fn read(text: &str) -> usize {
    let mut understood = 0;
    if let Ok(tc_string) = TcString::decode(text) {
        understood += 1;
        let vendor = Vendor { id: 8, purposes: (1..=24).collect(), ..Vendor::default() };
        for purpose in 0..=25 {
            let granted = tc_string.permits(&vendor, purpose).is_ok();
            assert!(
                !granted
                    || (tc_string.vendor_consent.contains(8) && tc_string.purposes_consent.contains(purpose))
            );
        }
        let again = TcString { allowed_vendors: None, ..tc_string };
        let written = again.encode(VendorEncoding::Minimal).unwrap();
        assert_eq!(TcString::decode(&written), Ok(again), "{text}");
    }
    if let Ok(gpp_string) = GppString::decode(text) {
        understood += 1;
        let again = GppString::decode(&gpp_string.encode().unwrap());
        assert_eq!(again.as_ref(), Ok(&gpp_string), "{text}");
        for id in gpp_string.section_ids() {
            let Some(section) = gpp_string.section(id).unwrap() else { continue };
            assert!(section.fields().iter().all(|(name, value)| section.field(name).as_ref() == Some(value)));
        }
    }
    understood += usize::from(UsPrivacy::decode(text).is_ok_and(|us_privacy| us_privacy.encode() == text));
    understood += usize::from(AdditionalConsent::decode(text).is_ok());
    understood += usize::from(Gvl::read(text).is_ok());
    understood
}

fn mutated(random: &mut Random, text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=random.below(4) {
        let at = usize::try_from(random.below(bytes.len() as u64 + 1)).unwrap();
        let byte = random.pick(CHARACTERS);
        match random.below(6) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, byte),
            2 if at < bytes.len() => drop(bytes.remove(at)),
            3 => bytes.extend_from_within(at..),
            _ if at < bytes.len() => bytes[at] = byte,
            _ => {}
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn twenty_thousand_texts_from_strangers_are_read_without_a_panic() {
    let mut random = Random(5);
    let tc = rows("tc_collected.json").into_iter().map(|row| text(&row, "tc").to_owned());
    let gpp = rows("gpp_collected.json").into_iter().map(|row| text(&row, "gpp").to_owned());
    let mut seeds: Vec<String> = tc.chain(gpp).filter(|seed| seed.len() < 1500).collect();
    seeds.extend(
        (0..100).map(|_| gpp_string(&random.sections()).encode().unwrap()).filter(|seed| seed.len() < 1500),
    );
    seeds.extend(
        ["1YNN", "2~1.35.41~dv.9.21", "1~1.2", r#"{"gvlSpecificationVersion":3}"#].map(str::to_owned),
    );
    let mut understood = 0;
    for i in 0..20_000 {
        let text = match i % 4 {
            0 => {
                let bytes: Vec<u8> = (0..random.below(200)).map(|_| random.pick(CHARACTERS)).collect();
                let start = random.pick(&["", "C", "DB", "DBAB", "DBABLA~", "2~", "1"]);
                format!("{start}{}", String::from_utf8_lossy(&bytes))
            }
            _ => {
                let at = usize::try_from(random.below(seeds.len() as u64)).unwrap();
                mutated(&mut random, &seeds[at])
            }
        };
        understood += read(&text);
    }
    // Mutations that leave a sound string are what tests the model; without them this would test only refusals.
    assert!(understood > 1000, "{understood} were understood");
}

#[test]
fn small_texts_that_stand_for_much_stay_small() {
    use assent_core::signal::bits::BitWriter;
    // 4095 restrictions of purpose 1, each for every vendor there is: 268 million pairs.
    let start =
        TcString { disclosed_vendors: None, ..TcString::new(0) }.encode(VendorEncoding::Minimal).unwrap();
    let mut writer = BitWriter::default();
    let head: String = start.chars().take(41).collect();
    let mut reader = assent_core::signal::bits::BitReader::new(&head).unwrap();
    while reader.remaining() > 0 {
        writer.bit(reader.bit().unwrap());
    }
    writer.bit(false);
    assert_eq!(writer.len(), 213 + 17 + 17);
    writer.number(4095, 12).unwrap();
    for _ in 0..4095 {
        writer.number(1, 6).unwrap();
        writer.number(0, 2).unwrap();
        writer.number(1, 12).unwrap();
        writer.bit(true);
        writer.number(1, 16).unwrap();
        writer.number(65_535, 16).unwrap();
    }
    let tc_string = TcString::decode(&writer.finish(24)).unwrap();
    assert_eq!(tc_string.publisher_restrictions.len(), 4095);
    assert!(
        tc_string
            .publisher_restrictions
            .iter()
            .all(|restriction| restriction.vendors.runs() == [(1, 65_535)])
    );
}
