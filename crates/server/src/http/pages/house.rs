//! The archive as a whole: how it is, its keys and tokens, what was done and what is to be done.

use std::sync::Arc;

use askama::Template;
use assent_core::record::{Event, Record};
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect};

use super::super::admin::{keys, tokens};
use super::super::app::App;
use super::form::{Fields, Form};
use super::visit::{READERS, Visit};
use super::{Shell, Shown, done, shown};
use crate::problem::{Kind, Problem};
use crate::store::{AuditEntry, Cursor, Erasure, LogHead, LogState, Scope, Signer, Token};

/// How many entries a page holds.
const MOST: usize = 100;

#[derive(Template)]
#[template(path = "overview.html")]
struct Overview {
    shell: Shell,
    is_ready: bool,
    waiting: usize,
    records: u64,
    sites: usize,
    erasures: usize,
    logs: Vec<LogHead>,
    checkpoint: String,
}

/// How the archive is.
pub(super) async fn overview(State(app): State<Arc<App>>, visit: Visit) -> Shown {
    if visit.holder.may(READERS, None).is_err() {
        return Ok(Redirect::to("/admin/statistics").into_response());
    }
    let logs = app.archive.logs().await?;
    shown(&Overview {
        shell: Shell::new("Overview", "/admin", &visit),
        is_ready: app.archive.ready().await.is_ok(),
        waiting: app.archive.waiting(),
        records: app.archive.records().await?,
        sites: app.archive.sites().await?.len(),
        erasures: app.archive.erasures(MOST).await?.len(),
        checkpoint: logs.last().map(|log| log.checkpoint.clone()).unwrap_or_default(),
        logs,
    })
}

/// The state of a log in a word.
fn state(log: &LogHead) -> &'static str {
    match log.state {
        LogState::Open => "grows",
        LogState::Closed => "closed",
        LogState::Dropped => "dropped after its retention",
    }
}

#[derive(Template)]
#[template(path = "keys.html")]
struct Keys {
    shell: Shell,
    signers: Vec<Signer>,
    wrapping: Vec<i64>,
}

/// Which keys there are.
pub(super) async fn keys(State(app): State<Arc<App>>, visit: Visit, RawQuery(query): RawQuery) -> Shown {
    let visit = visit.may(READERS)?;
    let shell = Shell::new("Keys", "/admin/keys", &visit).after(query.as_deref());
    shown(&Keys { shell, signers: app.archive.signers().await?, wrapping: app.archive.wrapping_keys() })
}

/// Changes a key.
pub(super) async fn change_key(State(app): State<Arc<App>>, Path(act): Path<String>, form: Form) -> Shown {
    let form = form.of_admin()?;
    keys::act_on(&app, &form.visit.holder.name, &act).await?;
    done("/admin/keys")
}

#[derive(Template)]
#[template(path = "erasures.html")]
struct Erasures {
    shell: Shell,
    erasures: Vec<Erasure>,
}

/// Erasures that wait.
pub(super) async fn erasures(State(app): State<Arc<App>>, visit: Visit) -> Shown {
    let visit = visit.may(READERS)?;
    let erasures = app.archive.erasures(MOST).await?;
    shown(&Erasures { shell: Shell::new("Erasures", "/admin/erasures", &visit), erasures })
}

#[derive(Template)]
#[template(path = "audit.html")]
struct Audit {
    shell: Shell,
    entries: Vec<Entry>,
    next: Option<String>,
}

/// An entry of the audit trail. What it does not say is empty.
struct Entry {
    leaf: String,
    at: String,
    actor: String,
    action: String,
    object: String,
}

impl Entry {
    fn of(entry: &AuditEntry) -> Option<Entry> {
        let record = Record::parse(&entry.entry).ok()?;
        let (actor, action, object) = match record.event {
            Event::Act(act) => (act.actor, act.action, act.object),
            Event::Publication(publication) => {
                let (policy, version) = (publication.policy.text(), publication.version);
                (publication.actor, "publish policy".into(), format!("version {version}, {policy}"))
            }
            Event::Erasure(_) => ("a person".into(), "erase".into(), String::new()),
            Event::Decision(_) => return None,
        };
        let object = [record.site.unwrap_or_default(), object].join(" ").trim().to_string();
        let leaf = format!("{} {}", entry.place.log, entry.place.index);
        Some(Entry { leaf, at: record.received_at.text(), actor, action, object })
    }
}

/// What was done, the newest first.
pub(super) async fn audit(State(app): State<Arc<App>>, visit: Visit, RawQuery(query): RawQuery) -> Shown {
    let visit = visit.may(READERS)?;
    let cursor = match Fields::parse(query.as_deref().unwrap_or_default()).get("cursor") {
        Some(text) => {
            Some(Cursor::parse(text).ok_or_else(|| Problem::new(Kind::BadParameter).detail("cursor"))?)
        }
        None => None,
    };
    let (entries, next) = app.archive.audit(cursor, MOST).await?;
    shown(&Audit {
        shell: Shell::new("Audit trail", "/admin/audit", &visit),
        entries: entries.iter().filter_map(Entry::of).collect(),
        next: next.map(Cursor::text),
    })
}

#[derive(Template)]
#[template(path = "tokens.html")]
struct Tokens {
    shell: Shell,
    tokens: Vec<Token>,
    scopes: [&'static str; 4],
    sites: Vec<String>,
    /// The name and the text of the token that was just made.
    made: Option<(String, String)>,
}

async fn tokens_page(app: &App, shell: Shell, made: Option<(String, String)>) -> Shown {
    let sites = app.archive.sites().await?.into_iter().map(|site| site.name).collect();
    let scopes = Scope::ALL.map(Scope::name);
    shown(&Tokens { shell, tokens: app.archive.tokens().await?, scopes, sites, made })
}

/// All tokens.
pub(super) async fn tokens(State(app): State<Arc<App>>, visit: Visit, RawQuery(query): RawQuery) -> Shown {
    let visit = visit.may(READERS)?;
    tokens_page(&app, Shell::new("Tokens", "/admin/tokens", &visit).after(query.as_deref()), None).await
}

/// Makes a token, and shows it this once.
pub(super) async fn make_token(State(app): State<Arc<App>>, form: Form) -> Shown {
    let form = form.of_admin()?;
    let fields = &form.fields;
    let wanted = tokens::TokenRequest {
        name: fields.text("name").into(),
        scope: fields.text("scope").into(),
        site: fields.get("site").map(str::to_string),
        days: fields.number("days")?,
    };
    let (token, text) = tokens::make(&app, &form.visit.holder.name, wanted).await?;
    tokens_page(&app, Shell::new("Tokens", "/admin/tokens", &form.visit), Some((token.name, text))).await
}

/// Takes a token back.
pub(super) async fn revoke_token(State(app): State<Arc<App>>, Path(name): Path<String>, form: Form) -> Shown {
    let form = form.of_admin()?;
    app.archive.revoke_token(&form.visit.holder.name, &name).await?;
    done("/admin/tokens")
}
