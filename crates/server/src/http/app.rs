//! What all handlers share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use assent_core::policy::Policy;
use assent_core::record::{Digest, Uuid};

use super::accept::Door;
use super::{Answer, Counts, accept};
use crate::config::{Config, Limits, RegionConfig};
use crate::gvl::VendorLists;
use crate::limit::Rates;
use crate::problem::{Kind, Problem};
use crate::region::{Countries, TokenKey};
use crate::sdk::Sdk;
use crate::store::{Archive, Clock, Entropy, PolicyVersion, Release, Site};

/// How many policies are kept in their read form. More than that are not in force anywhere at once.
const MOST_POLICIES: usize = 256;

/// One running archive.
pub(crate) struct App {
    pub(super) archive: Archive,
    pub(super) limits: Limits,
    pub(super) region: Arc<RegionConfig>,
    pub(super) countries: Countries,
    pub(super) statistics: Release,
    pub(super) origin: String,
    pub(super) rates: Rates,
    pub(super) metrics: Counts,
    pub(super) sdk: Sdk,
    pub(super) tokens: TokenKey,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
    /// The site of `/assent.js`, if there is only one.
    pub(super) only_site: Option<String>,
    /// The vendor lists of the sites that have one, by the site's name.
    pub(super) vendor_lists: HashMap<String, Arc<VendorLists>>,
    policies: Mutex<HashMap<[u8; 32], Arc<Policy>>>,
}

impl App {
    pub(super) fn new(
        config: Config,
        archive: Archive,
        sdk: Sdk,
        countries: Countries,
        tokens: TokenKey,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> App {
        let only_site = match config.sites.as_slice() {
            [site] => Some(site.id.clone()),
            _ => None,
        };
        let vendor_lists = config.sites.iter().filter_map(|site| {
            Some((site.id.clone(), Arc::new(VendorLists::open(site.vendor_list.as_ref()?))))
        });
        App {
            vendor_lists: vendor_lists.collect(),
            archive,
            limits: config.limits,
            rates: Rates::new(&config.limits),
            region: Arc::new(config.region),
            countries,
            statistics: config.statistics,
            origin: config.log.origin,
            metrics: Counts::default(),
            sdk,
            tokens,
            clock,
            entropy,
            only_site,
            policies: Mutex::default(),
        }
    }

    pub(super) fn door<A: accept::Answer>(&self, answer: A) -> Door<A> {
        Door {
            answer,
            limits: self.limits,
            region: Arc::clone(&self.region),
            metrics: Arc::clone(&self.metrics),
        }
    }

    /// A site by its name in the address.
    pub(super) async fn site(&self, name: &str) -> Answer<Site> {
        if !crate::config::is_site_name(name) {
            return Err(Problem::new(Kind::NotFound));
        }
        Ok(self.archive.site(name).await?)
    }

    /// The policy in force at a site, and its read form.
    pub(super) async fn present(&self, site: &Site) -> Answer<(PolicyVersion, Arc<Policy>)> {
        let version = self.archive.present_policy(site).await?;
        let policy = self.read(&version.digest, &version.document)?;
        Ok((version, policy))
    }

    /// A policy that a site has published, be it in force or not, and its read form.
    pub(super) async fn policy(&self, site: &Site, digest: Digest) -> Answer<(PolicyVersion, Arc<Policy>)> {
        let version = self.archive.policy(site, digest).await?;
        let policy = self.read(&version.digest, &version.document)?;
        Ok((version, policy))
    }

    fn read(&self, digest: &Digest, document: &str) -> Answer<Arc<Policy>> {
        if let Some(policy) = self.policies.lock().ok().and_then(|known| known.get(&digest.0).cloned()) {
            return Ok(policy);
        }
        let policy = Policy::from_json(document).map_err(|_| {
            tracing::error!("a published policy has errors: it was published by another version");
            Problem::new(Kind::Internal)
        })?;
        let policy = Arc::new(policy);
        if let Ok(mut known) = self.policies.lock() {
            if known.len() >= MOST_POLICIES {
                known.clear();
            }
            known.insert(digest.0, Arc::clone(&policy));
        }
        Ok(policy)
    }

    /// A new id, where the sender has drawn none.
    pub(super) fn draw_id(&self) -> Answer<Uuid> {
        let mut random = [0; 10];
        self.entropy.fill(&mut random)?;
        Ok(Uuid::new(self.clock.now(), random))
    }
}
