//! Whether a receipt holds, and whether the log only grew.
//!
//! What this is: the core's checks, in the two steps that a browser's cryptography needs: first everything but the
//! signatures, which are named with key and message, then the verdicts. What is compared with an earlier visit is the log
//! itself: who was shown a shorter or another log than before is told.

use assent_core::record::base64;
use assent_core::record::note::{Checkpoint, VerifierKey};
use assent_core::record::tree::{Tile, tiles};
use assent_core::record::{Bundle, Claim};

use super::receipt::{Head, Receipt};
use super::value::tell;

/// What a first look found.
#[derive(Debug, Default, PartialEq)]
pub struct Look {
    /// Why it proves nothing; empty if it holds as soon as its signatures do.
    pub fault: &'static str,
    /// The signatures that are to be checked.
    pub claims: Vec<Signed>,
    /// The log as it is told here.
    pub head: Option<Head>,
}

/// A signature, its parts in base64url.
#[derive(Debug, PartialEq)]
pub struct Signed {
    /// The public key: Ed25519.
    pub key: String,
    /// What is said to be signed.
    pub message: String,
    /// The signature.
    pub signature: String,
}

tell!(Look { fault: "fault", claims: "claims", head: "head" });
tell!(Signed { key: "key", message: "message", signature: "signature" });

/// How large a log may be that is believed here: as many leaves as JavaScript can count.
const MOST_LEAVES: u64 = (1 << 53) - 1;

/// Looks at a receipt, with the keys of its log.
pub fn receipt(receipt: &Receipt, keys: &[String]) -> Look {
    let keys = read(keys);
    let Some(Ok(salt)) = base64::from_url(&receipt.salt).map(TryInto::try_into) else {
        return refused("record");
    };
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
    found(claims, &verified.checkpoint)
}

/// Looks at a checkpoint, with the keys of its log.
pub fn checkpoint(note: &str, keys: &[String]) -> Look {
    match Checkpoint::open(note, &read(keys)) {
        Ok((checkpoint, claims)) => found(signed(&claims), &checkpoint),
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

fn found(claims: Vec<Signed>, checkpoint: &Checkpoint) -> Look {
    if checkpoint.size > MOST_LEAVES {
        return refused("proof");
    }
    Look { fault: "", claims, head: Some(told(checkpoint)) }
}

fn refused(fault: &'static str) -> Look {
    Look { fault, ..Look::default() }
}

fn read(keys: &[String]) -> Vec<VerifierKey> {
    keys.iter().filter_map(|key| VerifierKey::parse(key)).collect()
}

fn signed(claims: &[Claim]) -> Vec<Signed> {
    let signed = |claim: &Claim| Signed {
        key: base64::url(&claim.key),
        message: base64::url(&claim.message),
        signature: base64::url(&claim.signature),
    };
    claims.iter().map(signed).collect()
}

fn told(checkpoint: &Checkpoint) -> Head {
    Head {
        origin: checkpoint.origin.clone(),
        size: checkpoint.size,
        root: base64::standard(&checkpoint.root),
        keys: Vec::new(),
    }
}

fn read_head(head: &Head) -> Option<Checkpoint> {
    let root = base64::from_standard(&head.root)?.try_into().ok()?;
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
        let root = base64::standard(&frontier.root());
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
