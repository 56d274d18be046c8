//! Sites, what they ask, and how long its answers are kept.

use std::sync::Arc;

use assent_core::json;
use assent_core::policy::Policy;
use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::Answer;
use super::super::app::App;
use super::super::body::{self, LongText};
use super::super::reply::PlaceBody;
use super::holder::{Admin, Auditor};
use crate::config::{is_site_name, key_of_hex, origin};
use crate::problem::{self, Kind, Problem};
use crate::store::{ErasureMode, PolicyVersion, Site, SiteSettings};

/// A site's settings.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SiteSettings)]
pub(in super::super) struct SettingsBody {
    /// The web origins that may send, as `https://shop.example`.
    pub(in super::super) origins: Vec<String>,
    /// `full` or `restrict`.
    #[serde(default = "full")]
    pub(in super::super) erasure: String,
    /// Who may open what is restricted: a public X25519 key of 64 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in super::super) erasure_key: Option<String>,
    /// How long what is restricted is kept, in days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in super::super) erasure_days: Option<u32>,
    /// How long an erasure waits, at most 24.
    #[serde(default)]
    pub(in super::super) erasure_after_hours: u64,
    /// How long after the end of a shard its records are kept, in days.
    pub(in super::super) retention_days: u32,
}

fn full() -> String {
    "full".into()
}

/// A site.
#[derive(Serialize, ToSchema)]
#[schema(as = Site)]
pub(in super::super) struct SiteBody {
    /// Its name in addresses.
    pub(in super::super) name: String,
    /// What may be changed.
    pub(in super::super) settings: SettingsBody,
}

/// All sites.
#[derive(Serialize, ToSchema)]
#[schema(as = Sites)]
pub(in super::super) struct SitesBody {
    /// The sites.
    sites: Vec<SiteBody>,
}

impl SiteBody {
    pub(in super::super) fn of(site: Site) -> SiteBody {
        let settings = site.settings;
        let (erasure, erasure_key, erasure_days) = match settings.erasure {
            ErasureMode::Full => ("full", None, None),
            ErasureMode::Restrict { to, days } => {
                ("restrict", Some(to.iter().map(|byte| format!("{byte:02x}")).collect()), Some(days))
            }
        };
        let settings = SettingsBody {
            origins: settings.origins,
            erasure: erasure.into(),
            erasure_key,
            erasure_days,
            erasure_after_hours: settings.erasure_delay / 3_600_000,
            retention_days: settings.retention_days,
        };
        SiteBody { name: site.name, settings }
    }
}

impl SettingsBody {
    fn read(self) -> Answer<SiteSettings> {
        let bad = |what: &str| Problem::new(Kind::BadBody).detail(what);
        if self.origins.is_empty() || self.origins.iter().any(|text| origin(text).is_none()) {
            return Err(bad("origins: at least one, each as \"https://shop.example\""));
        }
        if self.erasure_after_hours > 24 {
            return Err(bad("erasure_after_hours: at most 24"));
        }
        let erasure = match (self.erasure.as_str(), self.erasure_key, self.erasure_days) {
            ("full", None, None) => ErasureMode::Full,
            ("restrict", Some(key), Some(days)) if days > 0 => {
                let to = key_of_hex(&key).ok_or_else(|| bad("erasure_key: 64 hexadecimal digits"))?;
                ErasureMode::Restrict { to, days }
            }
            _ => return Err(bad("erasure: \"full\", or \"restrict\" with erasure_key and erasure_days")),
        };
        Ok(SiteSettings {
            origins: self.origins,
            erasure,
            erasure_delay: self.erasure_after_hours * 3_600_000,
            retention_days: self.retention_days,
        })
    }
}

/// All sites.
#[utoipa::path(
    get, path = "/v1/admin/sites", tag = "admin", security(("token" = [])),
    responses(
        (status = 200, description = "The sites", body = SitesBody),
        (status = "default", description = "What is wrong", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(in super::super) async fn list(State(app): State<Arc<App>>, _: Auditor) -> Answer<Json<SitesBody>> {
    let sites = app.archive.sites().await?;
    Ok(Json(SitesBody { sites: sites.into_iter().map(SiteBody::of).collect() }))
}

/// Make a site, or change its settings.
#[utoipa::path(
    put, path = "/v1/admin/sites/{site}", tag = "admin", security(("token" = [])),
    params(("site" = String, Path, description = "The site's name: 1 to 32 of a-z, 0-9 and -")),
    request_body(content = SettingsBody),
    responses(
        (status = 200, description = "As it is from now on", body = SiteBody),
        (status = "default", description = "What is wrong", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(in super::super) async fn put(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path(name): Path<String>,
    LongText(text): LongText,
) -> Answer<Json<SiteBody>> {
    let site = change(&app, admin.name(), &name, body::parse(&text)?).await?;
    Ok(Json(SiteBody::of(site)))
}

/// Makes a site, or changes its settings.
pub(in super::super) async fn change(
    app: &App,
    actor: &str,
    name: &str,
    settings: SettingsBody,
) -> Answer<Site> {
    if !is_site_name(name) {
        return Err(Problem::new(Kind::BadParameter).detail("site: 1 to 32 of a-z, 0-9 and -"));
    }
    Ok(app.archive.put_site(actor, name, settings.read()?).await?)
}

/// A published policy.
#[derive(Serialize, ToSchema)]
#[schema(as = Policy)]
pub(in super::super) struct PolicyBody {
    /// 1, 2, 3 at each site.
    version: u32,
    /// Its name in records and addresses.
    digest: String,
    /// Since when.
    #[schema(format = DateTime)]
    published_at: String,
    /// Which leaf says so.
    place: PlaceBody,
}

/// All published policies of a site.
#[derive(Serialize, ToSchema)]
#[schema(as = Policies)]
pub(in super::super) struct PoliciesBody {
    /// The newest first, which is in force.
    policies: Vec<PolicyBody>,
}

impl PolicyBody {
    fn of(version: &PolicyVersion) -> PolicyBody {
        PolicyBody {
            version: version.version,
            digest: version.digest.text(),
            published_at: version.published_at.text(),
            place: PlaceBody::of(&version.place),
        }
    }
}

/// All published policies of a site.
#[utoipa::path(
    get, path = "/v1/admin/sites/{site}/policies", tag = "admin", security(("token" = [])),
    params(("site" = String, Path, description = "The site's name")),
    responses(
        (status = 200, description = "The policies", body = PoliciesBody),
        (status = "default", description = "What is wrong", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(in super::super) async fn policies(
    State(app): State<Arc<App>>,
    _: Auditor,
    Path(name): Path<String>,
) -> Answer<Json<PoliciesBody>> {
    let site = app.site(&name).await?;
    let policies = app.archive.policies(&site).await?;
    Ok(Json(PoliciesBody { policies: policies.iter().map(PolicyBody::of).collect() }))
}

/// Publish a policy, which is in force from then on.
///
/// A policy with errors is refused; the problem's detail has the code and place of each, as docs/policy.md lists them.
#[utoipa::path(
    post, path = "/v1/admin/sites/{site}/policies", tag = "admin", security(("token" = [])),
    params(("site" = String, Path, description = "The site's name")),
    request_body(content = String, content_type = "application/json", description = "The policy file"),
    responses(
        (status = 200, description = "It is in force", body = PolicyBody),
        (status = "default", description = "What is wrong", body = problem::Body, content_type = "application/problem+json"),
    )
)]
pub(in super::super) async fn publish(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path(name): Path<String>,
    LongText(text): LongText,
) -> Answer<Json<PolicyBody>> {
    let version = put_in_force(&app, admin.name(), &app.site(&name).await?, &text).await?;
    Ok(Json(PolicyBody::of(&version)))
}

/// Publishes a policy, if it has no errors.
pub(in super::super) async fn put_in_force(
    app: &App,
    actor: &str,
    site: &Site,
    text: &str,
) -> Answer<PolicyVersion> {
    let policy = Policy::from_json(text).map_err(|diagnostics| {
        // Codes and places are ours; what was found there was sent, and is not repeated.
        let faults =
            diagnostics.iter().map(|fault| format!("A{} {}", fault.code.number(), place(&fault.path)));
        Problem::new(Kind::BadPolicy).detail(faults.collect::<Vec<_>>().join(", "))
    })?;
    let mut document = String::with_capacity(text.len());
    json::write_value(&mut document, &policy.doc);
    Ok(app.archive.publish(actor, site, &document).await?)
}

/// A path with what is surely ours: a key of a stranger's file is cut off.
fn place(path: &str) -> &str {
    let is_ours = |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '[' | ']' | '-' | '_');
    let end = path.find(|char| !is_ours(char)).unwrap_or(path.len());
    path.get(..end.min(80)).unwrap_or_default()
}
