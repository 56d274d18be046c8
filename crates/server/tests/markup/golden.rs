//! Whole pages beside what they become: `tests/golden/markup/NAME.html` and `NAME.parked.html`.
//!
//! `BLESS=1` writes the second anew.

use std::fs;
use std::path::Path;

use assent_core::decide::Grants;

use super::{parked_with, settings};

#[test]
fn pages_become_what_stands_beside_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/markup");
    let mut pages = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_string();
        let Some(stem) = name.strip_suffix(".html").filter(|stem| !stem.ends_with(".parked")) else {
            continue;
        };
        pages += 1;
        let document = parked_with(&fs::read(&path).unwrap(), settings(Grants::default()));
        let beside = folder.join(format!("{stem}.parked.html"));
        if std::env::var_os("BLESS").is_some() {
            fs::write(&beside, &document.html).unwrap();
        }
        let expected = fs::read(&beside).unwrap();
        assert_eq!(String::from_utf8_lossy(&document.html), String::from_utf8_lossy(&expected), "{name}");
        assert_eq!(document.html, expected, "{name}: bytes");
    }
    assert!(pages >= 3, "the golden pages are there: {pages}");
}
