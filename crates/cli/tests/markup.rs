//! `assent tag`, `assent csp` and `assent proxy`, run as people run them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

const POLICY: &str = r#"{"version":1,"controller":{"name":"S","contact":"c","privacyNotice":"/p"},
"purposes":["analytics"],"vendors":["google-analytics"]}"#;
const PAGE: &str = "<!doctype html>\n<html><head><script src=/assent.js></script>\n<body>\n  <img src=https://www.google-analytics.com/x>\n</body></html>\n";

fn assent(folder: &Path, words: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_assent"));
    command
        .current_dir(folder)
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A folder with a policy and two pages, one of them further down, and files that are no pages.
fn site() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in [
        ("policy.json", POLICY),
        ("index.html", PAGE),
        ("blog/post.HTM", PAGE),
        ("blog/.drafts/x.html", PAGE),
        ("notes.txt", PAGE),
    ] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

#[test]
fn check_names_what_is_not_parked_with_line_and_column_and_changes_nothing() {
    let site = site();
    let checked = assent(site.path(), &["tag", "--check", "--policy", "policy.json", "."], "");
    assert_eq!(checked.status.code(), Some(1));
    let said = "./index.html:4:8: <img src> https://www.google-analytics.com/x is not parked (purpose_not_granted google-analytics)";
    assert!(text(&checked.stderr).contains(said), "{}", text(&checked.stderr));
    assert!(text(&checked.stderr).contains("./blog/post.HTM:4:8:"));
    assert_eq!(text(&checked.stderr).lines().count(), 2);
    assert_eq!(fs::read_to_string(site.path().join("index.html")).unwrap(), PAGE);
}

#[test]
fn a_folder_is_parked_in_place_and_then_passes_the_check() {
    let site = site();
    let tagged = assent(site.path(), &["tag", "--policy", "policy.json", "."], "");
    assert_eq!(tagged.status.code(), Some(0), "{}", text(&tagged.stderr));
    let page = fs::read_to_string(site.path().join("index.html")).unwrap();
    assert!(page.contains("<img data-assent-src=https://www.google-analytics.com/x>"), "{page}");
    assert!(page.contains("base-uri *"));
    for untouched in ["blog/.drafts/x.html", "notes.txt"] {
        assert_eq!(fs::read_to_string(site.path().join(untouched)).unwrap(), PAGE);
    }
    assert_eq!(
        assent(site.path(), &["tag", "--check", "--policy", "policy.json", "."], "").status.code(),
        Some(0)
    );
    let again = assent(site.path(), &["tag", "--policy", "policy.json", "."], "");
    assert_eq!(text(&again.stdout), "", "a second time changes nothing");
    assert_eq!(fs::read_dir(site.path()).unwrap().count(), 4, "nothing is left behind");
}

#[test]
fn the_standard_input_is_parked_onto_the_standard_output_with_its_warnings() {
    let site = site();
    let page = "<html><script>1</script><img src=https://www.google-analytics.com/x></html>";
    let tagged = assent(site.path(), &["tag", "--no-hold", "--policy", "policy.json", "-"], page);
    assert_eq!(text(&tagged.stdout), page.replace("src=", "data-assent-src="));
    assert!(
        text(&tagged.stderr).contains("-:1:7: this script runs before the gate"),
        "{}",
        text(&tagged.stderr)
    );
}

#[test]
fn what_cannot_be_done_ends_with_a_code_of_its_own() {
    let site = site();
    fs::write(site.path().join("bad.json"), "{").unwrap();
    for (words, code) in [
        (&["tag", "--policy", "nowhere.json", "index.html"][..], 3),
        (&["tag", "--policy", "bad.json", "index.html"], 3),
        (&["tag", "--policy", "policy.json", "nowhere.html"], 3),
        (&["tag", "--policy", "policy.json"], 2),
        (&["tag", "--policy", "policy.json", "--host", "a b", "index.html"], 2),
        (&["csp", "policy.json", "--choice", "1.2.3"], 1),
        (&["csp", "policy.json", "--nonce", "a;b"], 2),
        (&["proxy", "--policy", "policy.json", "--upstream", "ftp://x"], 3),
    ] {
        assert_eq!(assent(site.path(), words, "").status.code(), Some(code), "{words:?}");
    }
}

#[test]
fn a_policy_is_printed_as_header_and_element_and_for_reports_as_header_alone() {
    let site = site();
    let printed = text(&assent(site.path(), &["csp", "policy.json", "--nonce", "NONCE"], "").stdout);
    let (header, rest) = printed.split_once("\n\n").unwrap();
    let value = header.strip_prefix("Content-Security-Policy: ").unwrap();
    assert_eq!(rest, format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{value}\">\n"));
    assert!(value.contains("'nonce-NONCE'") && !value.contains("google-analytics"), "{value}");
    let reported = text(&assent(site.path(), &["csp", "policy.json", "--report-to", "csp"], "").stdout);
    assert!(
        reported.starts_with("Content-Security-Policy-Report-Only: ")
            && reported.ends_with(";report-to csp\n")
    );
    assert!(!reported.contains("<meta"));
}

#[test]
fn a_proxy_says_where_it_listens() {
    let site = site();
    let mut child = Command::new(env!("CARGO_BIN_EXE_assent"))
        .current_dir(site.path())
        .args([
            "proxy",
            "--policy",
            "policy.json",
            "--upstream",
            "http://127.0.0.1:9",
            "--listen",
            "127.0.0.1:0",
        ])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(line.starts_with("listening on http://127.0.0.1:"), "{line}");
}
