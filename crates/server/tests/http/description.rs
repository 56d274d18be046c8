//! The description of the API is what the API is.

use crate::stage::repository;

#[test]
fn the_description_in_the_repository_is_current() {
    let (file, current) = (repository("docs/openapi.json"), assent_server::http::openapi());
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, &current).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        kept == current,
        "run `BLESS=1 cargo test -p assent-server --test http description`, and look at the change"
    );
}

#[test]
fn every_address_says_what_it_is_and_each_error_is_a_problem() {
    let description: serde_json::Value = serde_json::from_str(&assent_server::http::openapi()).unwrap();
    let mut operations = 0;
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            operations += 1;
            let says = operation["summary"].as_str().unwrap_or_default();
            assert!(!says.is_empty(), "{method} {path} has no summary");
            for (status, response) in operation["responses"].as_object().unwrap() {
                let is_error = status == "default" || status.starts_with(['4', '5']);
                let is_problem = response["content"].get("application/problem+json").is_some();
                assert_eq!(is_error, is_problem, "{method} {path} {status}");
            }
        }
    }
    assert!(operations > 20, "{operations}");
}
