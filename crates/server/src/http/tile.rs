//! The addresses of a log's parts (C2SP tlog-tiles).

/// A part of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resource {
    /// The signed head.
    Checkpoint,
    /// So many hashes of a level.
    Tile { level: u8, n: u64, width: u16 },
    /// So many entries.
    Entries { n: u64, width: u16 },
}

/// Reads what comes after `/log/`: a shard, if one is named, and the part. Each part has one spelling.
pub(super) fn parse(path: &str) -> Option<(Option<&str>, Resource)> {
    if let Some(resource) = resource(path) {
        return Some((None, resource));
    }
    let (shard, rest) = path.split_once('/')?;
    let is_shard = (1..=16).contains(&shard.len()) && shard.bytes().all(|byte| byte.is_ascii_alphanumeric());
    Some((Some(shard).filter(|_| is_shard)?.into(), resource(rest)?))
}

fn resource(path: &str) -> Option<Resource> {
    if path == "checkpoint" {
        return Some(Resource::Checkpoint);
    }
    let (kind, place) = path.strip_prefix("tile/")?.split_once('/')?;
    let (n, width) = match place.split_once(".p/") {
        Some((n, width)) => (index(n)?, decimal(width).filter(|width| (1..256).contains(width))?),
        None => (index(place)?, 256),
    };
    let width = u16::try_from(width).ok()?;
    if kind == "entries" {
        return Some(Resource::Entries { n, width });
    }
    let level = decimal(kind).filter(|level| *level <= 63)?;
    Some(Resource::Tile { level: u8::try_from(level).ok()?, n, width })
}

/// `x001/x234/067` is 1234067: groups of three digits, of which the last alone has no `x`, and the first alone may be 0
/// only where it is the last.
fn index(text: &str) -> Option<u64> {
    let mut groups = text.split('/').rev();
    let last = group(groups.next()?)?;
    let (mut index, mut scale, mut first) = (last, 1u64, None);
    for part in groups {
        let digits = group(part.strip_prefix('x')?)?;
        scale = scale.checked_mul(1000)?;
        index = index.checked_add(digits.checked_mul(scale)?)?;
        first = Some(digits);
    }
    (first != Some(0)).then_some(index)
}

fn group(text: &str) -> Option<u64> {
    (text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn decimal(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_has_one_address() {
        let tile = |level, n, width| Some(Resource::Tile { level, n, width });
        for (path, expected) in [
            ("checkpoint", Some(Resource::Checkpoint)),
            ("tile/0/000", tile(0, 0, 256)),
            ("tile/1/x001/x234/067", tile(1, 1_234_067, 256)),
            ("tile/0/x001/000.p/17", tile(0, 1000, 17)),
            ("tile/entries/000.p/1", Some(Resource::Entries { n: 0, width: 1 })),
            ("tile/entries/x999/999", Some(Resource::Entries { n: 999_999, width: 256 })),
            ("tile/63/000", tile(63, 0, 256)),
        ] {
            assert_eq!(parse(path), expected.map(|resource| (None, resource)), "{path}");
            assert_eq!(parse(&format!("2026h2/{path}")), expected.map(|resource| (Some("2026h2"), resource)));
        }
    }

    #[test]
    fn nothing_else_has_an_address() {
        for path in [
            "",
            "/",
            "checkpoint/",
            "Checkpoint",
            "tile",
            "tile/0",
            "tile/0/0",
            "tile/0/0000",
            "tile/00/000",
            "tile/64/000",
            "tile/-1/000",
            "tile/+1/000",
            "tile/0/x000/001",
            "tile/0/x001/x002",
            "tile/0/001/002",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/",
            "tile/entries",
            "tile/data/000",
            "../checkpoint",
            "./checkpoint",
            "a/../checkpoint",
            "%2e%2e/checkpoint",
            "2026h2//checkpoint",
            "2026h2/tile/0/../../checkpoint",
            "tile/0/x999/x999/x999/x999/x999/x999/999",
            "tile/0/\u{661}00",
            "2026h2/2026h2/checkpoint",
            "not a shard/checkpoint",
        ] {
            assert_eq!(parse(path), None, "{path}");
        }
    }
}
