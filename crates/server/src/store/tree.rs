//! The tree above the leaves (RFC 9162, section 2.1), as far as the one who grows it needs it.
//!
//! What this is: a [`Frontier`], at most 64 hashes whatever the size; what a batch adds to it, [`Growth`]; and which
//! perfect subtrees a proof is made of, [`path`]. A perfect subtree of 2^level leaves is named by level and index.

use aws_lc_rs::digest::{Context, SHA256};

use assent_core::record::Hash;

/// The hash of a leaf.
pub(super) fn leaf(entry: &[u8]) -> Hash {
    sha256(&[&[0], entry])
}

/// The hash of what two subtrees make.
pub(super) fn node(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&[1], left, right])
}

/// SHA-256 over some parts.
pub(super) fn sha256(parts: &[&[u8]]) -> Hash {
    let mut context = Context::new(&SHA256);
    parts.iter().for_each(|part| context.update(part));
    context.finish().as_ref().try_into().unwrap_or_default()
}

/// The root above perfect subtrees, which stand from left to right.
pub(super) fn fold(roots: &[Hash]) -> Option<Hash> {
    let (last, rest) = roots.split_last()?;
    Some(rest.iter().rev().fold(*last, |right, left| node(left, &right)))
}

/// The roots of the perfect subtrees that a tree is made of, the largest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Frontier {
    size: u64,
    roots: Vec<Hash>,
}

impl Frontier {
    /// Reads [`Frontier::bytes`] of a tree of so many leaves.
    pub(super) fn read(size: u64, bytes: &[u8]) -> Option<Frontier> {
        let (roots, rest) = bytes.as_chunks::<32>();
        let whole = rest.is_empty() && roots.len() == usize::try_from(size.count_ones()).ok()?;
        whole.then(|| Frontier { size, roots: roots.into() })
    }

    /// The roots, one after the other.
    pub(super) fn bytes(&self) -> Vec<u8> {
        self.roots.concat()
    }

    /// How many leaves there are.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree; of none, the hash of nothing.
    pub(super) fn root(&self) -> Hash {
        fold(&self.roots).unwrap_or_else(|| sha256(&[]))
    }

    /// Adds a leaf. `made` is told each perfect subtree that comes of it: its level and root.
    pub(super) fn push(&mut self, leaf: Hash, mut made: impl FnMut(usize, &Hash)) {
        let (mut hash, mut level) = (leaf, 0);
        made(level, &hash);
        while self.size >> level & 1 == 1 {
            let Some(left) = self.roots.pop() else { break };
            hash = node(&left, &hash);
            level += 1;
            made(level, &hash);
        }
        self.roots.push(hash);
        self.size += 1;
    }
}

/// What a batch of leaves adds to a tree: all perfect subtrees that came of it, and those it stands beside.
#[derive(Clone, Debug)]
pub(super) struct Growth {
    /// The size before.
    pub(super) first: u64,
    /// The tree afterwards.
    pub(super) after: Frontier,
    /// Per level the index of the first subtree, and the roots from there on.
    levels: Vec<(u64, Vec<Hash>)>,
}

impl Growth {
    /// Adds leaves to a tree.
    pub(super) fn new(before: &Frontier, leaves: &[Hash]) -> Growth {
        let mut roots = before.roots.iter().rev();
        let mut levels: Vec<(u64, Vec<Hash>)> = Vec::new();
        for level in 0..64 {
            let standing = (before.size >> level & 1 == 1).then(|| roots.next().copied()).flatten();
            levels.push((
                (before.size >> level) - u64::from(standing.is_some()),
                standing.into_iter().collect(),
            ));
        }
        let mut after = before.clone();
        for leaf in leaves {
            after.push(*leaf, |level, hash| {
                if let Some((_, roots)) = levels.get_mut(level) {
                    roots.push(*hash);
                }
            });
        }
        Growth { first: before.size, after, levels }
    }

    /// The root of a perfect subtree, if it is one of these.
    pub(super) fn get(&self, level: u32, index: u64) -> Option<Hash> {
        let (first, roots) = self.levels.get(usize::try_from(level).ok()?)?;
        roots.get(usize::try_from(index.checked_sub(*first)?).ok()?).copied()
    }

    /// The roots of the perfect subtrees of a level that came of the leaves, and the index of the first.
    pub(super) fn new_at(&self, level: u32) -> (u64, &[Hash]) {
        let first = self.first.checked_shr(level).unwrap_or_default();
        let Some((start, roots)) = self.levels.get(usize::try_from(level).unwrap_or(usize::MAX)) else {
            return (first, &[]);
        };
        let skip = usize::try_from(first - start).unwrap_or(usize::MAX);
        (first, roots.get(skip..).unwrap_or_default())
    }

    /// The proof that a leaf of the batch is in the tree.
    pub(super) fn proof(&self, index: u64) -> Option<Vec<Hash>> {
        assemble(index, self.after.size, |level, index| self.get(level, index))
    }
}

/// A proof of inclusion, of perfect subtrees that `get` finds.
pub(super) fn assemble(
    index: u64,
    size: u64,
    mut get: impl FnMut(u32, u64) -> Option<Hash>,
) -> Option<Vec<Hash>> {
    let step = |subtrees: &Vec<(u32, u64)>| {
        let roots: Option<Vec<Hash>> = subtrees.iter().map(|(level, index)| get(*level, *index)).collect();
        fold(&roots?)
    };
    path(index, size).iter().map(step).collect()
}

/// What a proof of inclusion is made of, from the leaf upwards: each hash as the perfect subtrees it is folded from.
pub(super) fn path(index: u64, size: u64) -> Vec<Vec<(u32, u64)>> {
    let (mut from, mut to) = (0, size);
    let mut path = Vec::new();
    while to - from > 1 {
        // The largest power of two below the width.
        let middle = from + (1 << (to - from - 1).ilog2());
        if index < middle {
            path.push(perfect(middle, to));
            to = middle;
        } else {
            path.push(perfect(from, middle));
            from = middle;
        }
    }
    path.reverse();
    path
}

/// The perfect subtrees that cover a range of leaves, from left to right. `from` is aligned to the largest.
pub(super) fn perfect(mut from: u64, to: u64) -> Vec<(u32, u64)> {
    let mut subtrees = Vec::new();
    while from < to {
        let level = (to - from).ilog2();
        subtrees.push((level, from >> level));
        from += 1 << level;
    }
    subtrees
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, word for word.
    fn slow(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => sha256(&[]),
            [leaf] => *leaf,
            _ => {
                let (left, right) = leaves.split_at(1 << (leaves.len() - 1).ilog2());
                node(&slow(left), &slow(right))
            }
        }
    }

    fn slow_path(index: usize, leaves: &[Hash]) -> Vec<Hash> {
        if leaves.len() < 2 {
            return Vec::new();
        }
        let middle = 1 << (leaves.len() - 1).ilog2();
        let (left, right) = leaves.split_at(middle);
        let (mut path, other) = if index < middle {
            (slow_path(index, left), slow(right))
        } else {
            (slow_path(index - middle, right), slow(left))
        };
        path.push(other);
        path
    }

    fn leaves(count: u8) -> Vec<Hash> {
        (0..count).map(|number| leaf(&[number])).collect()
    }

    #[test]
    fn a_tree_grown_in_batches_is_the_tree_of_the_definition() {
        let leaves = leaves(70);
        for cut in 0..leaves.len() {
            let before = Growth::new(&Frontier::default(), &leaves[..cut]).after;
            let growth = Growth::new(&before, &leaves[cut..]);
            assert_eq!(growth.after.root(), slow(&leaves), "{cut}");
            for index in cut..leaves.len() {
                let proof = growth.proof(index as u64).unwrap();
                assert_eq!(proof, slow_path(index, &leaves), "{index} after {cut}");
            }
            let (first, roots) = growth.new_at(3);
            assert_eq!(first as usize + roots.len(), 70 / 8);
        }
    }

    #[test]
    fn a_frontier_reads_back_and_no_other_length_does() {
        let frontier = Growth::new(&Frontier::default(), &leaves(11)).after;
        let bytes = frontier.bytes();
        assert_eq!(Frontier::read(11, &bytes), Some(frontier));
        assert_eq!(Frontier::read(12, &bytes), None);
        assert_eq!(Frontier::read(11, &bytes[1..]), None);
    }
}
