//! Sites, what they ask, and how long the answers are kept.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, RawQuery, State};

use super::super::admin::sites::{self, SettingsBody, SiteBody};
use super::super::app::App;
use super::form::{Fields, Form};
use super::visit::{READERS, Visit};
use super::{Shell, Shown, done, shown};
use crate::store::PolicyVersion;

#[derive(Template)]
#[template(path = "sites.html")]
struct Sites {
    shell: Shell,
    sites: Vec<SiteBody>,
}

/// All sites.
pub(super) async fn list(State(app): State<Arc<App>>, visit: Visit) -> Shown {
    let visit = visit.may(READERS)?;
    let sites = app.archive.sites().await?.into_iter().map(SiteBody::of).collect();
    shown(&Sites { shell: Shell::new("Sites", "/admin/sites", &visit), sites })
}

#[derive(Template)]
#[template(path = "site.html")]
struct One {
    shell: Shell,
    site: SiteBody,
    policies: Vec<PolicyVersion>,
}

/// One site.
pub(super) async fn one(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    visit: Visit,
    RawQuery(query): RawQuery,
) -> Shown {
    let visit = visit.may(READERS)?;
    let site = app.site(&name).await?;
    let shell = Shell::new(site.name.clone(), "/admin/sites", &visit).after(query.as_deref());
    let policies = app.archive.policies(&site).await?;
    shown(&One { shell, site: SiteBody::of(site), policies })
}

/// Makes a site, or changes its settings.
pub(super) async fn change(State(app): State<Arc<App>>, form: Form) -> Shown {
    let form = form.of_admin()?;
    let site =
        sites::change(&app, &form.visit.holder.name, form.fields.text("site"), settings(&form.fields)?)
            .await?;
    done(&format!("/admin/sites/{}", site.name))
}

fn settings(fields: &Fields) -> super::super::Answer<SettingsBody> {
    let erasure_days = match fields.get("erasure_days") {
        Some(_) => Some(fields.number("erasure_days")?),
        None => None,
    };
    Ok(SettingsBody {
        origins: fields.text("origins").split_whitespace().map(str::to_string).collect(),
        erasure: fields.text("erasure").into(),
        erasure_key: fields.get("erasure_key").map(str::to_string),
        erasure_days,
        erasure_after_hours: fields.number("erasure_after_hours")?,
        retention_days: fields.number("retention_days")?,
    })
}

/// Publishes a policy.
pub(super) async fn publish(State(app): State<Arc<App>>, Path(name): Path<String>, form: Form) -> Shown {
    let form = form.of_admin()?;
    let site = app.site(&name).await?;
    sites::put_in_force(&app, &form.visit.holder.name, &site, form.fields.raw("policy")).await?;
    done(&format!("/admin/sites/{}", site.name))
}
