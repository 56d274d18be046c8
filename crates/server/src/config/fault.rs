//! What is wrong with a setting.

use std::fmt;

use assent_core::diagnostic::{Diagnostic, Severity};

/// One fault, with everything somebody needs to mend it. It never holds the value of a setting: one may be a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The setting, as `sites[0].origins`; empty for the file as a whole.
    pub path: String,
    /// Where it was given: a file, a variable or a flag; empty if it was given nowhere.
    pub given: String,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// How to mend it.
    pub remedy: String,
}

impl Fault {
    pub(super) fn new(path: impl Into<String>, given: &str, message: &str, remedy: &str) -> Fault {
        Fault { path: path.into(), given: given.into(), message: message.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [self.given.as_str(), self.path.as_str(), self.message.as_str()];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        write!(f, "{}; {}", parts.join(": "), self.remedy)
    }
}

/// A diagnostic of a policy file as one line, with its code: `error A8 policy.json: vendors[1].purposes[0]: …`.
pub fn policy_line(file: &str, diagnostic: &Diagnostic) -> String {
    let severity = if diagnostic.severity == Severity::Error { "error" } else { "warning" };
    let found =
        if diagnostic.found.is_empty() { String::new() } else { format!(" (`{}`)", diagnostic.found) };
    let path = if diagnostic.path.is_empty() { "the file" } else { &diagnostic.path };
    format!(
        "{severity} A{} {file}: {path}: {}{found}; {}",
        diagnostic.code.number(),
        diagnostic.message(),
        diagnostic.remedy()
    )
}
