//! The demo's archive, and its plug, which a visitor of the demo may pull.

use std::sync::Arc;

use axum::{
    http::{Method, StatusCode},
    response::Response,
};
use serde_json::json;
use tokio::sync::Mutex;

use crate::{archive::Archive, reply};

/// The archive that stands behind the demo, if one does.
#[derive(Clone, Debug, Default)]
pub struct Plug(Arc<Mutex<Option<Archive>>>);

impl Plug {
    pub(crate) async fn hold(&self, archive: Archive) {
        *self.0.lock().await = Some(archive);
    }

    /// `GET` tells whether the archive runs; `POST` stops it, or starts it again on what it kept.
    pub(crate) async fn answer(&self, method: &Method) -> Response {
        let mut held = self.0.lock().await;
        let Some(archive) = held.as_mut() else {
            return reply(
                StatusCode::NOT_FOUND.as_u16(),
                "text/plain",
                "No archive stands behind this stage.",
            );
        };
        if method == Method::POST {
            if archive.is_running() {
                archive.stop().await;
            } else if let Err(error) = archive.go_on().await {
                return reply(StatusCode::SERVICE_UNAVAILABLE.as_u16(), "text/plain", error.to_string());
            }
        }
        reply(
            StatusCode::OK.as_u16(),
            "application/json",
            json!({ "running": archive.is_running() }).to_string(),
        )
    }
}
