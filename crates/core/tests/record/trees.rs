//! Our tree against ct-merkle, an implementation by others.

use std::collections::BTreeMap;

use crate::shop::Dice;
use assent_core::record::Hash;
use assent_core::record::tree::{Batch, Edge, Frontier, Tile, is_consistent, leaf_hash, root_of, tiles};
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use sha2::Sha256;

fn hashes(bytes: &[u8]) -> Vec<Hash> {
    bytes.as_chunks::<32>().0.to_vec()
}

#[test]
fn roots_and_proofs_are_those_of_another_implementation() {
    let mut dice = Dice(0x5eed);
    for round in 0..14 {
        let size = 1 + dice.roll(if round < 12 { 40 } else { 700 });
        let old = dice.roll(size);
        let mut theirs = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        let mut leaves = Vec::new();
        let (mut frontier, mut edge) = (Frontier::new(), Edge::new());
        let mut stored: BTreeMap<Tile, Vec<u8>> = BTreeMap::new();
        let mut old_root = frontier.root();
        for i in 0..size {
            if i == old {
                old_root = frontier.root();
            }
            let leaf: Vec<u8> = (0..dice.roll(50)).map(|_| dice.roll(256) as u8).collect();
            let hash = leaf_hash(&leaf);
            theirs.push(leaf);
            leaves.push(hash);
            frontier.append(hash);
            edge.append(hash, |tile, hashes| drop(stored.insert(tile, hashes.concat())));
        }
        for level in 0..8 {
            if let Some((tile, hashes)) = edge.partial(level) {
                stored.insert(tile, hashes.concat());
            }
        }
        let root = frontier.root();
        assert_eq!(root[..], theirs.root().as_bytes()[..]);
        assert_eq!(edge.frontier(), frontier);

        let mut before = Frontier::new();
        leaves[..old as usize].iter().for_each(|leaf| before.append(*leaf));
        let batch = Batch::new(&before, &leaves[old as usize..]);
        assert_eq!((batch.root(), batch.frontier()), (root, frontier));
        for index in (0..size).step_by(if size > 100 { 29 } else { 1 }) {
            let proof = hashes(theirs.prove_inclusion(index as usize).as_bytes());
            let fetch = |tile: &Tile| stored.get(tile).cloned();
            assert_eq!(tiles::inclusion(index, size, fetch), Ok(proof.clone()));
            if index >= old {
                assert_eq!(batch.prove(index), Some(proof.clone()));
            }
            assert_eq!(root_of(&leaves[index as usize], index, size, &proof), Some(root));
            if size > 1 {
                let other = (index + 1) % size;
                assert_ne!(root_of(&leaves[index as usize], other, size, &proof), Some(root));
                assert_ne!(root_of(&leaves[index as usize], index, size, &proof[1..]), Some(root));
            }
            assert_eq!(root_of(&leaves[index as usize], size, size, &proof), None);
        }
        if old > 0 {
            let proof = hashes(theirs.prove_consistency((size - old) as usize).as_bytes());
            assert_eq!(tiles::consistency(old, size, |tile| stored.get(tile).cloned()), Ok(proof.clone()));
            assert!(is_consistent((old, &old_root), (size, &root), &proof));
            for i in 0..proof.len() {
                let mut changed = proof.clone();
                changed[i][dice.roll(32) as usize] ^= 1 << dice.roll(8);
                assert!(!is_consistent((old, &old_root), (size, &root), &changed));
            }
        }
    }
}
