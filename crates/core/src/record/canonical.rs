//! One spelling for each value.
//!
//! What this is: the JSON canonicalization scheme (RFC 8785) for values with whole numbers, which is what the core reads:
//! members in the order of their names as UTF-16, no blanks, strings as a browser writes them.

use alloc::string::String;
use alloc::vec::Vec;

use crate::json::{self, Value};

/// The canonical text of a value.
pub fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write(&mut out, value);
    out
}

fn write(out: &mut String, value: &Value) {
    match value {
        Value::List(items) => {
            for (i, item) in items.iter().enumerate() {
                out.push(if i == 0 { '[' } else { ',' });
                write(out, item);
            }
            out.push_str(if items.is_empty() { "[]" } else { "]" });
        }
        Value::Map(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            for (i, (name, item)) in sorted.iter().enumerate() {
                out.push(if i == 0 { '{' } else { ',' });
                json::write_str(out, name);
                out.push(':');
                write(out, item);
            }
            out.push_str(if members.is_empty() { "{}" } else { "}" });
        }
        scalar => json::write_value(out, scalar),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_stand_in_the_order_of_rfc_8785() {
        // The names of RFC 8785, 3.2.3.
        let text = r#"{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}"#;
        let sorted = canonical(&json::parse(text).unwrap());
        assert_eq!(sorted, "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\u{fb33}\":3}");
    }

    #[test]
    fn strings_and_blanks_have_one_spelling() {
        let text = r#" { "b" : [ 1 , { } , [ ] ] , "a" : "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/" } "#;
        // The string of RFC 8785, 3.2.2.2.
        let expected = r#"{"a":"€$\u000f\nA'B\"\\\\\"/","b":[1,{},[]]}"#;
        assert_eq!(canonical(&json::parse(text).unwrap()), expected);
    }
}
