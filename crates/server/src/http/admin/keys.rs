//! Keys of the archive.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::super::Answer;
use super::super::app::App;
use super::holder::Admin;
use crate::problem::{self, Kind, Problem};

/// Change a key.
///
/// `rotate-signing` makes a new key that signs beside the present one; when everybody knows it, `retire-signing` ends the
/// overlap. `rotate-wrapping` makes a new key for the subjects' keys, which are wrapped anew by and by. The keys themselves
/// are listed with the logs, at `/v1/log`.
#[utoipa::path(
    post, path = "/v1/admin/keys/{act}", tag = "admin", security(("token" = [])),
    params(("act" = String, Path, description = "`rotate-signing`, `retire-signing` or `rotate-wrapping`")),
    responses(
        (status = 204, description = "It is done, and in the log"),
        (status = "default", description = "What is wrong", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(in super::super) async fn change(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path(act): Path<String>,
) -> Answer<StatusCode> {
    act_on(&app, admin.name(), &act).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes a key, by the name of the act.
pub(in super::super) async fn act_on(app: &App, actor: &str, act: &str) -> Answer<()> {
    match act {
        "rotate-signing" => app.archive.rotate_signing_key(actor).await?,
        "retire-signing" => app.archive.retire_signing_keys(actor).await?,
        "rotate-wrapping" => app.archive.rotate_wrapping_key(actor).await?,
        _ => return Err(Problem::new(Kind::NotFound)),
    }
    Ok(())
}
