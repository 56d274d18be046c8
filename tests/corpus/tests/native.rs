//! Every corpus file, run natively. The browser tests run the same files in each engine.

use std::path::Path;

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
fn a_wrong_expectation_fails() {
    let file = r#"{"config":{"version":1,"controller":{"name":"a","contact":"b","privacyNotice":"c"},"purposes":["analytics"]},
        "cases":[{"name":"x","steps":[{"event":"open","effects":"gate"}]}]}"#;
    assert!(assent_corpus::run(file).unwrap_err().contains("effects is"));
    assert!(assent_corpus::run("{}").is_err());
}
