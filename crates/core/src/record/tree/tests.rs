use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::*;

/// The leaves of the test of Certificate Transparency's first implementation, and the root after each.
const LEAVES: [&[u8]; 8] = [
    b"",
    b"\0",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
];
const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn hex(text: &str) -> Hash {
    let digit = |i: usize| u8::from_str_radix(text.get(2 * i..2 * i + 2).unwrap(), 16).unwrap();
    core::array::from_fn(digit)
}

/// MTH, PATH and PROOF as RFC 6962, 2.1 writes them down.
fn mth(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            node_hash(&mth(left), &mth(right))
        }
    }
}

fn path(m: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() <= 1 {
        return Vec::new();
    }
    let k = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(k);
    let (mut path, other) = if m < k { (path(m, left), mth(right)) } else { (path(m - k, right), mth(left)) };
    path.push(other);
    path
}

fn subproof(m: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
    if m == leaves.len() {
        return if whole { Vec::new() } else { [mth(leaves)].to_vec() };
    }
    let k = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(k);
    let (mut proof, other) = if m <= k {
        (subproof(m, left, whole), mth(right))
    } else {
        (subproof(m - k, right, false), mth(left))
    };
    proof.push(other);
    proof
}

fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|i| leaf_hash(&i.to_be_bytes())).collect()
}

/// All tiles of a tree, partial ones of every width included.
fn tiles(leaves: &[Hash]) -> BTreeMap<Tile, Vec<u8>> {
    let (mut edge, mut tiles) = (Edge::new(), BTreeMap::new());
    for leaf in leaves {
        edge.append(*leaf, |tile, hashes| {
            tiles.insert(tile, hashes.concat());
        });
        for level in 0..8 {
            if let Some((tile, hashes)) = edge.partial(level) {
                tiles.insert(tile, hashes.concat());
            }
        }
    }
    tiles
}

#[test]
fn roots_are_those_of_certificate_transparency() {
    assert_eq!(empty_root(), hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    let mut frontier = Frontier::new();
    for (leaf, root) in LEAVES.iter().zip(ROOTS) {
        frontier.append(leaf_hash(leaf));
        assert_eq!(frontier.root(), hex(root));
    }
}

#[test]
fn a_batch_proves_its_own_leaves_whatever_stood_before() {
    let all = leaves(40);
    for old in 0..=all.len() {
        let mut frontier = Frontier::new();
        all[..old].iter().for_each(|leaf| frontier.append(*leaf));
        assert_eq!(Frontier::from_bytes(&frontier.bytes()), Some(frontier.clone()));
        for new in old..=all.len() {
            let batch = Batch::new(&frontier, &all[old..new]);
            let root = mth(&all[..new]);
            assert_eq!((batch.root(), batch.size()), (root, new as u64), "{old} {new}");
            assert_eq!(batch.frontier().root(), root, "{old} {new}");
            assert_eq!(batch.frontier().bytes().len(), 8 + 32 * new.count_ones() as usize);
            for index in old..new {
                let proof = batch.prove(index as u64).unwrap();
                assert_eq!(proof, path(index, &all[..new]), "{old} {new} {index}");
                assert_eq!(root_of(&all[index], index as u64, new as u64, &proof), Some(root));
            }
            assert_eq!(batch.prove(new as u64), None);
            assert!(old == 0 || batch.prove(old as u64 - 1).is_none());
        }
    }
}

#[test]
fn tiles_prove_every_leaf_and_all_growth() {
    for size in [1, 2, 3, 7, 8, 33, 255, 256, 257, 300, 511, 512, 513, 1000] {
        let all = leaves(size);
        let tiles = tiles(&all);
        let mut fetch = |tile: &Tile| tiles.get(tile).cloned();
        let root = mth(&all);
        assert_eq!(tiles::root(size, &mut fetch), Ok(root));
        for index in (0..size).step_by(if size > 100 { 13 } else { 1 }) {
            let proof = tiles::inclusion(index, size, &mut fetch).unwrap();
            assert_eq!(proof, path(index as usize, &all), "{index} of {size}");
            assert_eq!(root_of(&all[index as usize], index, size, &proof), Some(root));
        }
        for old in (0..=size).step_by(if size > 100 { 17 } else { 1 }) {
            let proof = tiles::consistency(old, size, &mut fetch).unwrap();
            let expected = if old == 0 { Vec::new() } else { subproof(old as usize, &all, true) };
            assert_eq!(proof, expected, "{old} to {size}");
            let old_root = mth(&all[..old as usize]);
            assert!(is_consistent((old, &old_root), (size, &root), &proof), "{old} to {size}");
            if old > 0 && old < size {
                assert!(!is_consistent((old, &root), (size, &root), &proof), "{old} to {size}");
                assert!(!is_consistent((old, &old_root), (size, &old_root), &proof), "{old} to {size}");
                assert!(!is_consistent((size, &root), (old, &old_root), &proof), "{size} to {old}");
                assert!(!is_consistent((old, &old_root), (size, &root), &proof[1..]), "{old} to {size}");
            }
        }
    }
}

#[test]
fn the_tiles_that_are_told_beforehand_are_enough() {
    let size = 70_000;
    let tiles = tiles::inclusion_tiles(12_345, size);
    // The example of tlog-tiles: of 70,000 leaves, 112 stand in a partial tile, and so on upwards.
    assert!(tiles.contains(&Tile { level: 0, n: 48, width: 256 }), "{tiles:?}");
    assert!(tiles.contains(&Tile { level: 0, n: 273, width: 112 }), "{tiles:?}");
    assert!(tiles.contains(&Tile { level: 1, n: 1, width: 17 }), "{tiles:?}");
    assert!(tiles.len() <= 5, "{tiles:?}");
    let missing = tiles[1];
    let fetch = |tile: &Tile| (*tile != missing).then(|| [0; 32].repeat(usize::from(tile.width)));
    assert_eq!(tiles::inclusion(12_345, size, fetch), Err(missing));
    assert_eq!(tiles::consistency_tiles(0, size), []);
    assert_eq!(tiles::consistency_tiles(size, size), []);
    assert!(!tiles::consistency_tiles(69_999, size).is_empty());
}

#[test]
fn an_edge_comes_back_from_its_tiles() {
    let mut edge = Edge::new();
    let mut full = Vec::new();
    for leaf in leaves(66_000) {
        edge.append(leaf, |tile, _| full.push(tile));
    }
    assert_eq!(full.len(), 257 + 1);
    assert_eq!(full.last(), Some(&Tile { level: 0, n: 256, width: 256 }));
    assert!(full.contains(&Tile { level: 1, n: 0, width: 256 }));
    let partial = |tile: &Tile| {
        let (at, hashes) = edge.partial(tile.level)?;
        (at == *tile).then(|| hashes.concat())
    };
    assert_eq!(Edge::load(66_000, partial), Ok(edge.clone()));
    assert_eq!(Edge::load(66_000, |_| None), Err(Tile { level: 0, n: 257, width: 208 }));
    let mut frontier = Frontier::new();
    leaves(66_000).into_iter().for_each(|leaf| frontier.append(leaf));
    assert_eq!(edge.frontier(), frontier);
}

#[test]
fn addresses_of_tiles_have_one_spelling() {
    for (path, level, n, width) in [
        ("tile/0/000", 0, 0, 256),
        ("tile/3/x001/x234/067", 3, 1_234_067, 256),
        ("tile/0/x001/x234/067.p/1", 0, 1_234_067, 1),
        ("tile/63/999.p/255", 63, 999, 255),
    ] {
        let tile = Tile { level, n, width };
        assert_eq!(Tile::parse(path), Some(tile));
        assert_eq!(tile.path(), path);
    }
    for path in [
        "",
        "tile/",
        "tile/0",
        "tile/0/",
        "/tile/0/000",
        "tile/00/000",
        "tile/64/000",
        "tile/0/0",
        "tile/0/x000",
        "tile/0/001/002",
        "tile/0/x000/001",
        "tile/0/x001/x002",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/../000",
        "tile/0/000/",
        "tile/-1/000",
        "tile/0/xx01/002",
        "tile/entries/000",
        "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
    ] {
        assert_eq!(Tile::parse(path), None, "{path}");
    }
    let entries = "tile/entries/x001/000.p/7";
    assert_eq!(Tile::parse_entries(entries).map(|tile| tile.entries_path()).as_deref(), Some(entries));
    assert_eq!(Tile::parse_entries("tile/0/000"), None);
}

#[test]
fn entries_are_cut_where_they_were_joined() {
    let leaves: [&[u8]; 3] = [b"", b"a", &[7; 33]];
    let bytes = join_entries(leaves);
    assert_eq!(split_entries(&bytes), Some(leaves.to_vec()));
    assert_eq!(split_entries(&bytes[..bytes.len() - 1]), None);
    assert_eq!(split_entries(&[0]), None);
    assert_eq!(split_entries(&[]), Some(Vec::new()));
}
