//! What the painter is handed: the page as `entry.js` keeps it.
//!
//! What this is: the shape of a JS object. It remembers what outlives one call, so that the painter itself remembers
//! nothing, and it speaks the browser's languages, so that no table of dates and countries is needed here.

use alloc::string::String;

use wasm_bindgen::prelude::wasm_bindgen;

use super::pen::Element;

#[wasm_bindgen]
extern "C" {
    /// The notice on one page.
    pub type Page;

    /// The policy and the state of the choice, as the gate hands them out.
    #[wasm_bindgen(method, getter)]
    pub fn policy(this: &Page) -> String;
    #[wasm_bindgen(method, getter)]
    pub fn state(this: &Page) -> String;
    /// The language shown.
    #[wasm_bindgen(method, getter)]
    pub fn tag(this: &Page) -> String;
    /// The texts of its locale file and of `vendors.json`, empty if they could not be had.
    #[wasm_bindgen(method, getter)]
    pub fn locale(this: &Page) -> String;
    #[wasm_bindgen(method, getter)]
    pub fn known(this: &Page) -> String;
    /// Whether choices are recorded, so that there is something to look at.
    #[wasm_bindgen(method, getter)]
    pub fn records(this: &Page) -> bool;
    /// `<assent-notice>`.
    #[wasm_bindgen(method, getter)]
    pub fn host(this: &Page) -> Element;
    /// The element inside the shadow root that is drawn anew for each layer.
    #[wasm_bindgen(method, getter)]
    pub fn stage(this: &Page) -> Element;

    /// The key of the text for so many vendors, and the number as the language writes it, as `vendors.other 3`.
    #[wasm_bindgen(method)]
    pub fn count(this: &Page, n: u32) -> String;
    /// A date, a number of days and a country, as the language writes them.
    #[wasm_bindgen(method)]
    pub fn day(this: &Page, seconds: f64) -> String;
    #[wasm_bindgen(method)]
    pub fn span(this: &Page, days: u32) -> String;
    #[wasm_bindgen(method)]
    pub fn country(this: &Page, code: &str) -> String;
}
