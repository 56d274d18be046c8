//! Every corpus file, run natively. The browser tests run the same files in each engine.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use assent_core::json::{self, Value};
use assent_core::rules;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

#[test]
fn every_corpus_file_passes() {
    let mut files = 0;
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let text = std::fs::read_to_string(&path).unwrap();
            if let Err(faults) = assent_corpus::run(&text) {
                panic!("{}:\n{faults}", path.display());
            }
            files += 1;
        }
    }
    assert!(files >= 5, "found {files} corpus files");
}

#[test]
fn ten_thousand_texts_from_strangers_are_granted_nothing() {
    assent_corpus::strangers(10_000).unwrap();
}

/// The page lays a policy out with `flat.js`, everything else with `rules::flat`; both must say the same.
#[test]
fn page_and_core_lay_a_policy_out_alike() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let policies = policies(&root);
    assert!(policies.len() >= 8, "found {} policies", policies.len());
    let script = "import { readFileSync } from 'node:fs'; import { flat } from './src/gate/flat.js';\
                  const policies = JSON.parse(readFileSync(0, 'utf8'));\
                  process.stdout.write(JSON.stringify(policies.map(flat)));";
    let mut node = std::process::Command::new("node")
        .args(["--no-warnings", "--input-type=module", "--eval", script])
        .current_dir(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node is needed: `cargo xtask check` installs it");
    let mut text = String::new();
    json::write_value(&mut text, &Value::List(policies.clone()));
    node.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = node.wait_with_output().unwrap();
    let laid_out = json::parse(std::str::from_utf8(&output.stdout).unwrap()).unwrap();
    assert_eq!(laid_out.list().len(), policies.len());
    for (policy, page) in policies.iter().zip(laid_out.list()) {
        assert_eq!(page.str().unwrap(), rules::flat(policy));
    }
}

/// Every policy of the corpus, and one with a text in every member.
fn policies(root: &Path) -> Vec<Value> {
    let mut policies = vec![json::parse(FULL).unwrap()];
    for entry in std::fs::read_dir(root.join("tests/corpus")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let file = json::parse(&std::fs::read_to_string(path).unwrap()).unwrap();
            policies.push(file.get("config").unwrap().clone());
        }
    }
    let page = json::parse(&std::fs::read_to_string(root.join("www/cases/policy.json")).unwrap()).unwrap();
    policies.extend([page, json::parse(MINIMAL).unwrap()]);
    policies
}

const MINIMAL: &str = r#"{"version":1,"purposes":["analytics"]}"#;
const FULL: &str = r#"{"version":1,"region":"US-CA","cookie":{"name":"c","domain":"d.example"},"expiryDays":9,
"unlisted":"hold","onWithdraw":"stay","apiGrants":"any","gpc":"refuse","consentMode":false,"dnt":true,"testing":true,"essential":["a.example","b.example/x"],
"firstParty":[],"controller":{"name":"\u00c4 \"q\" \\ \n\u0007","n":-5},"channels":["email"],"jurisdictions":{"DE":"opt_in","US":"notice"},
"purposes":["analytics",{"id":"x","legalBasis":"contract","sale":true,"consentMode":[],"data":[null,true,{"a":[]}]}],
"vendors":["meta",{"id":"v","hosts":["h.example"],"cookies":["c*"],"storage":[],"purposes":["x","analytics"]}]}"#;

#[test]
fn a_wrong_expectation_fails() {
    let file = r#"{"config":{"version":1,"controller":{"name":"a","contact":"b","privacyNotice":"c"},"purposes":["analytics"]},
        "cases":[{"name":"x","steps":[{"event":"open","effects":"gate"}]}]}"#;
    assert!(assent_corpus::run(file).unwrap_err().contains("effects is"));
    assert!(assent_corpus::run("{}").is_err());
}
