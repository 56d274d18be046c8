//! One pass over a log.

use std::cmp::Ordering;
use std::collections::HashMap;

use assent_core::record::tree::{Edge, Frontier, Tile};
use assent_core::record::{Event, Hash};

use super::{Findings, Told, fault, name};
use crate::keys::{Keys, Secret};
use crate::store::house::at;
use crate::store::people::about_key;
use crate::store::public::all_tiles;
use crate::store::reading::{Opened, Stored};
use crate::store::sql::{Row, Tx};
use crate::store::types::{LogHead, LogState};
use crate::store::{Result, sign};

/// How many rows are read at once.
const STEP: i64 = 1000;

/// Leaves with what is kept of their people, in one statement: one for each person would cost as much as all the rest.
const LEAVES: &str = "SELECT record.at, record.kind, record.site, record.id, record.subject, record.prev,
        record.received_at, record.commitment, record.sealed, record.gone,
        subject.auth, subject.kek, subject.dek, subject.last
    FROM record LEFT JOIN subject ON subject.site = record.site AND subject.subject = record.subject
    WHERE record.at >= $1 AND record.at < $2 ORDER BY record.at LIMIT $3";

/// A log on which one pass is made.
pub(super) struct Pass<'p> {
    logs: &'p [(i64, LogHead)],
    log: i64,
    head: &'p LogHead,
    /// The keys, and the house's own, if there are any.
    keys: Option<(&'p Keys, &'p Secret)>,
    /// Names of sites.
    sites: HashMap<i64, String>,
    edge: Edge,
    frontier: Frontier,
}

impl<'p> Pass<'p> {
    pub(super) fn new(
        logs: &'p [(i64, LogHead)],
        (log, head): (i64, &'p LogHead),
        keys: Option<(&'p Keys, &'p Secret)>,
    ) -> Pass<'p> {
        Pass { logs, log, head, keys, sites: HashMap::new(), edge: Edge::new(), frontier: Frontier::new() }
    }

    pub(super) async fn run(&mut self, tx: &mut Tx, findings: &mut Findings, told: &mut Told) -> Result<()> {
        for row in tx.rows("SELECT site, name FROM site", &[]).await? {
            self.sites.insert(row.int(0)?, row.text(1)?.into());
        }
        let origin = &self.head.origin;
        let (mut next, end) = (at(self.log, 0), at(self.log + 1, 0));
        let mut broken = false;
        loop {
            let rows = tx.rows(LEAVES, &[next.into(), end.into(), STEP.into()]).await?;
            for row in &rows {
                let found = row.int(0)?;
                if found != next {
                    findings.faults.push(format!("{}: missing", name(self.logs, next)));
                    broken = true;
                }
                next = found + 1;
                findings.leaves += 1;
                let stored = match Stored::read(row) {
                    Ok(stored) => stored,
                    Err(error) => {
                        findings.faults.push(format!("{}: {error}", name(self.logs, found)));
                        broken = true;
                        continue;
                    }
                };
                self.leaf(tx, &stored, findings).await?;
                self.payload(row, &stored, findings, told);
            }
            if (rows.len() as i64) < STEP {
                break;
            }
        }
        if self.edge.size() != self.head.size {
            let size = self.head.size;
            findings.faults.push(format!("{origin}: {} leaves, and the head says {size}", self.edge.size()));
            broken = true;
        }
        self.head(tx, broken, findings).await
    }

    /// Grows the tree by a leaf, and looks at the tiles that are full with it.
    async fn leaf(&mut self, tx: &mut Tx, stored: &Stored, findings: &mut Findings) -> Result<()> {
        let hash = sign::leaf(stored.kind, &stored.commitment);
        self.frontier.append(hash);
        let mut full = Vec::new();
        self.edge.append(hash, |tile, hashes| full.push((tile, hashes.concat())));
        for (tile, hashes) in full {
            self.tile(tx, &tile, &hashes, findings).await?;
        }
        Ok(())
    }

    async fn tile(&self, tx: &mut Tx, tile: &Tile, hashes: &[u8], findings: &mut Findings) -> Result<()> {
        let sql = "SELECT hashes FROM tile WHERE log = $1 AND level = $2 AND n = $3";
        let n = i64::try_from(tile.n).unwrap_or(i64::MAX);
        let row = tx.row(sql, &[self.log.into(), i64::from(tile.level).into(), n.into()]).await?;
        if row.is_none_or(|row| row.bytes(0).map_or(true, |stored| stored != hashes)) {
            let origin = &self.head.origin;
            findings.faults.push(format!("{origin}, {}: not what the leaves make", tile.path()));
        }
        Ok(())
    }

    /// Tiles that still grow, frontier, and the signed checkpoint.
    async fn head(&self, tx: &mut Tx, broken: bool, findings: &mut Findings) -> Result<()> {
        let origin = &self.head.origin;
        let mut fault = |what: &str| findings.faults.push(format!("{origin}: {what}"));
        let sql = "SELECT frontier FROM log WHERE log = $1";
        let row = tx.row(sql, &[self.log.into()]).await?;
        if row.is_none_or(|row| row.bytes(0).map_or(true, |stored| stored != self.frontier.bytes())) {
            fault("the frontier is not what the leaves make");
        }
        let checkpoint = sign::read_checkpoint(&self.head.checkpoint);
        let agrees = checkpoint.is_some_and(|checkpoint| {
            checkpoint.origin == *origin
                && checkpoint.size == self.edge.size()
                && checkpoint.root == self.frontier.root()
        });
        if !agrees {
            fault("the checkpoint is not that of the leaves");
        }
        // What is signed now must be signed with a key that is here, whatever the table of signers says.
        let here: Vec<String> = match self.keys {
            Some((keys, _)) if self.head.state == LogState::Open => {
                keys.signing().map(|key| sign::verifier(origin, key)).collect()
            }
            _ => self.head.verifiers.clone(),
        };
        if !sign::is_signed(&self.head.checkpoint, &here) {
            fault("the checkpoint is not signed with a key of this log");
        }
        if let Some((keys, _)) = self.keys {
            let known =
                |verifier: &String| keys.signing().any(|key| sign::verifier(origin, key) == *verifier);
            if self.head.state == LogState::Open && !self.head.verifiers.iter().any(known) {
                fault("the table of signers names none of the keys");
            }
        }
        if broken {
            return Ok(());
        }
        for level in 1..8 {
            if let Some((tile, hashes)) = self.edge.partial(level) {
                self.tile(tx, &tile, &hashes.concat(), findings).await?;
            }
        }
        let stored = |tile: &Tile| tile.level > 0 || tile.is_full();
        let wanted = all_tiles(self.head.size).filter(stored).count();
        let row = tx.row("SELECT COUNT(*) FROM tile WHERE log = $1", &[self.log.into()]).await?;
        if row.is_some_and(|row| row.int(0).map_or(true, |count| count != wanted as i64)) {
            findings.faults.push(format!("{origin}: tiles that do not belong to it"));
        }
        Ok(())
    }

    /// Opens a leaf and holds it against its row.
    fn payload(&self, row: &Row, stored: &Stored, findings: &mut Findings, told: &mut Told) {
        let fault_of = |what: &str| format!("{}: {what}", name(self.logs, stored.at));
        if let Some(tombstone) = stored.gone {
            told.gone.insert(stored.at, tombstone);
            let rest = (stored.id, stored.subject, stored.prev, stored.received_at);
            if rest != (None, None, None, None) {
                findings.faults.push(fault_of("erased, and not all of it is gone"));
            }
            return;
        }
        let Some((keys, own)) = self.keys else { return };
        let key = match (stored.site, stored.subject) {
            (Some(site), Some(subject)) => {
                let person = person(row, keys, (site, &subject));
                match person.as_ref().map(|(_, last)| last.cmp(&Some(stored.at))) {
                    Some(Ordering::Equal) => told.begun += 1,
                    Some(Ordering::Greater) => {}
                    // That the key does not open is told with each leaf, and once with the person.
                    Some(Ordering::Less) | None => told.astray = true,
                }
                person.map(|(key, _)| key)
            }
            _ => Some(own.clone()),
        };
        let Some(key) = key else {
            findings.faults.push(fault_of("its person's key does not open or is missing"));
            return;
        };
        match stored.open(&key) {
            Ok(opened) => {
                findings.records += 1;
                if !self.agrees(stored, &opened) {
                    findings.faults.push(fault_of("the record says something else than its row"));
                }
                self.tell(stored.at, opened, told);
            }
            Err(error) => findings.faults.push(fault_of(&fault(&error))),
        }
    }

    /// Whether a record is about the person and the site of its row.
    fn agrees(&self, stored: &Stored, opened: &Opened) -> bool {
        let site = stored.site.and_then(|site| self.sites.get(&site));
        let subject = match &opened.record.event {
            Event::Decision(decision) => Some(decision.subject),
            _ => None,
        };
        site == opened.record.site.as_ref() && subject == stored.subject
    }

    /// Remembers what a leaf says about other tables.
    fn tell(&self, leaf: i64, opened: Opened, told: &mut Told) {
        match opened.record.event {
            Event::Decision(_) => {}
            Event::Erasure(erasure) => {
                for (origin, indices) in erasure.erased {
                    let log = self.logs.iter().find(|(_, head)| head.origin == origin);
                    let log = log.map_or(0, |(log, _)| *log);
                    told.named.extend(indices.into_iter().map(|index| (at(log, index), leaf)));
                }
            }
            Event::Publication(publication) => {
                told.policies.insert(leaf, (publication.version, publication.policy));
            }
            Event::Act(act) => {
                told.acts.insert(leaf, (act.action, act.object));
            }
        }
    }
}

/// The key of a leaf's person, if it opens, and their newest leaf as it is stored. Reads what [`LEAVES`] adds to a leaf.
fn person(row: &Row, keys: &Keys, (site, subject): (i64, &Hash)) -> Option<(Secret, Option<i64>)> {
    let auth = row.maybe_array(10).ok()?;
    let about = about_key(site, subject, auth.as_ref());
    let key = keys.unwrap(row.int(11).ok()?, row.bytes(12).ok()?, &about).ok()?;
    Some((key, row.maybe_int(13).ok()?))
}
