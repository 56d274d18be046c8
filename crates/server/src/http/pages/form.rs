//! What a form sends.

use std::sync::Arc;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::extract::{FromRequest, FromRequestParts, Request};
use url::form_urlencoded;

use super::super::Answer;
use super::super::app::App;
use super::super::body::FormText;
use super::Refused;
use super::visit::{Ground, Visit, form_token};
use crate::problem::{Kind, Problem};
use crate::store::Scope;

/// The fields of a form.
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// The fields of an address or a body.
    pub(super) fn parse(text: &str) -> Fields {
        Fields(form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    /// A field, or nothing. What is all white space was left empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .filter(|(found, _)| found == name)
            .map(|(_, value)| value.trim())
            .find(|value| !value.is_empty())
    }

    /// A field, or the empty text.
    pub(super) fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// Each value of a field.
    pub(super) fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        let values = self.0.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.trim());
        values.filter(|value| !value.is_empty())
    }

    /// A field as it was typed.
    pub(super) fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value)
    }

    /// A whole number.
    ///
    /// # Errors
    /// It is none.
    pub(super) fn number<T: std::str::FromStr>(&self, name: &'static str) -> Answer<T> {
        self.text(name)
            .parse()
            .map_err(|_| Problem::new(Kind::BadBody).detail(format!("{name}: a whole number")))
    }
}

/// Fields that came from a page of ours, with its token. There is no other way to them.
pub(super) struct Checked {
    pub(super) fields: Fields,
    pub(super) ground: Ground,
}

impl Checked {
    /// Reads a form that was made for somebody with this cookie.
    pub(super) async fn read(request: Request, app: &Arc<App>, cookie: &str) -> Answer<Checked> {
        let ground = Ground::of(request.headers())?;
        ground.check(request.headers())?;
        let expected = ground.cookie(request.headers(), cookie).map(form_token).unwrap_or_default();
        let FormText(text) = FormText::from_request(request, app).await?;
        let fields = Fields::parse(&text);
        let shown = fields.text("csrf").as_bytes();
        if expected.is_empty() || verify_slices_are_equal(shown, expected.as_bytes()).is_err() {
            return Err(
                Problem::new(Kind::Forbidden).detail("the form is not of this session: open the page anew")
            );
        }
        Ok(Checked { fields, ground })
    }
}

/// A form of somebody who is signed in.
pub(super) struct Form {
    pub(super) visit: Visit,
    pub(super) fields: Fields,
    pub(super) ground: Ground,
}

impl Form {
    /// The same, if its sender may change things.
    ///
    /// # Errors
    /// They may only look.
    pub(super) fn of_admin(self) -> Answer<Form> {
        self.visit.holder.may(&[Scope::Admin], None)?;
        Ok(self)
    }
}

impl FromRequest<Arc<App>> for Form {
    type Rejection = Refused;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Form, Refused> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, app).await?;
        let Checked { fields, ground } =
            Checked::read(Request::from_parts(parts, body), app, "session").await?;
        Ok(Form { visit, fields, ground })
    }
}
