//! How often people say yes, and what they are told of breaches.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, RawQuery, State};

use super::super::Answer;
use super::super::admin::breaches::{self, NewBody};
use super::super::admin::statistics::{Asked, StatisticsBody, numbers};
use super::super::app::App;
use super::form::{Fields, Form};
use super::visit::{MARKETERS, READERS, Visit};
use super::{Shell, Shown, done, shown};
use crate::problem::{Kind, Problem};
use crate::store::{Breach, Site};

/// The sites of which somebody may see something.
pub(super) async fn sites_of(app: &App, visit: &Visit) -> Answer<Vec<Site>> {
    let mut sites = app.archive.sites().await?;
    sites.retain(|site| visit.holder.may(MARKETERS, Some(site.number)).is_ok());
    Ok(sites)
}

#[derive(Template)]
#[template(path = "statistics.html")]
struct Statistics {
    shell: Shell,
    sites: Vec<Site>,
    site: String,
    from: String,
    to: String,
    by: String,
    cuts: [&'static str; 7],
    answer: Option<StatisticsBody>,
}

/// What was released.
pub(super) async fn statistics(
    State(app): State<Arc<App>>,
    visit: Visit,
    RawQuery(query): RawQuery,
) -> Shown {
    visit.holder.is_one_of(MARKETERS)?;
    let fields = Fields::parse(query.as_deref().unwrap_or_default());
    let sites = sites_of(&app, &visit).await?;
    let only = sites.first().filter(|_| sites.len() == 1).map(|site| site.name.clone());
    let site = fields.get("site").map(str::to_string).or(only).unwrap_or_default();
    let (from, to, by) = (fields.get("from"), fields.get("to"), fields.text("by"));
    let answer = if site.is_empty() {
        None
    } else {
        let asked = Asked { from: from.map(str::to_string), to: to.map(str::to_string), by: by.into() };
        Some(numbers(&app, &visit.holder, &site, &asked).await?)
    };
    shown(&Statistics {
        shell: Shell::new("Statistics", "/admin/statistics", &visit),
        sites,
        site,
        from: from.unwrap_or_default().into(),
        to: to.unwrap_or_default().into(),
        by: by.into(),
        cuts: ["", "day", "regime", "policy", "day,regime", "day,policy", "regime,policy"],
        answer,
    })
}

#[derive(Template)]
#[template(path = "breaches.html")]
struct Breaches {
    shell: Shell,
    site: String,
    breaches: Vec<Breach>,
}

/// What people of a site are told of breaches.
pub(super) async fn breaches(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    visit: Visit,
    RawQuery(query): RawQuery,
) -> Shown {
    let visit = visit.may(READERS)?;
    let site = app.site(&name).await?;
    let breaches = app.archive.breaches(&site).await?;
    let shell = Shell::new(format!("Breaches of {name}"), "/admin/sites", &visit).after(query.as_deref());
    shown(&Breaches { shell, site: site.name, breaches })
}

/// Tells people of a breach.
pub(super) async fn tell(State(app): State<Arc<App>>, Path(name): Path<String>, form: Form) -> Shown {
    let form = form.of_admin()?;
    let site = app.site(&name).await?;
    let fields = &form.fields;
    let new = NewBody {
        since: moment(fields, "since")?,
        until: moment(fields, "until")?,
        purposes: fields.text("purposes").split_whitespace().map(str::to_string).collect(),
        texts: texts(fields),
    };
    breaches::write(&app, &form.visit.holder.name, &site, new).await?;
    done(&format!("/admin/sites/{}/breaches", site.name))
}

/// A moment as a form has it, in UTC: `2026-11-23T15:04`.
fn moment(fields: &Fields, name: &'static str) -> Answer<String> {
    let text = fields.text(name);
    match text.len() {
        16 => Ok(format!("{text}:00.000Z")),
        19 => Ok(format!("{text}.000Z")),
        _ => Err(Problem::new(Kind::BadBody).detail(format!("{name}: not a moment"))),
    }
}

/// Each text beside its language.
fn texts(fields: &Fields) -> BTreeMap<String, String> {
    let texts = ["1", "2", "3"].into_iter().filter_map(|number| {
        let language = fields.get(&format!("language{number}"))?.to_string();
        // Lines of a form end as those of the wire do.
        Some((language, fields.text(&format!("text{number}")).replace("\r\n", "\n")))
    });
    texts.collect()
}
