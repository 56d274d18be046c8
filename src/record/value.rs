//! How what is known here reaches the page and the storage.
//!
//! What this is: everything becomes one JSON value first, which the core writes as text and serde hands over as an object.
//! Serialised type by type, the same was 6 KB (brotli) more: serde's code comes anew for every type.

use assent_core::json::Value;
use serde::ser::{Serialize, SerializeMap, Serializer};
use wasm_bindgen::prelude::JsValue;

/// What can be told as JSON.
pub trait Tell {
    /// As a value.
    fn value(&self) -> Value;
}

impl Tell for str {
    fn value(&self) -> Value {
        Value::Str(self.into())
    }
}

impl Tell for String {
    fn value(&self) -> Value {
        self.as_str().value()
    }
}

impl Tell for bool {
    fn value(&self) -> Value {
        Value::Bool(*self)
    }
}

impl Tell for u64 {
    fn value(&self) -> Value {
        Value::Int(i64::try_from(*self).unwrap_or(i64::MAX))
    }
}

impl<T: Tell> Tell for [T] {
    fn value(&self) -> Value {
        Value::List(self.iter().map(Tell::value).collect())
    }
}

impl<T: Tell> Tell for Vec<T> {
    fn value(&self) -> Value {
        self.as_slice().value()
    }
}

impl<T: Tell> Tell for Option<T> {
    fn value(&self) -> Value {
        self.as_ref().map_or(Value::Null, Tell::value)
    }
}

impl<T: Tell + ?Sized> Tell for &T {
    fn value(&self) -> Value {
        (*self).value()
    }
}

/// Tells a struct as a map of its members, in their order.
macro_rules! tell {
    ($name:ident { $($member:ident: $as:literal),+ $(,)? }) => {
        impl crate::record::value::Tell for $name {
            fn value(&self) -> assent_core::json::Value {
                let mut members = Vec::new();
                $(crate::record::value::push(&mut members, $as, self.$member.value());)+
                assent_core::json::Value::Map(members)
            }
        }
    };
}
pub(super) use tell;

#[inline(never)]
pub fn push(members: &mut Vec<(String, Value)>, name: &str, value: Value) {
    members.push((name.into(), value));
}

/// A value as the page's own: maps as objects, nothing as `null`.
pub fn to_js(value: &impl Tell) -> JsValue {
    hand_over(&value.value())
}

#[inline(never)]
fn hand_over(value: &Value) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    Handed(value).serialize(&serializer).unwrap_or(JsValue::UNDEFINED)
}

struct Handed<'v>(&'v Value);

impl Serialize for Handed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(yes) => serializer.serialize_bool(*yes),
            // A page counts in floating point.
            Value::Int(number) => serializer.serialize_f64(*number as f64),
            Value::Str(text) => serializer.serialize_str(text),
            Value::List(items) => serializer.collect_seq(items.iter().map(Handed)),
            Value::Map(members) => {
                let mut map = serializer.serialize_map(None)?;
                for (name, value) in members {
                    map.serialize_entry(name, &Handed(value))?;
                }
                map.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use assent_core::json;

    struct Pair {
        left: u64,
        right: Option<Vec<&'static str>>,
    }
    tell!(Pair { left: "left", right: "right" });

    #[test]
    fn what_is_told_to_the_page_is_what_is_written() {
        let pair = Pair { left: 7, right: Some(vec!["a\"", ""]) };
        let mut text = String::new();
        json::write_value(&mut text, &pair.value());
        assert_eq!(text, r#"{"left":7,"right":["a\"",""]}"#);
        let handed = serde_json::to_value(Handed(&pair.value())).unwrap();
        assert_eq!(handed, serde_json::json!({ "left": 7.0, "right": ["a\"", ""] }));
        assert_eq!(Pair { left: u64::MAX, right: None }.value().get("right"), Some(&Value::Null));
    }
}
