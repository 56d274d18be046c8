//! Everything that is stored, computed once more, and held against what is stored.
//!
//! What this is: every leaf is opened and held against its commitment, the tree is grown anew, and tiles, frontier, signed
//! checkpoint, tombstones, histories, policies and settings have to agree with it. Each fault is told with its place.
//!
//! What it is not: a repair. It takes no more memory for more people, as long as their histories begin where they should;
//! if one does not, all of them are gathered to tell which.

mod folder;
mod pass;

use std::collections::{HashMap, HashSet};
use std::path::Path;

use assent_core::record::Digest;

use super::engine::Readers;
use super::house::{at, place};
use super::public::heads;
use super::reading::own_key;
use super::sql::Tx;
use super::types::{Database, LogHead, LogState};
use super::{Error, Result, open, sites};
use crate::keys::Keys;
use pass::Pass;

pub use folder::verify_folder;

/// What a look at everything found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// How many leaves were looked at.
    pub leaves: u64,
    /// How many records were opened and held against their leaf.
    pub records: u64,
    /// How many leaves are erased, with a tombstone that says so.
    pub erased: u64,
    /// What does not agree, each with its place: `consent.example.com/2026h2, leaf 17: …`. Empty if all is well.
    pub faults: Vec<String>,
}

/// Looks at a whole database, without changing it and while it may be in use. Without the keys' directory, what is
/// sealed is not opened.
pub async fn verify_database(database: &Database, keys: Option<&Path>) -> Result<Findings> {
    let readers = Readers::open(database, 1)?;
    let keys = keys.map(|directory| Keys::open(directory, None)).transpose()?;
    readers.read(move |tx| Box::pin(look(tx, keys))).await
}

/// What the leaves say about what is in other tables.
#[derive(Default)]
struct Told {
    /// How many people's newest leaf, as it is stored with them, is one of theirs that was found.
    begun: u64,
    /// Whether a leaf is newer than its person's newest, or its person's key does not open.
    astray: bool,
    /// Which tombstone a row points to.
    gone: HashMap<i64, i64>,
    /// What tombstones name.
    named: HashMap<i64, i64>,
    /// Publications: leaf to version and digest.
    policies: HashMap<i64, (u32, Digest)>,
    /// Acts of the house: leaf to action and object.
    acts: HashMap<i64, (String, String)>,
}

async fn look(tx: &mut Tx, keys: Option<Keys>) -> Result<Findings> {
    if tx.is_sqlite() {
        // In KiB: the upper storeys of the table of people, which each leaf goes through.
        tx.batch("PRAGMA cache_size = -16384").await?;
    }
    let mut findings = Findings::default();
    let own = match &keys {
        None => None,
        Some(keys) => {
            if let Err(error) = open::guard(tx, keys).await {
                findings.faults.push(error.to_string());
            }
            match own_key(tx, keys).await {
                Ok(own) => own,
                Err(error) => {
                    findings.faults.push(format!("the house's own key: {error}"));
                    None
                }
            }
        }
    };
    let logs = heads(tx).await?;
    let mut told = Told::default();
    for (log, head) in logs.iter().filter(|(_, head)| head.state != LogState::Dropped) {
        let mut pass = Pass::new(&logs, (*log, head), keys.as_ref().zip(own.as_ref()));
        pass.run(tx, &mut findings, &mut told).await?;
    }
    let opened = keys.is_some() && own.is_some();
    dropped(tx, &logs, &told, opened, &mut findings).await?;
    let kept: HashSet<i64> =
        logs.iter().filter(|(_, head)| head.state != LogState::Dropped).map(|(log, _)| *log).collect();
    if opened {
        tombstones(&logs, &kept, &told, &mut findings);
        policies(tx, &kept, &told, &mut findings).await?;
        settings(tx, &kept, &told, &mut findings).await?;
    }
    if let Some(keys) = &keys {
        // Who has no leaf that is their newest, nobody has looked at yet.
        let people = tx.row("SELECT COUNT(*) FROM subject WHERE site <> 0", &[]).await?;
        let all_begun = people.is_some_and(|people| people.count(0).is_ok_and(|people| people == told.begun));
        if told.astray || !all_begun || own.is_none() {
            subjects(tx, keys, &logs, &mut findings).await?;
        }
    }
    findings.erased = told.gone.len() as u64;
    Ok(findings)
}

/// A leaf as it is told.
fn name(logs: &[(i64, LogHead)], leaf: i64) -> String {
    let (log, index) = place(leaf);
    let origin = logs
        .iter()
        .find(|(known, _)| *known == log)
        .map_or("a log that is not there", |(_, head)| &head.origin);
    format!("{origin}, leaf {index}")
}

/// Logs that were dropped have no leaves, and a leaf says that they were.
async fn dropped(
    tx: &mut Tx,
    logs: &[(i64, LogHead)],
    told: &Told,
    opened: bool,
    findings: &mut Findings,
) -> Result<()> {
    let oldest_kept = logs.iter().find(|(_, head)| head.state != LogState::Dropped).map(|(log, _)| *log);
    for (log, head) in logs.iter().filter(|(_, head)| head.state == LogState::Dropped) {
        let left = "SELECT at FROM record WHERE at >= $1 AND at < $2 LIMIT 1";
        if tx.row(left, &[at(*log, 0).into(), at(log + 1, 0).into()]).await?.is_some() {
            findings.faults.push(format!("{}: said to be dropped, and has leaves", head.origin));
        }
        let said = |(action, object): &(String, String)| {
            action == "drop log" && object == &format!("{}, {} leaves", head.origin, head.size)
        };
        // The leaf that says it may have been dropped itself, but not for the newest of them.
        let last = oldest_kept.is_some_and(|oldest| oldest == log + 1);
        if opened && last && !told.acts.values().any(said) {
            findings.faults.push(format!("{}: said to be dropped, and no leaf says when", head.origin));
        }
    }
    Ok(())
}

/// What is erased is named by its tombstone, and what a tombstone names is erased.
fn tombstones(logs: &[(i64, LogHead)], kept: &HashSet<i64>, told: &Told, findings: &mut Findings) {
    for (leaf, tombstone) in &told.gone {
        let gone_too = !kept.contains(&place(*tombstone).0) && place(*tombstone).0 < place(*leaf).0;
        if told.named.get(leaf) != Some(tombstone) && !gone_too {
            findings.faults.push(format!("{}: erased, and no tombstone names it", name(logs, *leaf)));
        }
    }
    for (leaf, tombstone) in &told.named {
        if kept.contains(&place(*leaf).0) && told.gone.get(leaf) != Some(tombstone) {
            findings
                .faults
                .push(format!("{}: a tombstone names it, and it is not erased", name(logs, *leaf)));
        }
    }
}

/// Policies are the documents that were published.
async fn policies(tx: &mut Tx, kept: &HashSet<i64>, told: &Told, findings: &mut Findings) -> Result<()> {
    let rows = tx.rows("SELECT site, version, digest, document, at FROM policy", &[]).await?;
    let mut seen = HashSet::new();
    for row in &rows {
        let (site, version, digest) = (row.int(0)?, row.int(1)?, Digest(row.array(2)?));
        let leaf = row.int(4)?;
        seen.insert(leaf);
        let said = told.policies.get(&leaf).map(|(version, digest)| (i64::from(*version), *digest));
        let agrees = said == Some((version, digest)) || !kept.contains(&place(leaf).0);
        if !agrees || Digest::of(row.text(3)?.as_bytes()) != digest {
            findings.faults.push(format!("policy {version} of site {site}: not what was published"));
        }
    }
    for leaf in told.policies.keys().filter(|leaf| !seen.contains(leaf)) {
        findings.faults.push(format!(
            "leaf {} of log {}: the policy is missing",
            place(*leaf).1,
            place(*leaf).0
        ));
    }
    Ok(())
}

/// Settings of sites are what a leaf says.
async fn settings(tx: &mut Tx, kept: &HashSet<i64>, told: &Told, findings: &mut Findings) -> Result<()> {
    let sql = "SELECT site, name, origins, erasure, erasure_delay, restrict_key, restrict_for, retention, at FROM site";
    for row in tx.rows(sql, &[]).await? {
        let leaf = row.int(8)?;
        let agrees = match sites::read(&row) {
            Ok(site) => told.acts.get(&leaf).is_some_and(|(_, object)| *object == sites::told(&site)),
            Err(_) => false,
        };
        if !agrees && kept.contains(&place(leaf).0) {
            findings.faults.push(format!("site {}: its settings are not what was set", row.int(0)?));
        }
    }
    Ok(())
}

/// Each person's key opens with their token's hash, and their history begins with their newest record.
async fn subjects(tx: &mut Tx, keys: &Keys, logs: &[(i64, LogHead)], findings: &mut Findings) -> Result<()> {
    let mut newest = HashMap::new();
    let sql = "SELECT site, subject, MAX(at) FROM record WHERE subject IS NOT NULL AND gone IS NULL GROUP BY site, subject";
    for row in tx.rows(sql, &[]).await? {
        // What has not its form was told with its leaf.
        if let (Ok(site), Ok(subject)) = (row.int(0), row.array::<32>(1)) {
            newest.insert((site, subject), row.int(2)?);
        }
    }
    const STEP: i64 = 1000;
    let mut from: (i64, Vec<u8>) = (i64::MIN, Vec::new());
    let mut seen = 0;
    loop {
        let sql = "SELECT site, subject, auth, kek, dek, last FROM subject
            WHERE site > $1 OR (site = $1 AND subject > $2) ORDER BY site, subject LIMIT $3";
        let rows = tx.rows(sql, &[from.0.into(), from.1.as_slice().into(), STEP.into()]).await?;
        for row in &rows {
            let (site, last) = (row.int(0)?, row.maybe_int(5)?);
            from = (site, row.bytes(1)?.to_vec());
            let whose = || match last {
                Some(leaf) => {
                    format!("{}: the person whose newest record this is said to be", name(logs, leaf))
                }
                None => "the house itself".into(),
            };
            let Ok(subject) = row.array::<32>(1) else {
                findings.faults.push(format!("{}: the pseudonym is none", whose()));
                continue;
            };
            let auth = row.maybe_array(2).unwrap_or(Some([0; 32]));
            let about = super::people::about_key(site, &subject, auth.as_ref());
            if keys.unwrap(row.int(3)?, row.bytes(4)?, &about).is_err() {
                findings.faults.push(format!("{}: key, token or pseudonym were changed", whose()));
            }
            if site == 0 {
                continue;
            }
            seen += 1;
            if newest.get(&(site, subject)).copied() != last {
                findings.faults.push(format!("{}: the history does not begin there", whose()));
            }
        }
        if (rows.len() as i64) < STEP {
            break;
        }
    }
    if seen < newest.len() {
        let missing = newest.len() - seen;
        findings.faults.push(format!("{missing} people have records, and no key"));
    }
    Ok(())
}

/// A fault of a leaf, as it is told.
fn fault(error: &Error) -> String {
    let text = error.to_string();
    text.split_once(": ")
        .map_or(text.clone(), |(_, what)| what.rsplit_once(": ").map_or(what, |(_, what)| what).into())
}
