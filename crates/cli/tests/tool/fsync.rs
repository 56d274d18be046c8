//! A disk that fails while something is made durable: nothing is acknowledged any more, and nothing was too much.
//!
//! The failure is put between the binary and the operating system (`fsync.c`, with the C compiler that the build needs).

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::thread;

use crate::binary::{Running, settle};
use crate::kill::{LEAST, Load, VISITORS, all_is_there, visit};

/// The exit code of what could not be done.
const FAILED: i32 = 3;

fn failing_disk(folder: &Path) -> std::path::PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tool/fsync.c");
    let library = folder.join("fsync.so");
    let compiled =
        Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).status();
    assert!(compiled.unwrap().success(), "this test needs a C compiler, as the build of SQLite does");
    library
}

#[test]
fn when_the_disk_fails_it_acknowledges_nothing_and_ends_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    settle(folder.path(), "");
    let (library, sign) = (failing_disk(folder.path()), folder.path().join("the-disk-fails"));
    let running = Running::start_with(folder.path(), &[("LD_PRELOAD", &library), ("DISK_FAILS", &sign)]);
    let load = Arc::new(Load::default());
    let visitors: Vec<_> = (0..VISITORS)
        .map(|visitor| {
            let (load, address) = (Arc::clone(&load), running.address);
            thread::spawn(move || visit(&load, address, visitor, 0))
        })
        .collect();
    load.wait(LEAST, &visitors);
    std::fs::write(&sign, "").unwrap();
    assert_eq!(running.ended(), FAILED, "a supervisor is to see that something is wrong");
    for visitor in visitors {
        visitor.join().unwrap();
    }
    // The disk is another one by now; whatever was acknowledged is on it.
    all_is_there(Running::start(folder.path()), folder.path(), &load);
}
