//! Signing in and out.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use base64ct::{Base64UrlUnpadded, Encoding};

use super::super::app::App;
use super::super::front::Peer;
use super::form::{Checked, Form};
use super::visit::{Ground, form_token};
use super::{Shell, Shown};
use crate::limit::Network;
use crate::store::{Error, Password};

#[derive(Template)]
#[template(path = "login.html")]
struct Page {
    shell: Shell,
    is_wrong: bool,
}

/// The form. Its cookie is only there so that nobody else's page can sign somebody in.
pub(super) async fn page(State(app): State<Arc<App>>, headers: HeaderMap) -> Shown {
    answer(&app, &headers, StatusCode::OK)
}

fn answer(app: &App, headers: &HeaderMap, status: StatusCode) -> Shown {
    let mut random = [0; 32];
    app.entropy.fill(&mut random)?;
    let cookie = Base64UrlUnpadded::encode_string(&random);
    let shell = Shell::of_stranger("Sign in", form_token(&cookie));
    let mut response = super::page(status, &Page { shell, is_wrong: status != StatusCode::OK });
    let cookie = Ground::of(headers)?.set("login", Some(&cookie))?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// Signs somebody in. Nobody with the name, and another password, are one answer.
pub(super) async fn enter(
    State(app): State<Arc<App>>,
    Extension(Peer(peer)): Extension<Peer>,
    request: Request,
) -> Shown {
    let headers = request.headers().clone();
    let Checked { fields, ground } = Checked::read(request, &app, "login").await?;
    let name = fields.text("name");
    app.rates.sign_in(Network::of(app.region.client(peer, &headers)), name)?;
    let password = Password::new(fields.raw("password").into());
    let session = match app.archive.sign_in(name, password).await {
        Ok(session) => session,
        Err(Error::NotFound) => {
            tracing::warn!("somebody could not sign in to the admin pages");
            return answer(&app, &headers, StatusCode::UNPROCESSABLE_ENTITY);
        }
        Err(error) => return Err(error.into()),
    };
    let mut response = Redirect::to("/admin").into_response();
    for (kind, value) in [("session", Some(session.as_str())), ("login", None)] {
        response.headers_mut().append(header::SET_COOKIE, ground.set(kind, value)?);
    }
    Ok(response)
}

/// Ends the session, here and in the archive.
pub(super) async fn leave(State(app): State<Arc<App>>, form: Form) -> Shown {
    app.archive.sign_out(&form.visit.session).await?;
    let mut response = Redirect::to("/admin/login").into_response();
    response.headers_mut().append(header::SET_COOKIE, form.ground.set("session", None)?);
    Ok(response)
}
