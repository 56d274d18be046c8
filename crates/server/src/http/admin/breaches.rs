//! What people have to be told about a breach.

use std::collections::BTreeMap;
use std::sync::Arc;

use assent_core::record::Time;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::Answer;
use super::super::app::App;
use super::super::body::{self, LongText};
use super::super::reply::PlaceBody;
use super::holder::{Admin, Auditor};
use crate::problem::{self, Kind, Problem};
use crate::store::{Breach, NewBreach, Site};

const MOST_PURPOSES: usize = 64;
const MOST_LANGUAGES: usize = 64;
const MOST_CHARACTERS: usize = 4000;

/// A notice to be written.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewBreach)]
pub(in super::super) struct NewBody {
    /// When it began: `2026-11-23T15:04:05.123Z`.
    #[schema(format = DateTime)]
    pub(in super::super) since: String,
    /// When it ended.
    #[schema(format = DateTime)]
    pub(in super::super) until: String,
    /// The purposes whose data it is about: told to those who allowed one of them at that time. Without any, it is about
    /// the records themselves: told to everybody who had one by then.
    #[serde(default)]
    pub(in super::super) purposes: Vec<String>,
    /// What people are told, by language (BCP 47).
    pub(in super::super) texts: BTreeMap<String, String>,
}

/// A notice.
#[derive(Serialize, ToSchema)]
#[schema(as = Breach)]
pub(in super::super) struct BreachBody {
    /// Its name.
    id: String,
    /// When it began.
    #[schema(format = DateTime)]
    since: String,
    /// When it ended.
    #[schema(format = DateTime)]
    until: String,
    /// The purposes that it is about; empty for the records themselves.
    purposes: Vec<String>,
    /// What people are told, by language.
    texts: BTreeMap<String, String>,
    /// Since when they are.
    #[schema(format = DateTime)]
    created_at: String,
    /// Which leaf says so.
    place: PlaceBody,
    /// How many people it concerns, of those whose records are here; missing until they were counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    concerned: Option<u64>,
}

impl BreachBody {
    fn of(breach: &Breach) -> BreachBody {
        BreachBody {
            id: breach.id.text(),
            since: breach.since.text(),
            until: breach.until.text(),
            purposes: breach.purposes.clone(),
            texts: breach.texts.clone(),
            created_at: breach.created_at.text(),
            place: PlaceBody::of(&breach.place),
            concerned: breach.concerned,
        }
    }
}

impl NewBody {
    fn read(self) -> Answer<NewBreach> {
        let bad = |what: &str| Problem::new(Kind::BadBody).detail(what);
        let since = Time::parse(&self.since).ok_or_else(|| bad("since: not a moment"))?;
        let until = Time::parse(&self.until).ok_or_else(|| bad("until: not a moment"))?;
        if since > until {
            return Err(bad("until: before since"));
        }
        let is_id = |id: &String| assent_core::rules::check::is(assent_core::rules::check::Kind::Id, id);
        if self.purposes.len() > MOST_PURPOSES || !self.purposes.iter().all(is_id) {
            return Err(bad("purposes: up to 64 ids"));
        }
        let is_language = |tag: &str| {
            let is_part = |part: &str| {
                (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
            };
            tag.len() <= 35 && tag.split('-').all(is_part)
        };
        let is_text = |text: &str| {
            let is_shown = |c: char| c == '\n' || !c.is_control();
            !text.trim().is_empty() && text.chars().all(is_shown) && text.chars().count() <= MOST_CHARACTERS
        };
        let are_texts = self.texts.iter().all(|(tag, text)| is_language(tag) && is_text(text));
        if !are_texts || !(1..=MOST_LANGUAGES).contains(&self.texts.len()) {
            return Err(bad("texts: at least one, by language, each of up to 4000 characters"));
        }
        Ok(NewBreach { since, until, purposes: self.purposes, texts: self.texts })
    }
}

/// All notices of a site.
#[derive(Serialize, ToSchema)]
#[schema(as = Breaches)]
pub(in super::super) struct BreachesBody {
    /// The newest first.
    breaches: Vec<BreachBody>,
}

/// Tell people of a breach.
///
/// Whom it concerns finds it at `/v1/me/notices`. It is an entry of the audit trail, and is not taken back.
#[utoipa::path(
    post, path = "/v1/admin/sites/{site}/breaches", tag = "admin", security(("token" = [])),
    params(("site" = String, Path, description = "The site's name")),
    request_body = NewBody,
    responses(
        (status = 201, description = "People are told", body = BreachBody),
        (status = "default", description = "What is wrong", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(in super::super) async fn tell(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path(name): Path<String>,
    LongText(text): LongText,
) -> Answer<(StatusCode, Json<BreachBody>)> {
    let site = app.site(&name).await?;
    let breach = write(&app, admin.name(), &site, body::parse(&text)?).await?;
    Ok((StatusCode::CREATED, Json(BreachBody::of(&breach))))
}

/// Writes a notice, which people are told from then on.
pub(in super::super) async fn write(app: &App, actor: &str, site: &Site, new: NewBody) -> Answer<Breach> {
    Ok(app.archive.tell_breach(actor, site, new.read()?).await?)
}

/// What people are told of breaches, the newest first.
#[utoipa::path(
    get, path = "/v1/admin/sites/{site}/breaches", tag = "admin", security(("token" = [])),
    params(("site" = String, Path, description = "The site's name")),
    responses(
        (status = 200, description = "The notices", body = BreachesBody),
        (status = "default", description = "What is wrong", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(in super::super) async fn list(
    State(app): State<Arc<App>>,
    _: Auditor,
    Path(name): Path<String>,
) -> Answer<Json<BreachesBody>> {
    let site = app.site(&name).await?;
    let breaches = app.archive.breaches(&site).await?;
    Ok(Json(BreachesBody { breaches: breaches.iter().map(BreachBody::of).collect() }))
}
