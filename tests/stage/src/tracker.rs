//! Every host that is not the site's: a tracker, played under its real name.
//!
//! The answer depends on the path alone. Scripts do what trackers do: leave a mark on the page (`window.__ran`), a cookie
//! and a storage key named after the host, and report back.

use axum::{
    http::{HeaderValue, Method, header, request::Parts},
    response::Response,
};

use crate::{Shared, reply, site};

/// Tracker SDKs that are served from the npm package at the address where the vendor hosts them.
const REAL_SDKS: &[(&str, &str, &str)] =
    &[("cdn.mxpnl.com", "/libs/mixpanel-2-latest.min.js", "mixpanel-browser/dist/mixpanel.min.js")];

const GIF: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

pub async fn play(shared: &Shared, host: &str, parts: &Parts) -> Response {
    let path = parts.uri.path();
    for (sdk_host, sdk_path, file) in REAL_SDKS {
        if (host, path) == (*sdk_host, *sdk_path) {
            return open_to(parts, site::send(shared, &shared.folders.vendor.join(file)).await);
        }
    }
    // The demo's trackers have faces: `video.localhost/embed.html` is www/trackers/video/embed.html.
    if let Some(name) = host.strip_suffix(".localhost") {
        let file = shared.folders.www.join("trackers").join(name).join(path.trim_start_matches('/'));
        if file.is_file() && !path.contains("..") {
            return open_to(parts, site::send(shared, &file).await);
        }
    }
    reply_by_kind(host, parts)
}

/// The answer that the path's ending asks for.
pub fn reply_by_kind(host: &str, parts: &Parts) -> Response {
    let path = parts.uri.path();
    let response = match path.rsplit('.').next().unwrap_or_default() {
        // No TLS here, and a tunnel would hide what is sent. It is in the log all the same.
        _ if parts.method == Method::CONNECT => reply(502, "", ""),
        _ if parts.method == Method::OPTIONS => reply(204, "", ""),
        "js" => reply(200, "text/javascript; charset=utf-8", script(host, path, parts)),
        "gif" | "png" => reply(200, "image/gif", GIF),
        "html" => {
            reply(200, "text/html; charset=utf-8", format!("<!doctype html><title>{host}</title><p>{host}"))
        }
        _ if path.ends_with("/204") => reply(204, "", ""),
        _ => reply(200, "application/json", "{}"),
    };
    open_to(parts, response)
}

fn script(host: &str, path: &str, parts: &Parts) -> String {
    // The demo's trackers live on the stage's own port.
    let address = parts.headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or(host);
    let name = host.split('.').next().unwrap_or_default();
    format!(
        "(function () {{\n  var page = globalThis;\n  (page.__ran = page.__ran || []).push('{host}{path}');\n  \
         try {{ document.cookie = '_{name}_id=1; path=/'; localStorage.setItem('{name}.visitor', '1'); }} catch (denied) {{}}\n  \
         try {{ fetch('http://{address}/seen', {{ method: 'POST', body: '{path}', keepalive: true }}).catch(function () {{}}); }} catch (denied) {{}}\n}})();\n"
    )
}

/// Lets every site read the answer, with cookies, as trackers do.
pub fn open_to(parts: &Parts, mut response: Response) -> Response {
    let asked = |name| parts.headers.get(name).cloned();
    let origin = asked(header::ORIGIN);
    let headers = response.headers_mut();
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        origin.clone().unwrap_or_else(|| HeaderValue::from_static("*")),
    );
    if origin.is_some() {
        headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    }
    if let Some(wanted) = asked(header::ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, wanted);
    }
    response
}
