//! Settings that are wrong: told with path and remedy, and nothing is begun.

use std::fs;

use crate::binary::{Running, command, run, said, settle};

/// Settings, and what must be said of them.
const WRONG: &[(&str, &[&str])] = &[
    ("listen = 80", &["listen: not a text", "write it in quotes"]),
    ("listne = \"a\"", &["listne: no such setting"]),
    ("database = \"mysql://u:canary@h/d\"", &["database: neither SQLite nor PostgreSQL"]),
    ("x = ", &["assent.toml: not TOML at line 1"]),
    ("sdk = \"nowhere\"", &["no assent.js in nowhere", "cargo xtask build"]),
    (
        "[limits]\nidle_seconds = -1\n[[sites]]\nid = \"a b\"\norigins = []\npolicy = \"none.json\"",
        &["limits.idle_seconds", "sites[0].id", "sites[0].origins", "sites[0].policy: cannot read none.json"],
    ),
];

#[test]
fn wrong_settings_are_told_all_at_once_and_nothing_is_begun() {
    for (settings, expected) in WRONG {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("assent.toml"), settings).unwrap();
        for arguments in [&["serve", "--check"][..], &["serve"]] {
            let (code, text) = run(folder.path(), arguments);
            assert_eq!(code, 2, "{settings}: {text}");
            for part in *expected {
                assert!(text.contains(part), "{settings}: {part} is not in {text}");
            }
            assert!(!text.contains("canary"), "a value was repeated: {text}");
        }
        assert!(!folder.path().join("assent-data").exists(), "{settings}: something was begun");
    }
}

#[test]
fn right_settings_are_said_to_be_right_and_nothing_is_begun() {
    let folder = tempfile::tempdir().unwrap();
    settle(folder.path(), "");
    let (code, text) = run(folder.path(), &["serve", "--check"]);
    assert_eq!((code, text.contains("the settings are right: 1 site(s)")), (0, true), "{text}");
    assert!(!folder.path().join("assent-data").exists());
}

#[test]
fn a_variable_with_a_slip_of_the_pen_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut serve = command(folder.path(), &["serve", "--check"]);
    let (code, text) = said(serve.env("ASSENT_DATABSE", "postgres://h/d").output().unwrap());
    assert_eq!((code, text.contains("ASSENT_DATABSE: databse: no such setting")), (2, true), "{text}");
}

#[test]
fn a_policy_with_errors_is_told_with_its_codes() {
    let folder = tempfile::tempdir().unwrap();
    settle(folder.path(), "");
    fs::write(folder.path().join("policy.json"), "{\"version\":1,\"purposes\":[\"a\",\"a\"]}").unwrap();
    let (code, text) = run(folder.path(), &["serve", "--check"]);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("error A7") && text.contains("purposes[1]"), "{text}");
}

#[test]
fn an_address_that_is_taken_is_told_before_anything_is_made() {
    let folder = tempfile::tempdir().unwrap();
    settle(folder.path(), "");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, text) = run(folder.path(), &["serve", "--listen", &address]);
    assert_eq!((code, text.contains("cannot listen on")), (3, true), "{text}");
    assert!(!folder.path().join("assent-data").exists());
}

#[test]
fn it_ends_well_when_it_is_asked_to() {
    let folder = tempfile::tempdir().unwrap();
    settle(folder.path(), "");
    assert_eq!(Running::start(folder.path()).terminate(), 0);
    assert!(folder.path().join("assent-data").is_dir());
}
