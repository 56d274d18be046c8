//! The live count of the demo page, as server-sent events: one JSON object of host and number.

use std::{convert::Infallible, sync::Arc};

use axum::{
    body::{Body, Bytes},
    response::Response,
};
use serde_json::json;
use tokio_stream::{StreamExt, wrappers::WatchStream};

use crate::{log::Log, reply};

pub fn stream(log: &Arc<Log>) -> Response {
    let log = Arc::clone(log);
    // A watch channel keeps the newest value only, so a burst of hits costs one event.
    let events = WatchStream::new(log.bell()).map(move |_| {
        let counts = json!(log.counts());
        Ok::<_, Infallible>(Bytes::from(format!("data: {counts}\n\n")))
    });
    reply(200, "text/event-stream", Body::from_stream(events))
}
