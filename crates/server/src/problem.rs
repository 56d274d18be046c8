//! What is answered when something is wrong.
//!
//! What this is: the problems of the archive, each with a stable name, as `application/problem+json` (RFC 9457). Nothing
//! that was sent is repeated in one: a fault of a body is told by the names of our own members.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::store;

/// What a problem's `type` begins with.
pub const URN: &str = "urn:assent:problem:";

/// The media type of problems.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// The kinds of problems: name, status, title. A name is never given to another kind.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $name:literal $status:literal $title:literal,)+) => {
        /// The kind of a problem.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Kind { $($(#[$doc])* $kind,)+ }

        impl Kind {
            /// All kinds.
            pub const ALL: &[Kind] = &[$(Kind::$kind,)+];

            fn words(self) -> (&'static str, u16, &'static str) {
                match self { $(Kind::$kind => ($name, $status, $title),)+ }
            }
        }
    };
}

kinds! {
    /// The request is no HTTP request as it should be.
    BadRequest "bad-request" 400 "the request is not what it should be",
    /// The body is not UTF-8, not JSON, or not the JSON that is expected.
    BadBody "bad-body" 400 "the body is not what is expected here",
    /// A parameter of the address.
    BadParameter "bad-parameter" 400 "a parameter of the address is not what is expected here",
    /// No token, or one that is not valid, at a door of the house.
    Unauthorized "unauthorized" 401 "a valid token is needed",
    /// A token that opens other doors.
    Forbidden "forbidden" 403 "the token does not open this",
    /// An origin that is none of the site's.
    OriginNotAllowed "origin-not-allowed" 403 "this origin is none of the site's",
    /// There is nothing here, or nothing for whoever asks: one answer, so that nobody learns which.
    NotFound "not-found" 404 "there is nothing here",
    /// A path that has other methods.
    MethodNotAllowed "method-not-allowed" 405 "this method is not for this address",
    /// The client was too slow.
    Timeout "timeout" 408 "the request took too long to arrive",
    /// Another record has this id.
    Conflict "conflict" 409 "another record has this id",
    /// The policy token is missing, too old or for something else.
    PolicyToken "policy-token" 409 "the policy token is missing, too old, or for another policy; ask for the region again",
    /// It was erased, and does not come back.
    Erased "erased" 410 "this person, or this record, was erased and is not recorded again",
    /// The body is too large.
    TooLarge "too-large" 413 "the body is too large",
    /// The body is of another kind.
    MediaType "media-type" 415 "the body must be application/json or text/plain",
    /// What is asked for contradicts what is there.
    Refused "refused" 422 "this contradicts what is there",
    /// The policy has errors.
    BadPolicy "bad-policy" 422 "the policy has errors",
    /// Too many requests.
    TooMany "too-many" 429 "too many requests; send it again later",
    /// The month's budget for statistics is spent.
    Budget "budget" 429 "the month's budget for statistics is spent; ask for fewer months, or later",
    /// The header is too large.
    HeaderTooLarge "header-too-large" 431 "the header is too large",
    /// Something is wrong here.
    Internal "internal" 500 "something is wrong here; it has been noted",
    /// Too much to do.
    Busy "busy" 503 "the archive is busy; send it again",
    /// No space left.
    Full "full" 503 "the archive cannot write at the moment; send it again later",
}

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    kind: Kind,
    detail: Option<String>,
    retry_after: Option<u64>,
}

/// A problem as it is sent (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct Body {
    /// A stable name of the kind of problem: `urn:assent:problem:…`.
    #[serde(rename = "type")]
    urn: String,
    /// What it means, for people.
    title: &'static str,
    /// The status of the answer.
    status: u16,
    /// Where in the request, and what is wrong there.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

impl Problem {
    /// A problem of a kind.
    pub fn new(kind: Kind) -> Problem {
        let retry_after = matches!(kind, Kind::Busy | Kind::Full | Kind::TooMany).then(jittered);
        Problem { kind, detail: None, retry_after }
    }

    /// With what is wrong where. It must not hold anything that was sent.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Problem {
        self.detail = Some(detail.into());
        self
    }

    /// With the seconds after which to try again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Problem {
        self.retry_after = Some(seconds);
        self
    }

    /// The kind.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What stands for a status that something else than our own code has answered.
    pub fn of_status(status: StatusCode) -> Problem {
        let matching = |kind: &&Kind| kind.words().1 == status.as_u16();
        let fallback = if status.is_server_error() { Kind::Internal } else { Kind::BadRequest };
        Problem::new(Kind::ALL.iter().find(matching).copied().unwrap_or(fallback))
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.kind.words().1).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The body of the answer.
    pub fn body(&self) -> Body {
        let (name, status, title) = self.kind.words();
        Body { urn: format!("{URN}{name}"), title, status, detail: self.detail.clone() }
    }
}

impl Body {
    /// Where in the request, and what is wrong there.
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.kind.words().2)
    }
}

impl std::error::Error for Problem {}

/// One to four seconds, so that those who were sent away do not come back together.
fn jittered() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    1 + NEXT.fetch_add(1, Ordering::Relaxed) % 4
}

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Problem {
        match error {
            store::Error::Busy => Problem::new(Kind::Busy),
            store::Error::Full | store::Error::Failed(_) => Problem::new(Kind::Full),
            store::Error::Conflict => Problem::new(Kind::Conflict),
            store::Error::NotFound => Problem::new(Kind::NotFound),
            store::Error::Erased => Problem::new(Kind::Erased),
            store::Error::Spent(until) => {
                Problem::new(Kind::Budget).detail(format!("there is another one from {} on", until.text()))
            }
            store::Error::Refused(why) => Problem::new(Kind::Refused).detail(why),
            error => {
                // By its own promise no text of the store comes from a stranger or names a person.
                tracing::error!(%error, "the archive failed");
                Problem::new(Kind::Internal)
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status(), Json(self.body())).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if self.kind == Kind::Unauthorized {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_a_name_of_its_own_and_a_status_of_an_error() {
        let mut names: Vec<&str> = Kind::ALL.iter().map(|kind| kind.words().0).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Kind::ALL.len());
        assert!(Kind::ALL.iter().all(|kind| (400..600).contains(&kind.words().1)));
    }

    #[test]
    fn a_status_of_somebody_else_becomes_a_problem_of_ours() {
        for (status, kind) in [
            (405, Kind::MethodNotAllowed),
            (418, Kind::BadRequest),
            (404, Kind::NotFound),
            (502, Kind::Internal),
        ] {
            assert_eq!(Problem::of_status(StatusCode::from_u16(status).unwrap()).kind(), kind);
        }
    }

    #[test]
    fn who_is_sent_away_is_told_when_to_come_back_and_not_all_at_once() {
        let seconds = || Problem::new(Kind::Busy).retry_after.unwrap();
        let drawn: std::collections::BTreeSet<u64> = (0..8).map(|_| seconds()).collect();
        assert!(drawn.len() > 1 && drawn.iter().all(|seconds| (1..=4).contains(seconds)));
        assert_eq!(Problem::new(Kind::NotFound).retry_after, None);
    }
}
