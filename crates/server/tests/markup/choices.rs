//! What a person granted comes unparked, and nothing else does.

use assent_core::decide::{Grants, Vendors};

use super::{parked_with, settings};

const PAGE: &str = "<script src=https://www.google-analytics.com/x></script>\
                    <script src=https://acme.example/x></script>\
                    <img src=https://connect.facebook.net/x>\
                    <img src=https://static.hotjar.com/x>";

/// The hosts that are parked under some grants.
fn waiting(grants: Grants) -> Vec<String> {
    let parked = parked_with(PAGE.as_bytes(), settings(grants)).parked;
    parked.into_iter().map(|parked| parked.vendor).collect()
}

#[test]
fn a_grant_releases_exactly_what_it_names() {
    let all = ["google-analytics", "acme", "meta", "hotjar"];
    assert_eq!(waiting(Grants::default()), all);
    assert_eq!(waiting(Grants { purposes: 0b01, ..Grants::default() }), ["meta", "hotjar"]);
    assert_eq!(
        waiting(Grants { purposes: 0b10, ..Grants::default() }),
        ["google-analytics", "acme", "hotjar"]
    );
    assert_eq!(
        waiting(Grants { purposes: 0b11, ..Grants::default() }),
        ["hotjar"],
        "nobody was asked about it"
    );
    let refused = Vendors { low: 0b100, high: 0 };
    assert_eq!(waiting(Grants { purposes: 0b11, refused }), ["acme", "hotjar"]);
}

#[test]
fn with_every_grant_a_page_of_listed_vendors_is_left_as_it_is() {
    let page = PAGE.replace("<img src=https://static.hotjar.com/x>", "");
    let out = parked_with(page.as_bytes(), settings(Grants { purposes: 0b11, ..Grants::default() }));
    assert_eq!(String::from_utf8(out.html).unwrap(), page);
}
