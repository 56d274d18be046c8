//! What stands around each page.

use askama::Template;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::visit::{READERS, Visit, form_token};
use crate::problem::Problem;
use crate::store::Scope;

/// The pages: address, name, and whether marketers have it, too.
const PAGES: &[(&str, &str, bool)] = &[
    ("/admin", "Overview", false),
    ("/admin/sites", "Sites", false),
    ("/admin/statistics", "Statistics", true),
    ("/admin/look-up", "Look-up", true),
    ("/admin/erasures", "Erasures", false),
    ("/admin/audit", "Audit trail", false),
    ("/admin/tokens", "Tokens", false),
    ("/admin/keys", "Keys", false),
];

/// What stands around a page.
pub(super) struct Shell {
    pub(super) title: String,
    /// Who is signed in; empty for nobody.
    pub(super) name: String,
    pub(super) scope: &'static str,
    /// Whether they may change things.
    pub(super) is_admin: bool,
    /// The token of the forms.
    pub(super) csrf: String,
    /// Whether something was just done.
    pub(super) is_done: bool,
    pub(super) pages: Vec<Link>,
}

/// A page in the list of pages.
pub(super) struct Link {
    pub(super) address: &'static str,
    pub(super) name: &'static str,
    pub(super) is_here: bool,
}

impl Shell {
    /// For somebody who is signed in. `at` is the address in the list of pages.
    pub(super) fn new(title: impl Into<String>, at: &str, visit: &Visit) -> Shell {
        let (name, scope) = (visit.holder.name.clone(), visit.holder.scope);
        let open = PAGES.iter().filter(|(_, _, for_all)| *for_all || visit.holder.may(READERS, None).is_ok());
        Shell {
            title: title.into(),
            name,
            scope: scope.name(),
            is_admin: visit.holder.may(&[Scope::Admin], None).is_ok(),
            csrf: form_token(&visit.session),
            is_done: false,
            pages: open.map(|(address, name, _)| Link { address, name, is_here: *address == at }).collect(),
        }
    }

    /// The same, and whether the address says that something was just done.
    pub(super) fn after(mut self, query: Option<&str>) -> Shell {
        self.is_done = query == Some("done=1");
        self
    }

    /// For nobody.
    pub(super) fn of_stranger(title: &str, csrf: String) -> Shell {
        Shell {
            title: title.into(),
            name: String::new(),
            scope: "",
            is_admin: false,
            csrf,
            is_done: false,
            pages: Vec::new(),
        }
    }
}

#[derive(Template)]
#[template(path = "problem.html")]
struct Told {
    shell: Shell,
    title: String,
    detail: String,
}

/// A problem as a page.
pub(super) fn told(problem: &Problem) -> Response {
    let body = problem.body();
    let shell = Shell::of_stranger("That did not work", String::new());
    let detail = body.detail().unwrap_or_default().to_string();
    let mut response = super::page(problem.status(), &Told { shell, title: problem.to_string(), detail });
    if let Some(after) = problem.clone().into_response().headers().get(header::RETRY_AFTER) {
        response.headers_mut().insert(header::RETRY_AFTER, after.clone());
    }
    response
}
