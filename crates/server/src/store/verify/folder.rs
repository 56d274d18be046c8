//! A log as files.

use std::fs;
use std::path::Path;

use assent_core::record::tree::{Edge, Tile, leaf_hash, split_entries};

use super::Findings;
use crate::store::public::all_tiles;
use crate::store::{Error, Result, sign};

/// Looks at a log that was written to a folder. `verifiers` are the keys it must be signed with, one of them at least.
pub fn verify_folder(folder: &Path, verifiers: &[String]) -> Result<Findings> {
    let mut findings = Findings::default();
    let note = fs::read_to_string(folder.join("checkpoint"))
        .map_err(|_| Error::Refused("the folder has no checkpoint: name one that holds a log"))?;
    let Some(checkpoint) = sign::read_checkpoint(&note) else {
        findings.faults.push("checkpoint: not one".into());
        return Ok(findings);
    };
    let origin = &checkpoint.origin;
    if !sign::is_signed(&note, verifiers) {
        findings.faults.push(format!("{origin}: the checkpoint is not signed with one of the keys"));
    }
    let mut edge = Edge::new();
    let mut made = Vec::new();
    for bundle in all_tiles(checkpoint.size).take_while(|tile| tile.level == 0) {
        let path = bundle.entries_path();
        let bytes = fs::read(folder.join(&path)).unwrap_or_default();
        let leaves = split_entries(&bytes).filter(|leaves| leaves.len() == usize::from(bundle.width));
        let Some(leaves) = leaves else {
            findings.faults.push(format!("{origin}, {path}: missing, or not an entry bundle of its width"));
            return Ok(findings);
        };
        for leaf in leaves {
            edge.append(leaf_hash(leaf), |tile, hashes| made.push((tile, hashes.concat())));
            findings.leaves += 1;
        }
        for (tile, hashes) in made.drain(..) {
            held(folder, origin, &tile, &hashes, &mut findings);
        }
    }
    for level in 0..8 {
        if let Some((tile, hashes)) = edge.partial(level) {
            held(folder, origin, &tile, &hashes.concat(), &mut findings);
        }
    }
    if edge.frontier().root() != checkpoint.root {
        findings.faults.push(format!("{origin}: the checkpoint is not that of the leaves"));
    }
    Ok(findings)
}

/// Holds the file of a tile against what the leaves make.
fn held(folder: &Path, origin: &str, tile: &Tile, hashes: &[u8], findings: &mut Findings) {
    let path = tile.path();
    if fs::read(folder.join(&path)).map_or(true, |stored| stored != hashes) {
        findings.faults.push(format!("{origin}, {path}: not what the leaves make"));
    }
}
