//! The site's own host: pages, the built SDK, npm packages; and a few answers for pages that talk to their own server.

use std::{
    io,
    path::{Component, Path, PathBuf},
};

use axum::{http::request::Parts, response::Response};

use crate::{Folders, Shared, reply, tracker};

/// The port that the pages are written for, so that they also read well in an editor.
const WRITTEN_PORT: &str = "localhost:4321";

pub async fn serve(shared: &Shared, parts: &Parts) -> Response {
    let path = parts.uri.path();
    // The page's own server, for pages that prove that it is not in the gate's way.
    if path.starts_with("/own/") {
        return tracker::reply_by_kind("own host", parts);
    }
    let Some(file) = locate(shared, path) else {
        return reply(404, "text/plain; charset=utf-8", "No such page on this stage.");
    };
    // A sandboxed frame has no origin, and asks for the site's own modules as a stranger.
    tracker::open_to(parts, send(shared, &file).await)
}

/// A file, with the port of its links put right.
pub async fn send(shared: &Shared, file: &Path) -> Response {
    let Ok(bytes) = tokio::fs::read(file).await else {
        return reply(404, "text/plain; charset=utf-8", format!("{} is not here.", file.display()));
    };
    let content_type = content_type(file);
    if !file.starts_with(&shared.folders.www) || !content_type.contains("charset") {
        return reply(200, content_type, bytes);
    }
    reply(200, content_type, at_port(&String::from_utf8_lossy(&bytes), shared.port))
}

fn at_port(text: &str, port: u16) -> String {
    text.replace(WRITTEN_PORT, &format!("localhost:{port}"))
}

/// The policy in the demo shop's page, to the letter as the page is served: its digest is in every record.
pub async fn policy_of_shop(folders: &Folders, port: u16) -> io::Result<String> {
    let page = at_port(&tokio::fs::read_to_string(folders.www.join("index.html")).await?, port);
    let policy = page
        .split_once("id=\"assent-policy\">")
        .and_then(|(_, rest)| rest.split_once("</script>"))
        .map(|(policy, _)| policy.to_owned());
    policy.ok_or_else(|| io::Error::other("www/index.html has no policy in it"))
}

fn locate(shared: &Shared, path: &str) -> Option<PathBuf> {
    let path = path.trim_start_matches('/');
    let inside = |folder: &Path, path: &str| {
        let relative = Path::new(path);
        relative.components().all(|part| matches!(part, Component::Normal(_))).then(|| folder.join(relative))
    };
    if let Some(rest) = path.strip_prefix("vendor/") {
        return inside(&shared.folders.vendor, rest);
    }
    let built = inside(&shared.folders.sdk, path)?;
    // A language that the SDK lacks may be one that the site brings along.
    let of_sdk = path.starts_with("locales/") && built.is_file();
    if of_sdk || path.starts_with("assent") || path.starts_with("corpus") {
        return Some(built);
    }
    let file = inside(&shared.folders.www, path)?;
    if path.is_empty() {
        return Some(file.join("index.html"));
    }
    Some(if file.extension().is_none() { file.with_extension("html") } else { file })
}

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json; charset=utf-8",
        "svg" => "image/svg+xml; charset=utf-8",
        "wasm" => "application/wasm",
        "png" => "image/png",
        _ => "application/octet-stream",
    }
}
