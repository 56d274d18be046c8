//! From JSON to the list.

use super::{Disclosure, Gvl, SECTION, Stack, Text, Urls, Vendor};
use crate::json::Value;
use crate::signal::fault::{At, Fault, SignalError};
use crate::signal::ids::FlagSet;
use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

/// The format's number.
const SPECIFICATION: u16 = 3;

pub(super) fn gvl(value: &Value) -> Result<Gvl, SignalError> {
    let mut gvl = list(value)?;
    gvl.last_updated = string(value, "lastUpdated")?;
    gvl.vendors = vendors(value, vendor)?;
    gvl.vendors.sort_unstable_by_key(|vendor| vendor.id);
    texts(&mut gvl, value)?;
    check_order(gvl)
}

/// The list without what is only told: texts, names, storage and retention of vendors. They are in order.
pub(super) fn duties(value: &Value) -> Result<Gvl, SignalError> {
    let mut gvl = list(value)?;
    gvl.vendors = vendors(value, duties_of)?;
    if value.get("stacks").is_some() {
        gvl.stacks = stacks(value)?;
    }
    check_order(gvl)
}

fn vendors(
    value: &Value,
    read: fn(&Value) -> Result<Vendor, SignalError>,
) -> Result<Vec<Vendor>, SignalError> {
    let mut vendors = Vec::new();
    for (_, entry) in entries(value, "vendors")? {
        vendors.push(read(entry)?);
    }
    Ok(vendors)
}

/// No vendor is there twice, and they can be searched.
fn check_order(gvl: Gvl) -> Result<Gvl, SignalError> {
    let mut before = 0;
    for vendor in &gvl.vendors {
        if vendor.id <= before {
            return Err(Fault::BadRange).at(SECTION, "vendors");
        }
        before = vendor.id;
    }
    Ok(gvl)
}

/// What the list says of itself.
fn list(value: &Value) -> Result<Gvl, SignalError> {
    if number::<u16>(value, "gvlSpecificationVersion")? != SPECIFICATION {
        return Err(Fault::UnsupportedVersion).at(SECTION, "gvlSpecificationVersion");
    }
    Ok(Gvl {
        vendor_list_version: number(value, "vendorListVersion")?,
        tcf_policy_version: number(value, "tcfPolicyVersion")?,
        ..Gvl::default()
    })
}

/// All or nothing: a list whose texts are of two languages would be shown as such.
pub(super) fn texts(gvl: &mut Gvl, value: &Value) -> Result<(), SignalError> {
    let purposes = texts_of(value, "purposes")?;
    let special_purposes = texts_of(value, "specialPurposes")?;
    let features = texts_of(value, "features")?;
    let special_features = texts_of(value, "specialFeatures")?;
    let data_categories = texts_of(value, "dataCategories")?;
    gvl.stacks = stacks(value)?;
    gvl.purposes = purposes;
    gvl.special_purposes = special_purposes;
    gvl.features = features;
    gvl.special_features = special_features;
    gvl.data_categories = data_categories;
    Ok(())
}

fn texts_of(value: &Value, field: &'static str) -> Result<Vec<Text>, SignalError> {
    let text = |entry: &Value| {
        Some(Text {
            id: u8::try_from(entry.get("id")?.int()?).ok()?,
            name: entry.get("name")?.str()?.to_owned(),
            description: entry.get("description")?.str()?.to_owned(),
            illustrations: strings(entry.get("illustrations")),
        })
    };
    let entries = entries(value, field)?;
    entries.iter().map(|(_, entry)| text(entry).ok_or(Fault::Malformed).at(SECTION, field)).collect()
}

fn stacks(value: &Value) -> Result<Vec<Stack>, SignalError> {
    entries(value, "stacks")?.iter().map(|(_, entry)| stack(entry)).collect()
}

fn stack(value: &Value) -> Result<Stack, SignalError> {
    Ok(Stack {
        id: number(value, "id").map_err(|error| SignalError { field: "stacks", ..error })?,
        name: string(value, "name")?,
        description: string(value, "description")?,
        purposes: flags(value, "purposes")?,
        special_features: flags(value, "specialFeatures")?,
    })
}

pub(super) fn vendor(value: &Value) -> Result<Vendor, SignalError> {
    Ok(Vendor {
        name: string(value, "name")?,
        special_purposes: flags(value, "specialPurposes")?,
        features: flags(value, "features")?,
        data_declaration: flags(value, "dataDeclaration")?,
        disclosure: disclosure(value)?,
        ..duties_of(value)?
    })
}

/// What a vendor asks for, and so what its part of a string may say.
fn duties_of(value: &Value) -> Result<Vendor, SignalError> {
    let id = number(value, "id")?;
    if id == 0 {
        return Err(Fault::BadRange).at(SECTION, "id");
    }
    Ok(Vendor {
        id,
        purposes: flags(value, "purposes")?,
        leg_int_purposes: flags(value, "legIntPurposes")?,
        flexible_purposes: flags(value, "flexiblePurposes")?,
        special_features: flags(value, "specialFeatures")?,
        deleted_date: deleted_date(value)?,
        ..Vendor::default()
    })
}

/// A date that is no text still says that the vendor is gone.
fn deleted_date(value: &Value) -> Result<Option<String>, SignalError> {
    match value.get("deletedDate") {
        None | Some(Value::Null) => Ok(None),
        Some(_) => string(value, "deletedDate").map(Some),
    }
}

fn disclosure(value: &Value) -> Result<Disclosure, SignalError> {
    let is = |key| value.get(key).and_then(Value::bool).unwrap_or_default();
    let retention = value.get("dataRetention");
    let days = |key| days(retention.and_then(|retention| retention.get(key)));
    Ok(Disclosure {
        uses_cookies: is("usesCookies"),
        cookie_refresh: is("cookieRefresh"),
        cookie_max_age_seconds: value.get("cookieMaxAgeSeconds").and_then(Value::int),
        uses_non_cookie_access: is("usesNonCookieAccess"),
        device_storage_disclosure_url: text(value.get("deviceStorageDisclosureUrl")),
        std_retention: retention.and_then(|retention| small(retention.get("stdRetention")?)),
        retention: days("purposes")?,
        special_retention: days("specialPurposes")?,
        urls: value.get("urls").map_or(&[][..], Value::list).iter().filter_map(urls).collect(),
    })
}

fn urls(value: &Value) -> Option<Urls> {
    Some(Urls {
        lang_id: text(value.get("langId"))?,
        privacy: text(value.get("privacy"))?,
        leg_int_claim: text(value.get("legIntClaim")),
    })
}

fn days(value: Option<&Value>) -> Result<Vec<(u8, u32)>, SignalError> {
    let entry = |(id, days): &(String, Value)| Some((id.parse().ok()?, small(days)?));
    let members = value.map_or(&[][..], Value::map);
    members.iter().map(|member| entry(member).ok_or(Fault::Malformed).at(SECTION, "dataRetention")).collect()
}

fn entries<'a>(value: &'a Value, field: &'static str) -> Result<&'a [(String, Value)], SignalError> {
    match value.get(field) {
        Some(Value::Map(members)) => Ok(members),
        _ => Err(Fault::Malformed).at(SECTION, field),
    }
}

/// A list of ids. Without the member there are none. An id that no purpose, feature or category has is passed over: real
/// lists have some, there is nothing to tell of it, and what is not declared is not permitted.
fn flags(value: &Value, field: &'static str) -> Result<FlagSet, SignalError> {
    let items = match value.get(field) {
        None | Some(Value::Null) => return Ok(FlagSet::default()),
        Some(Value::List(items)) => items,
        Some(_) => return Err(Fault::Malformed).at(SECTION, field),
    };
    let id = |item: &Value| item.int().ok_or(Fault::Malformed).at(SECTION, field);
    let ids = items.iter().map(id).collect::<Result<Vec<_>, _>>()?;
    Ok(ids.into_iter().filter_map(|id| u8::try_from(id).ok()).collect())
}

fn number<T: TryFrom<i64>>(value: &Value, field: &'static str) -> Result<T, SignalError> {
    let number = value.get(field).and_then(Value::int).ok_or(Fault::Malformed).at(SECTION, field)?;
    T::try_from(number).map_err(|_| Fault::TooLarge).at(SECTION, field)
}

fn string(value: &Value, field: &'static str) -> Result<String, SignalError> {
    text(value.get(field)).ok_or(Fault::Malformed).at(SECTION, field)
}

fn text(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::str).map(ToOwned::to_owned)
}

fn strings(value: Option<&Value>) -> Vec<String> {
    value.map_or(&[][..], Value::list).iter().filter_map(Value::str).map(ToOwned::to_owned).collect()
}

fn small(value: &Value) -> Option<u32> {
    value.int().and_then(|number| u32::try_from(number).ok())
}
