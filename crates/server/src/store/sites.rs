//! Sites and their policies.

use assent_core::record::{Digest, Event, Kind, Publication};

use super::archive::{Actor, Archive};
use super::house::millis;
use super::public::place_of;
use super::reading::moment;
use super::sql::{Row, Tx};
use super::turn::Turn;
use super::types::{ErasureMode, PolicyVersion, Site, SiteSettings};
use super::{Error, Result};

const BY_NAME: &str =
    "SELECT site, name, origins, erasure, erasure_delay, restrict_key, restrict_for, retention
    FROM site WHERE name = $1";
const ALL: &str = "SELECT site, name, origins, erasure, erasure_delay, restrict_key, restrict_for, retention
    FROM site ORDER BY name";
const POLICIES: &str = "SELECT version, digest, document, published_at, at FROM policy WHERE site = $1
    ORDER BY version DESC";

/// An erasure may wait no longer, in milliseconds.
const LONGEST_DELAY: u64 = 86_400_000;

/// A site of a row.
pub(super) fn read(row: &Row) -> Result<Site> {
    let erasure = match (row.text(3)?, row.maybe_array(5)?) {
        ("full", _) => ErasureMode::Full,
        ("restrict", Some(to)) => {
            let days = u32::try_from(row.int(6)?).map_err(|_| Error::damaged("the settings of a site"))?;
            ErasureMode::Restrict { to, days }
        }
        _ => return Err(Error::damaged("the settings of a site")),
    };
    Ok(Site {
        number: row.int(0)?,
        name: row.text(1)?.into(),
        settings: SiteSettings {
            origins: row.text(2)?.split_whitespace().map(str::to_string).collect(),
            erasure,
            erasure_delay: row.count(4)?,
            retention_days: u32::try_from(row.int(7)?)
                .map_err(|_| Error::damaged("the settings of a site"))?,
        },
    })
}

/// All that is set, on one line, for the audit trail.
pub(super) fn told(site: &Site) -> String {
    let SiteSettings { origins, erasure, erasure_delay, retention_days } = &site.settings;
    let erasure = match erasure {
        ErasureMode::Full => "full".into(),
        ErasureMode::Restrict { to, days } => {
            let to: String = to.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("restrict to {to} for {days} days")
        }
    };
    let origins = origins.join(" ");
    format!(
        "{}: origins {origins}; erasure {erasure} after {erasure_delay} ms; retention {retention_days} days",
        site.name
    )
}

fn check(name: &str, settings: &SiteSettings) -> Result<()> {
    let good = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
    if name.is_empty() || name.len() > 64 || !name.bytes().all(good) {
        return Err(Error::Refused("a site's name is 1 to 64 of a-z, 0-9, - and _"));
    }
    let origin = |origin: &String| {
        !origin.is_empty() && origin.len() <= 255 && origin.bytes().all(|byte| byte.is_ascii_graphic())
    };
    if settings.origins.len() > 10 || !settings.origins.iter().all(origin) {
        return Err(Error::Refused("a site has at most 10 origins, as https://shop.example"));
    }
    if settings.erasure_delay > LONGEST_DELAY {
        return Err(Error::Refused("an erasure waits for 24 hours at most"));
    }
    Ok(())
}

async fn put(turn: &mut Turn, actor: &str, name: &str, settings: &SiteSettings) -> Result<Site> {
    let known = turn.tx.row(BY_NAME, &[name.into()]).await?.map(|row| read(&row)).transpose()?;
    if let Some(known) = known.as_ref().filter(|known| known.settings == *settings) {
        return Ok(known.clone());
    }
    let number = match &known {
        Some(known) => known.number,
        None => {
            let row = turn.tx.row("SELECT COALESCE(MAX(site), 0) FROM site", &[]).await?;
            row.ok_or_else(|| Error::damaged("no answer"))?.int(0)? + 1
        }
    };
    let site = Site { number, name: name.into(), settings: settings.clone() };
    let action = if known.is_some() { "change site" } else { "make site" };
    let at = turn.note(Kind::Admin, actor, action, &told(&site))?;
    let (mode, key, days) = match settings.erasure {
        ErasureMode::Full => ("full", None, 0),
        ErasureMode::Restrict { to, days } => ("restrict", Some(to), i64::from(days)),
    };
    let args = [
        number.into(),
        name.into(),
        settings.origins.join("\n").into(),
        mode.into(),
        i64::try_from(settings.erasure_delay).unwrap_or(i64::MAX).into(),
        key.into(),
        days.into(),
        i64::from(settings.retention_days).into(),
        millis(turn.now).into(),
        at.into(),
    ];
    let sql = "INSERT INTO site (site, name, origins, erasure, erasure_delay, restrict_key, restrict_for, retention,
            created_at, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (site) DO UPDATE SET origins = excluded.origins, erasure = excluded.erasure,
            erasure_delay = excluded.erasure_delay, restrict_key = excluded.restrict_key,
            restrict_for = excluded.restrict_for, retention = excluded.retention, at = excluded.at";
    turn.tx.run(sql, &args).await?;
    Ok(site)
}

async fn publish(turn: &mut Turn, actor: &str, site: &Site, document: &str) -> Result<()> {
    let digest = Digest::of(document.as_bytes());
    let newest = turn.tx.row(POLICIES, &[site.number.into()]).await?;
    let (mut version, mut present) = (1, None);
    if let Some(row) = &newest {
        (version, present) = (row.int(0)? + 1, Some(row.array(1)?));
    }
    if present == Some(digest.0) {
        return Ok(());
    }
    let number = u32::try_from(version).map_err(|_| Error::damaged("the version of a policy"))?;
    let publication = Publication { policy: digest, version: number, actor: actor.into() };
    let at = turn.add_own(None, Some(site), Event::Publication(publication))?;
    let args = [
        site.number.into(),
        version.into(),
        digest.0.into(),
        document.into(),
        millis(turn.now).into(),
        at.into(),
    ];
    let sql = "INSERT INTO policy (site, version, digest, document, published_at, at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    turn.tx.run(sql, &args).await.map(|_| ())
}

/// All policies of a site, the newest first.
pub(super) async fn policies(tx: &mut Tx, site: i64) -> Result<Vec<PolicyVersion>> {
    let mut policies = Vec::new();
    for row in tx.rows(POLICIES, &[site.into()]).await? {
        policies.push(PolicyVersion {
            version: u32::try_from(row.int(0)?).map_err(|_| Error::damaged("the version of a policy"))?,
            digest: Digest(row.array(1)?),
            document: row.text(2)?.into(),
            published_at: moment(&row, 3)?,
            place: place_of(tx, row.int(4)?).await?,
        });
    }
    Ok(policies)
}

impl Archive {
    /// A site by its name. Answered from memory where it can be.
    pub async fn site(&self, name: &str) -> Result<Site> {
        let now = self.house.clock.now();
        if let Some(site) = self.rooms.site(name, now) {
            return Ok(site);
        }
        let name = name.to_string();
        let read = self.readers.read(move |tx| {
            Box::pin(async move {
                let row = tx.row(BY_NAME, &[name.into()]).await?;
                self::read(&row.ok_or(Error::NotFound)?)
            })
        });
        let site = read.await?;
        self.rooms.put_site(&site, now);
        Ok(site)
    }

    /// All sites.
    pub async fn sites(&self) -> Result<Vec<Site>> {
        self.readers
            .read(|tx| Box::pin(async move { tx.rows(ALL, &[]).await?.iter().map(read).collect() }))
            .await
    }

    /// Makes a site or changes its settings. A leaf, unless nothing changes.
    pub async fn put_site(&self, actor: Actor<'_>, name: &str, settings: SiteSettings) -> Result<Site> {
        check(name, &settings)?;
        let (actor, name) = (actor.to_string(), name.to_string());
        let turn = self.queue.turn(move |turn| {
            let (actor, name, settings) = (actor.clone(), name.clone(), settings.clone());
            Box::pin(async move { put(turn, &actor, &name, &settings).await })
        });
        let (site, _) = turn.await?;
        self.rooms.put_site(&site, self.house.clock.now());
        Ok(site)
    }

    /// Publishes a policy: a leaf. The present one again changes nothing.
    pub async fn publish(&self, actor: Actor<'_>, site: &Site, document: &str) -> Result<PolicyVersion> {
        let (actor, site, document) = (actor.to_string(), site.clone(), document.to_string());
        let number = site.number;
        let turn = self.queue.turn(move |turn| {
            let (actor, site, document) = (actor.clone(), site.clone(), document.clone());
            Box::pin(async move { publish(turn, &actor, &site, &document).await })
        });
        turn.await?;
        let newest = self.policies_of(number).await?.into_iter().next().ok_or(Error::NotFound)?;
        self.rooms.put_present(number, &newest, self.house.clock.now());
        Ok(newest)
    }

    /// A published policy by its digest. Answered from memory where it can be.
    pub async fn policy(&self, site: &Site, digest: Digest) -> Result<PolicyVersion> {
        if let Some(policy) = self.rooms.policy(site.number, &digest.0) {
            return Ok(policy);
        }
        let found = self.policies_of(site.number).await?.into_iter().find(|policy| policy.digest == digest);
        let policy = found.ok_or(Error::NotFound)?;
        self.rooms.put_policy(site.number, &policy);
        Ok(policy)
    }

    /// The policy in force: the newest one.
    pub async fn present_policy(&self, site: &Site) -> Result<PolicyVersion> {
        let now = self.house.clock.now();
        if let Some(policy) = self.rooms.present(site.number, now) {
            return Ok(policy);
        }
        let policy = self.policies_of(site.number).await?.into_iter().next().ok_or(Error::NotFound)?;
        self.rooms.put_present(site.number, &policy, now);
        Ok(policy)
    }

    /// All published policies of a site, the newest first.
    pub async fn policies(&self, site: &Site) -> Result<Vec<PolicyVersion>> {
        self.policies_of(site.number).await
    }

    async fn policies_of(&self, site: i64) -> Result<Vec<PolicyVersion>> {
        self.readers.read(move |tx| Box::pin(policies(tx, site))).await
    }
}
