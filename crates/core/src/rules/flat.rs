//! From a parsed file to the flat form; the page has the same in `flat.js`.

use alloc::string::String;

use crate::json::{Value, write_value};
use crate::text::push_decimal;

/// Members that people answer to, in the order of the last row.
const ASKED: [&str; 4] = ["controller", "purposes", "vendors", "channels"];

/// Lays a policy file out in rows. It checks nothing: what is not of its type comes out as a word that no check passes.
pub fn flat(doc: &Value) -> String {
    let mut out = String::new();
    let cookie = doc.get("cookie").unwrap_or(&Value::Null);
    word(&mut out, doc.get("version"));
    for (from, keys) in [
        (doc, &["region"][..]),
        (cookie, &["name", "domain"]),
        (
            doc,
            &[
                "expiryDays",
                "unlisted",
                "onWithdraw",
                "apiGrants",
                "gpc",
                "consentMode",
                "enforce",
                "dnt",
                "testing",
            ],
        ),
    ] {
        for key in keys {
            out.push('|');
            word(&mut out, from.get(key));
        }
    }
    lists(&mut out, doc, &["essential", "firstParty"]);
    for purpose in doc.get("purposes").map_or(&[][..], Value::list) {
        out.push_str("\np|");
        word(&mut out, Some(purpose.get("id").unwrap_or(purpose)));
        for key in ["legalBasis", "sale"] {
            out.push('|');
            word(&mut out, purpose.get(key));
        }
        lists(&mut out, purpose, &["consentMode"]);
        out.push('|');
        word(&mut out, purpose.get("sensitive"));
    }
    for vendor in doc.get("vendors").map_or(&[][..], Value::list) {
        out.push_str("\nv|");
        word(&mut out, Some(vendor.get("id").unwrap_or(vendor)));
        lists(&mut out, vendor, &["hosts", "cookies", "storage", "purposes"]);
    }
    for (region, regime) in doc.get("jurisdictions").map_or(&[][..], Value::map) {
        out.push_str("\nj|");
        out.push_str(region);
        out.push('|');
        word(&mut out, Some(regime));
    }
    for (i, key) in ASKED.into_iter().enumerate() {
        out.push_str(if i == 0 { "\na|[" } else { "," });
        write_value(&mut out, doc.get(key).unwrap_or(&Value::Null));
    }
    out.push(']');
    out
}

fn lists(out: &mut String, value: &Value, keys: &[&str]) {
    for key in keys {
        out.push('|');
        match value.get(key) {
            None => out.push('-'),
            Some(list) => {
                for (i, item) in list.list().iter().enumerate() {
                    if i > 0 {
                        out.push(' ');
                    }
                    word(out, Some(item));
                }
            }
        }
    }
}

fn word(out: &mut String, value: Option<&Value>) {
    match value {
        None => {}
        Some(Value::Str(text)) => out.push_str(text),
        Some(Value::Bool(yes)) => out.push_str(if *yes { "true" } else { "false" }),
        Some(Value::Int(n)) if *n >= 0 => push_decimal(out, n.unsigned_abs()),
        Some(_) => out.push('?'),
    }
}
