//! What the person should know.

use std::collections::BTreeMap;
use std::sync::Arc;

use assent_core::record::{Event, Record};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::Answer;
use super::super::app::App;
use super::Person;
use crate::problem;
use crate::store::Breach;

/// Something that the person should know.
#[derive(Serialize, ToSchema)]
#[schema(as = Notice)]
pub(in super::super) struct NoticeBody {
    /// `policy-changed`: what people are asked is another policy by now than the one the last answer was given to.
    /// `breach`: something happened to data of theirs.
    kind: &'static str,
    /// Of a breach: its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// The policy in force, if that has changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<String>,
    /// Since when the policy is in force; when the breach began.
    #[schema(format = DateTime)]
    since: String,
    /// When the breach ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    until: Option<String>,
    /// The purposes that the breach is about; empty for the records themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    purposes: Option<Vec<String>>,
    /// What there is to say about the breach, by language.
    #[serde(skip_serializing_if = "Option::is_none")]
    texts: Option<BTreeMap<String, String>>,
}

/// What has happened since the person's last answer, and what happened to their data.
#[derive(Serialize, ToSchema)]
#[schema(as = Notices)]
pub(in super::super) struct NoticesBody {
    /// Empty if nothing has.
    notices: Vec<NoticeBody>,
}

impl NoticeBody {
    fn of_breach(breach: Breach) -> NoticeBody {
        NoticeBody {
            kind: "breach",
            id: Some(breach.id.text()),
            policy: None,
            since: breach.since.text(),
            until: Some(breach.until.text()),
            purposes: Some(breach.purposes),
            texts: Some(breach.texts),
        }
    }
}

/// What the person should know.
///
/// A notice of a breach is told to those who had allowed one of its purposes at its time, or, if it is about the records
/// themselves, had a record by then: their own history says so.
#[utoipa::path(
    get, path = "/v1/me/notices", tag = "person", security(("subject" = [])),
    responses(
        (status = 200, description = "The notices", body = NoticesBody),
        (status = 404, description = "Unknown, or not allowed", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(in super::super) async fn notices(
    State(app): State<Arc<App>>,
    person: Person,
) -> Answer<Json<NoticesBody>> {
    let last = app.archive.history(&person.bearer, None, 1).await?;
    let present = app.archive.present_policy(&person.site).await?;
    let answered = last.receipts.first().and_then(|receipt| Record::parse(&receipt.record).ok());
    let answered = answered.and_then(|record| match record.event {
        Event::Decision(decision) => Some(decision.answer.policy),
        _ => None,
    });
    let is_other = answered.is_some_and(|policy| policy != present.digest);
    let changed = is_other.then(|| NoticeBody {
        kind: "policy-changed",
        id: None,
        policy: Some(present.digest.text()),
        since: present.published_at.text(),
        until: None,
        purposes: None,
        texts: None,
    });
    let breaches = app.archive.breaches_about(&person.bearer, &person.site).await?;
    let notices = breaches.into_iter().map(NoticeBody::of_breach).chain(changed);
    Ok(Json(NoticesBody { notices: notices.collect() }))
}
