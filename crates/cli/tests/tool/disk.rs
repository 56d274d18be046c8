//! A disk that is full: nothing new, nothing lost, and on again when there is room.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use assent_core::record::Secret;

use crate::binary::{Running, run, settle};
use crate::client::{Connection, choice, name};

/// A small disk of its own, gone when it is dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path) -> SmallDisk {
        fs::create_dir_all(at).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=12m", "tmpfs"]).arg(at).status();
        let remedy =
            "this test mounts a tmpfs of 12 MB: run it as root, or where `mount -t tmpfs` is permitted";
        assert!(mounted.is_ok_and(|status| status.success()), "{remedy}");
        SmallDisk(at.into())
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_is_told_and_reading_goes_on_and_so_does_writing_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let disk = SmallDisk::mount(&folder.path().join("assent-data"));
    settle(folder.path(), "");
    let ballast = disk.0.join("ballast");
    fs::write(&ballast, vec![1; 6 << 20]).unwrap();
    let running = Running::start(folder.path());
    let mut connection = Connection::open(running.address).unwrap();
    let (policy, token) = connection.region().unwrap();
    let secret = Secret([7; 32]);
    let mut kept = Vec::new();
    let (head, problem) = loop {
        let id = name(7, kept.len() as u64);
        match connection.choose(&choice(&secret, &id, &policy, &token)).unwrap() {
            (201, _, receipt) => kept.push((id, receipt)),
            (status, head, problem) => {
                assert_eq!(status, 503, "{head} {problem}");
                break (head, problem);
            }
        }
        assert!(kept.len() < 100_000, "the disk is never full");
    };
    assert!(head.contains("retry-after: "), "{head}");
    assert_eq!(problem["type"], "urn:assent:problem:full");
    for (id, receipt) in &kept {
        let (status, _, now) = connection.receipt(&secret, id).unwrap();
        assert_eq!((status, &now["receipt"]), (200, &receipt["receipt"]), "{id}");
    }
    fs::remove_file(&ballast).unwrap();
    let again = name(7, kept.len() as u64);
    let body = choice(&secret, &again, &policy, &token);
    loop {
        let (status, head, problem) = connection.choose(&body).unwrap();
        if status == 201 || status == 200 {
            break;
        }
        assert_eq!(status, 503, "{head} {problem}");
    }
    assert_eq!(running.terminate(), 0);
    let (code, said) = run(folder.path(), &["verify"]);
    assert_eq!(code, 0, "{said}");
}
