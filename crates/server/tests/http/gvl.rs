//! The vendor list, as pages get it.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use assent_server::config::{Config, Layers};

use crate::stage::{ORIGIN, Stage, repository};

const LIST: &str = "/sites/shop/gvl/vendor-list.json";
const GERMAN: &str = "/sites/shop/gvl/purposes-de.json";

fn made_up() -> String {
    fs::read_to_string(repository("tests/vectors/gvl-synthetic-policy5.json")).unwrap()
}

/// The texts of a list without its vendors, as a translation has them.
fn texts(of: &str) -> String {
    let mut list: serde_json::Value = serde_json::from_str(of).unwrap();
    list.as_object_mut().unwrap().remove("vendors");
    list.to_string()
}

/// Writes a file and makes sure that its time differs from the one before, however coarse the disk's clock is.
fn write(path: &Path, text: &str, seconds: u64) {
    fs::write(path, text).unwrap();
    let file = fs::File::options().write(true).open(path).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_764_000_000 + seconds)).unwrap();
}

/// A stage whose first site has a list.
async fn stage() -> Stage {
    let folder = tempfile::tempdir().unwrap();
    let lists = folder.path().join("gvl");
    fs::create_dir(&lists).unwrap();
    write(&lists.join("vendor-list.json"), &made_up(), 0);
    write(&lists.join("purposes-de.json"), &texts(&made_up()), 0);
    fs::write(lists.join("notes.txt"), "ours").unwrap();
    Stage::with_site(folder, "", "vendor_list = \"gvl\"\n").await
}

#[tokio::test]
async fn the_list_and_its_translations_are_served_whole_and_asked_about_again() {
    let stage = stage().await;
    let list = stage.ask(&format!("GET {LIST}\norigin: {ORIGIN}\n\n")).await;
    assert_eq!((list.status, list.header("content-type")), (200, Some("application/json")));
    assert_eq!(list.text(), made_up());
    assert_eq!(list.header("access-control-allow-origin"), Some("*"), "a page elsewhere may read it");
    assert_eq!(list.header("cache-control"), Some("public, no-cache"));
    let tag = list.header("etag").unwrap();
    let again = stage.ask(&format!("GET {LIST}\nif-none-match: {tag}\n\n")).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    let small = stage.ask(&format!("GET {LIST}\naccept-encoding: br\n\n")).await;
    assert_eq!(small.header("content-encoding"), Some("br"));
    assert!(small.body.len() * 4 < list.body.len(), "{} of {}", small.body.len(), list.body.len());
    assert_eq!(stage.ask(&format!("GET {GERMAN}")).await.text(), texts(&made_up()));
    for absent in [
        "shop/gvl/purposes-fr.json",
        "shop/gvl/notes.txt",
        "blog/gvl/vendor-list.json",
        "shop/gvl/..%2Fpolicy.json",
    ] {
        assert_eq!(stage.ask(&format!("GET /sites/{absent}")).await.problem(), "not-found", "{absent}");
    }
    stage.stop().await;
}

#[tokio::test]
async fn a_new_list_is_served_at_once_and_a_faulty_one_never() {
    let stage = stage().await;
    let path = stage.folder.path().join("gvl/vendor-list.json");
    let newer = made_up().replace("\"vendorListVersion\": 178", "\"vendorListVersion\": 179");
    assert_ne!(newer, made_up());
    write(&path, &newer, 1);
    assert_eq!(stage.ask(&format!("GET {LIST}")).await.text(), newer);
    for (i, faulty) in [newer.get(..newer.len() / 2).unwrap(), "", "{}", "<html>"].iter().enumerate() {
        write(&path, faulty, 2 + i as u64);
        let answer = stage.ask(&format!("GET {LIST}")).await;
        assert_eq!((answer.status, answer.text()), (200, newer.clone()), "{faulty:.20}");
    }
    fs::remove_file(&path).unwrap();
    assert_eq!(stage.ask(&format!("GET {LIST}")).await.text(), newer, "it is being replaced");
    write(&path, &made_up(), 9);
    assert_eq!(stage.ask(&format!("GET {LIST}")).await.text(), made_up());
    let french = stage.folder.path().join("gvl/purposes-fr.json");
    write(&french, &texts(&made_up()), 0);
    assert_eq!(stage.ask("GET /sites/shop/gvl/purposes-fr.json").await.status, 200);
    stage.stop().await;
}

#[test]
fn a_faulty_list_is_told_before_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let told = || {
        fs::write(folder.path().join("policy.json"), include_str!("policy.json")).unwrap();
        let site = format!(
            "[[sites]]\nid = \"shop\"\norigins = [\"{ORIGIN}\"]\npolicy = \"policy.json\"\nvendor_list = \"gvl\"\n"
        );
        let layers = Layers::new().file(&folder.path().join("assent.toml"), site);
        let faults = Config::load(&layers).err().unwrap_or_default();
        faults.into_iter().map(|fault| format!("{}: {}", fault.path, fault.message)).collect::<Vec<_>>()
    };
    let lists = folder.path().join("gvl");
    let (list, german) = (lists.join("vendor-list.json"), lists.join("purposes-de.json"));
    let says = |path: &Path, fault: &str| format!("sites[0].vendor_list: {}: {fault}", path.display());
    assert_eq!(told(), [says(&lists, "cannot be read (entity not found)")]);
    fs::create_dir(&lists).unwrap();
    assert_eq!(told(), [says(&list, "missing")]);
    fs::write(&list, made_up().replacen("\"id\": 1,", "\"id\": \"one\",", 1)).unwrap();
    fs::write(&german, "{}").unwrap();
    let faults = told();
    assert!(faults.len() == 2 && faults.iter().all(|fault| fault.contains(": gvl, ")), "{faults:?}");
    fs::write(&list, made_up()).unwrap();
    fs::write(&german, texts(&made_up())).unwrap();
    assert_eq!(told(), [""; 0]);
}
