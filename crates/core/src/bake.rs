//! A policy inside the gate's script.
//!
//! What this is: the one place that puts it there, for the package as it is made and for the archive as it serves.
//! The gate does not contain it.

use alloc::string::String;
use alloc::vec::Vec;

use crate::json;

/// Stands, in quotes, for the policy in the gate's template.
pub const PLACE: &str = "__ASSENT_POLICY_GOES_HERE__";

/// The template with a policy (JSON text) in its place; `None` if it does not have exactly one.
pub fn bake(template: &str, policy: &str) -> Option<String> {
    let parts: Vec<&str> = template.split(PLACE).collect();
    let [before, after] = parts.as_slice() else { return None };
    // Bundlers choose the quotes.
    let quoted = |mark| Some((before.strip_suffix(mark)?, after.strip_prefix(mark)?));
    let (before, after) = quoted('"').or_else(|| quoted('\''))?;
    Some([before, &quote(policy), after].concat())
}

/// A text as a JS string literal. JSON's form is one, and `<` is escaped so that a file pasted into HTML stays whole.
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    json::write_str(&mut out, text);
    out.replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn a_policy_takes_its_place_whatever_the_quotes() {
        for mark in ['"', '\''] {
            let template = format!("f({mark}{PLACE}{mark})");
            assert_eq!(bake(&template, r#"{"a":"b"}"#).unwrap(), r#"f("{\"a\":\"b\"}")"#);
        }
    }

    #[test]
    fn a_policy_cannot_end_its_string_or_a_script_element() {
        assert_eq!(quote("\"</script>\n"), "\"\\\"\\u003c/script>\\n\"");
    }

    #[test]
    fn a_template_with_no_place_or_two_is_refused() {
        let place = format!("'{PLACE}'");
        for template in [String::new(), PLACE.into(), format!("{place}{place}"), format!("\"{PLACE}'")] {
            assert_eq!(bake(&template, "{}"), None, "{template}");
        }
    }
}
