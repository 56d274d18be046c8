//! Asking the core about an address.

use std::sync::Arc;

use assent_core::decide::{Context, Grants, Rule, decide};
use assent_core::rules::Rules;
use url::Url;

use super::edits::Text;

/// Who decides: the rules, what is granted, and the page that asks.
#[derive(Clone, Debug)]
pub struct Judge {
    rules: Arc<Rules>,
    grants: Grants,
    page: Url,
    page_host: String,
}

/// The answer on an address that has to wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Held {
    pub address: String,
    pub rule: Rule,
    pub purpose: String,
    pub vendor: String,
    /// What the parked form waits for: the vendor's id, or a word that no grant ever covers.
    pub name: String,
}

impl Held {
    /// What waits because nobody can tell what is in it.
    pub fn unreadable() -> Held {
        Held {
            address: String::new(),
            rule: Rule::Unreadable,
            purpose: String::new(),
            vendor: String::new(),
            name: UNREADABLE.into(),
        }
    }
}

/// What stands for a host that cannot be read.
const UNREADABLE: &str = "unreadable.invalid";

impl Judge {
    /// A judge for one page. A page whose address is not known is as if on a host that nothing else is on.
    pub fn new(rules: Arc<Rules>, grants: Grants, page: Option<Url>) -> Judge {
        let page = page.or_else(|| Url::parse("https://page.invalid/").ok());
        // The literal parses; if it ever did not, the page is one without a host, on which all else is foreign.
        #[expect(clippy::expect_used, reason = "a constant address")]
        let page = page.or_else(|| Url::parse("about:blank").ok()).expect("a constant address");
        let page_host = page.host_str().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
        Judge { rules, grants, page, page_host }
    }

    /// Whether an address has to wait. A relative one starts from the page.
    pub fn holds(&self, address: &str) -> bool {
        self.held(address, &self.page).is_some()
    }

    /// The address that relative ones start from until a `<base>` says otherwise.
    pub(super) fn page(&self) -> &Url {
        &self.page
    }

    /// The same judge for a document within, whose relative addresses start from elsewhere.
    pub(super) fn with_page(&self, page: Url) -> Judge {
        Judge { page, ..self.clone() }
    }

    /// What holds an address, if something does. `base` is where relative addresses start from.
    pub(super) fn held(&self, address: &str, base: &Url) -> Option<Held> {
        // As the gate does it: the core gets what the browser's own reader makes of the address, and the text itself
        // where that reader gives up.
        let joined = base.join(address).ok();
        let read = joined.as_ref().map_or(address, Url::as_str);
        let context = Context { rules: &self.rules, grants: &self.grants, page_host: &self.page_host };
        let verdict = decide(read, context);
        if verdict.allows() {
            return None;
        }
        let host = joined.as_ref().and_then(Url::host_str).unwrap_or(UNREADABLE);
        // A host has a dot or a bracket and an id of the policy has neither, so no grant is mistaken for one on a host.
        let name = match verdict.vendor {
            "" if host.contains(['.', '[']) => host.to_string(),
            "" => format!("{host}."),
            vendor => vendor.to_string(),
        };
        Some(Held {
            address: address.to_string(),
            rule: verdict.rule,
            purpose: verdict.purpose.to_string(),
            vendor: verdict.vendor.to_string(),
            name,
        })
    }
}

/// The names that a parked form waits for, each once, with single spaces between them.
pub(super) fn names<'h>(held: impl IntoIterator<Item = &'h Held>) -> String {
    let mut names: Vec<&str> = Vec::new();
    for held in held {
        if !names.contains(&held.name.as_str()) {
            names.push(&held.name);
        }
    }
    Text::escaped(&names.join(" "))
}
