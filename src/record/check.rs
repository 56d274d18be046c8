//! Whether a receipt holds, and whether the log only grew.
//!
//! What this is: the core's checks, in the two steps that a browser's cryptography needs: first everything but the
//! signatures, which are named with key and message, then the verdicts. What is compared with an earlier visit is the log
//! itself: who was shown a shorter or another log than before is told.

use assent_core::record::note::{Checkpoint, VerifierKey};
use assent_core::record::tree::{Tile, tiles};
use assent_core::record::{Bundle, Claim};
use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use serde::Serialize;

use super::receipt::{Head, Receipt};

/// What a first look found.
#[derive(Debug, Default, PartialEq, Serialize)]
pub struct Look {
    /// Why it proves nothing; empty if it holds as soon as its signatures do.
    pub fault: &'static str,
    /// The signatures that are to be checked.
    pub claims: Vec<Signed>,
    /// The log as it is told here.
    pub head: Option<Head>,
}

/// A signature, its parts in base64url.
#[derive(Debug, PartialEq, Serialize)]
pub struct Signed {
    /// The public key: Ed25519.
    pub key: String,
    /// What is said to be signed.
    pub message: String,
    /// The signature.
    pub signature: String,
}

/// Looks at a receipt, with the keys of its log.
pub fn receipt(receipt: &Receipt, keys: &[String]) -> Look {
    let keys = read(keys);
    let Ok(salt) = Base64UrlUnpadded::decode_vec(&receipt.salt) else { return refused("record") };
    let Ok(salt) = salt.try_into() else { return refused("record") };
    let bundle = Bundle {
        record: receipt.record.clone(),
        salt,
        receipt: receipt.receipt.clone(),
        proof: receipt.proof.clone(),
    };
    let opened = match bundle.open(&keys, None) {
        Ok(opened) => opened,
        Err(refusal) => return refused(refusal.name()),
    };
    let claims = signed(opened.claims());
    // What is read off here is not believed yet: the page does that when every claim is good.
    let Ok(verified) = opened.accept(&claims.iter().map(|_| true).collect::<Vec<_>>()) else {
        return refused("signature");
    };
    // The page shows these beside the proof, so they have to be the proved ones.
    if receipt.id != verified.record.id.text()
        || receipt.index != verified.receipt.index
        || receipt.log != verified.receipt.log
    {
        return refused("place");
    }
    Look { fault: "", claims, head: Some(told(&verified.checkpoint)) }
}

/// Looks at a checkpoint, with the keys of its log.
pub fn checkpoint(note: &str, keys: &[String]) -> Look {
    match Checkpoint::open(note, &read(keys)) {
        Ok((checkpoint, claims)) => {
            Look { fault: "", claims: signed(&claims), head: Some(told(&checkpoint)) }
        }
        Err(refusal) => refused(refusal.name()),
    }
}

/// The tiles, by their addresses below the log's, that show whether a log of one size grew out of one of the other.
pub fn tiles_between(old: u64, new: u64) -> Vec<String> {
    tiles::consistency_tiles(old, new).iter().map(|tile| tile.path()).collect()
}

/// Whether a log grew out of what was seen of it before, by keys that were known then. `fetched` are the tiles of
/// [`tiles_between`], one behind the other. A log that shrank did not grow.
pub fn grew(known: &Head, seen: &Head, fetched: &[u8]) -> bool {
    let (Some(old), Some(new)) = (read_head(known), read_head(seen)) else { return false };
    if new.size < old.size || !known.keys.iter().all(|key| seen.keys.contains(key)) {
        return false;
    }
    let mut rest = fetched;
    let tile = |tile: &Tile| {
        let (bytes, after) = rest.split_at_checked(usize::from(tile.width) * 32)?;
        rest = after;
        Some(bytes.to_vec())
    };
    tiles::consistency(old.size, new.size, tile).is_ok_and(|proof| new.agrees(&old, &proof))
}

fn refused(fault: &'static str) -> Look {
    Look { fault, ..Look::default() }
}

fn read(keys: &[String]) -> Vec<VerifierKey> {
    keys.iter().filter_map(|key| VerifierKey::parse(key)).collect()
}

fn signed(claims: &[Claim]) -> Vec<Signed> {
    let text = Base64UrlUnpadded::encode_string;
    let signed = |claim: &Claim| Signed {
        key: text(&claim.key),
        message: text(&claim.message),
        signature: text(&claim.signature),
    };
    claims.iter().map(signed).collect()
}

fn told(checkpoint: &Checkpoint) -> Head {
    Head {
        origin: checkpoint.origin.clone(),
        size: checkpoint.size,
        root: Base64::encode_string(&checkpoint.root),
        keys: Vec::new(),
    }
}

fn read_head(head: &Head) -> Option<Checkpoint> {
    let root = Base64::decode_vec(&head.root).ok()?.try_into().ok()?;
    Some(Checkpoint { origin: head.origin.clone(), size: head.size, root })
}

#[cfg(test)]
mod tests {
    use super::*;
    use assent_core::record::tree::{Frontier, leaf_hash};

    /// A log of so many leaves: its head, and its only tile.
    fn log(size: u8, first: &[u8]) -> (Head, Vec<u8>) {
        let mut frontier = Frontier::new();
        let leaf = |n: u8| leaf_hash(if n == 0 { first } else { std::slice::from_ref(&n) });
        let leaves: Vec<_> = (0..size).map(leaf).collect();
        leaves.iter().for_each(|leaf| frontier.append(*leaf));
        let root = Base64::encode_string(&frontier.root());
        let head = Head { origin: "a.example".into(), size: size.into(), root, keys: vec!["k".into()] };
        (head, leaves.concat())
    }

    #[test]
    fn a_log_that_grew_is_believed_and_any_other_is_not() {
        let (old, _) = log(5, b"a");
        let (new, tile) = log(9, b"a");
        assert_eq!(tiles_between(5, 9), ["tile/0/000.p/9"]);
        assert!(grew(&old, &new, &tile));
        assert!(grew(&new, &new, &[]), "nothing happened");
        assert!(!grew(&new, &old, &tile), "it shrank");
        let (forked, tile_of_forked) = log(9, b"another first leaf");
        assert!(!grew(&old, &forked, &tile_of_forked));
        assert!(!grew(&new, &forked, &tile_of_forked), "of one size, and another");
        assert!(!grew(&old, &new, &tile[1..]), "a tile that is cut short proves nothing");
        assert!(!grew(&old, &Head { keys: Vec::new(), ..new.clone() }, &tile), "its key is gone");
        let mut altered = tile.clone();
        altered[40] ^= 1;
        assert!(!grew(&old, &new, &altered));
    }

    #[test]
    fn what_cannot_be_read_is_told_and_never_holds() {
        let look = receipt(&Receipt::default(), &[]);
        assert_eq!((look.fault, look.claims.len()), ("record", 0));
        assert_eq!(checkpoint("a.example\n1\nAAAA\n", &[]).fault, "proof");
    }
}
