//! The other commands.

use std::fs;

use crate::binary::{POLICY, Running, run, settle};
use crate::client::{Connection, choice, name};
use assent_core::record::Secret;

#[test]
fn a_policy_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policy.json");
    fs::write(&file, POLICY).unwrap();
    let (code, text) = run(folder.path(), &["policy", "check", "policy.json"]);
    assert_eq!((code, text.contains("policy.json is a policy: sha256-")), (0, true), "{text}");
    fs::write(&file, "{\"version\":2}").unwrap();
    let (code, text) = run(folder.path(), &["policy", "check", "policy.json"]);
    assert_eq!((code, text.contains("error A13 policy.json: version")), (1, true), "{text}");
    assert_eq!(run(folder.path(), &["policy", "check", "none.json"]).0, 3);
    assert_eq!(run(folder.path(), &["policy"]).0, 2);
}

#[test]
fn without_an_archive_there_is_nothing_to_look_at() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["keys", "list"][..], &["token", "list"], &["export", "--out", "out"], &["verify"]] {
        let (code, text) = run(folder.path(), arguments);
        assert_eq!((code, text.contains("--data")), (3, true), "{arguments:?}: {text}");
        assert!(!folder.path().join("assent-data").exists(), "{arguments:?} made one");
    }
}

#[test]
fn what_was_exported_verifies_until_a_byte_of_it_is_changed() {
    let folder = tempfile::tempdir().unwrap();
    settle(folder.path(), "");
    let running = Running::start(folder.path());
    let mut connection = Connection::open(running.address).unwrap();
    let (policy, token) = connection.region().unwrap();
    for n in 0..10 {
        let body = choice(&Secret([1; 32]), &name(1, n), &policy, &token);
        assert_eq!(connection.choose(&body).unwrap().0, 201);
    }
    assert_eq!(running.terminate(), 0);
    let run = |arguments: &[&str]| run(folder.path(), arguments);
    let (code, text) = run(&["export", "--out", "out"]);
    assert_eq!(code, 0, "{text}");
    let (code, keys) = run(&["keys", "list"]);
    assert_eq!(code, 0, "{keys}");
    let key = keys.trim();
    for arguments in [&["verify"][..], &["verify", "out"], &["verify", "out", "--key", key]] {
        let (code, text) = run(arguments);
        assert_eq!((code, text.contains("everything agrees")), (0, true), "{arguments:?}: {text}");
    }
    assert_eq!(run(&["export", "--out", "out"]).0, 3, "a folder with something in it is left alone");
    let mut files = Vec::new();
    find(&folder.path().join("out/logs"), &mut files);
    let entries = files.iter().find(|file| file.to_string_lossy().contains("entries")).unwrap();
    let mut bytes = fs::read(entries).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(entries, bytes).unwrap();
    let (code, text) = run(&["verify", "out"]);
    assert_eq!(code, 1, "{text}");
}

#[test]
fn a_receipt_verifies_against_the_key_of_its_log_and_no_changed_one_does() {
    let folder = tempfile::tempdir().unwrap();
    settle(folder.path(), "");
    let running = Running::start(folder.path());
    let mut connection = Connection::open(running.address).unwrap();
    let (policy, token) = connection.region().unwrap();
    let (_, _, receipt) = connection.choose(&choice(&Secret([1; 32]), &name(1, 1), &policy, &token)).unwrap();
    let key = connection.keys()[0].text();
    assert_eq!(running.terminate(), 0);
    let file = folder.path().join("receipt.json");
    let verify = |receipt: &serde_json::Value, keys: &[&str]| {
        fs::write(&file, receipt.to_string()).unwrap();
        run(folder.path(), &[&["verify", "receipt.json"], keys].concat())
    };
    let (code, text) = verify(&receipt, &["--key", &key]);
    assert_eq!((code, text.contains(&name(1, 1)) && text.contains("it holds")), (0, true), "{text}");
    assert_eq!(verify(&receipt, &[]).0, 3, "without a key nothing is proved");
    assert_eq!(verify(&receipt, &["--key", "localhost+00000000+AAAA"]).0, 3);
    for (member, from, to) in [
        ("record", "\"analytics\":true", "\"analytics\":false"),
        ("record", "2026-11-23T15", "2026-11-23T16"),
        ("salt", "", "A"),
        ("receipt", ".", ".A"),
        ("proof", "index 2", "index 1"),
    ] {
        let mut changed = receipt.clone();
        changed[member] = receipt[member].as_str().unwrap().replacen(from, to, 1).into();
        assert_ne!(changed, receipt, "{member}: nothing was changed");
        let (code, text) = verify(&changed, &["--key", &key]);
        assert_eq!(code, 1, "{member}: {text}");
    }
}

#[test]
fn a_persons_export_verifies_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    settle(folder.path(), "");
    let running = Running::start(folder.path());
    let mut connection = Connection::open(running.address).unwrap();
    let (policy, token) = connection.region().unwrap();
    for n in 0..3 {
        assert_eq!(
            connection.choose(&choice(&Secret([1; 32]), &name(1, n), &policy, &token)).unwrap().0,
            201
        );
    }
    let export = connection.export(&Secret([1; 32]));
    assert_eq!(running.terminate(), 0);
    let verify = |export: &str| {
        fs::write(folder.path().join("export.ndjson"), export).unwrap();
        run(folder.path(), &["verify", "export.ndjson"])
    };
    let (code, text) = verify(&export);
    assert_eq!((code, text.matches("it holds").count()), (0, 3), "{text}");
    for changed in
        [export.replace("\\\"marketing\\\":false", "\\\"marketing\\\":true"), export.replace("Shop", "Shed")]
    {
        assert_ne!(changed, export, "nothing was changed");
        assert_eq!(verify(&changed).0, 1);
    }
    assert_eq!(verify("{\"type\":\"assent-export\",\"logs\":[]}").0, 3);
}

#[test]
fn tokens_are_made_listed_and_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    settle(folder.path(), "");
    assert_eq!(Running::start(folder.path()).terminate(), 0);
    let run = |arguments: &[&str]| run(folder.path(), arguments);
    let (code, made) = run(&["token", "new", "ana", "--scope", "admin"]);
    assert_eq!(code, 0, "{made}");
    assert_eq!(run(&["token", "new", "ben", "--scope", "king"]).0, 1);
    let running = Running::start(folder.path());
    let mut connection = Connection::open(running.address).unwrap();
    let shows = format!("authorization: Bearer {}\r\n", made.trim());
    assert_eq!(connection.ask("GET /v1/admin/sites", &shows, "").unwrap().0, 200);
    assert_eq!(running.terminate(), 0);
    assert!(run(&["token", "list"]).1.contains("ana admin"));
    assert_eq!(run(&["token", "revoke", "ana"]).0, 0);
    let running = Running::start(folder.path());
    let mut connection = Connection::open(running.address).unwrap();
    assert_eq!(connection.ask("GET /v1/admin/sites", &shows, "").unwrap().0, 401);
    assert_eq!(running.terminate(), 0);
}

fn find(folder: &std::path::Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() { find(&entry.path(), files) } else { files.push(entry.path()) }
    }
}
