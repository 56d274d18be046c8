//! The shared corpus, decided by the same core in the browser's WebAssembly.

use std::{fs, path::Path};

use assent_stage::{
    browser::{Case, Outcome, Page, json},
    cases,
};

pub const CASES: &[Case] = cases![the_corpus_holds_in_the_browser, texts_from_strangers_are_granted_nothing];

async fn the_corpus_holds_in_the_browser(page: &Page) -> Outcome {
    page.open("cases/the-corpus-holds-in-the-browser").await?;
    page.until("typeof __run === 'function'").await?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut files = 0;
    for entry in fs::read_dir(&folder)? {
        let file = entry?.path();
        if file.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let case = fs::read_to_string(&file)?;
        assert_eq!(page.eval(&format!("__run({})", json!(case))).await?, json!(""), "{}", file.display());
        files += 1;
    }
    assert!(files > 0, "no corpus in {}", folder.display());
    Ok(())
}

async fn texts_from_strangers_are_granted_nothing(page: &Page) -> Outcome {
    page.open("cases/the-corpus-holds-in-the-browser").await?;
    page.until("typeof __strangers === 'function'").await?;
    assert_eq!(page.eval("__strangers(10000)").await?, json!(""));
    Ok(())
}
