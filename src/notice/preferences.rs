//! The second layer: every purpose and vendor with a switch, what it is for and what the person gets from it.
//!
//! What this is: a real modal dialog. The browser keeps focus inside and the page inert; Escape closes it and grants
//! nothing.

use alloc::string::String;

use assent_core::notice::{Notice, Row, Switch, VendorRow, Words, fill};

use super::banner;
use super::page::Page;
use super::pen::Pen;

/// Draws the dialog and opens it; `unfold` opens the lists of third parties too.
pub fn draw(page: &Page, pen: &mut Pen, view: &Notice, words: &Words, unfold: bool) {
    pen.open("dialog dialog");
    pen.set("aria-labelledby", "title");
    pen.open("div head");
    pen.open("h2 title");
    pen.set("id", "title");
    // Where a screen reader begins: the top of what is to be read, not its first button.
    pen.set("tabindex", "-1");
    pen.set("autofocus", "");
    pen.set_text(words.get("open"));
    pen.close();
    pen.button("button close", "close", "×", words.get("close"));
    pen.close();
    pen.open("div body");
    if !view.rows().is_empty() {
        pen.text("p text", &fill(words.get("detail"), view.controller()));
    }
    banner::told(pen, view.links().signal, words);
    banner::told(pen, view.links().honored, words);
    decided(page, pen, view, words);
    for row in view.rows() {
        purpose(page, pen, row, words, unfold);
    }
    pen.link(view.privacy_notice(), words.get("privacy"));
    pen.close();
    banner::actions(pen, view, words, "save");
    pen.at().show_modal();
}

/// When the person decided, until when it holds, the way to take it back, and to what is recorded of it.
fn decided(page: &Page, pen: &mut Pen, view: &Notice, words: &Words) {
    pen.open("div decided");
    if let Some((made, until)) = view.decided() {
        pen.text("span", &fill(words.get("made"), &page.day(made as f64)));
        pen.text("span", &fill(words.get("until"), &page.day(until as f64)));
        pen.button("button link", "withdraw", words.get("withdraw"), "");
    }
    if page.records() {
        pen.button("button link", "mine", words.get("mine"), "");
    }
    pen.close();
}

fn purpose(page: &Page, pen: &mut Pen, row: &Row, words: &Words, unfold: bool) {
    pen.open("section purpose");
    pen.open("h3");
    switch(pen, row.name, "purpose", row.id, row.switch, words);
    pen.close();
    pen.text("p", row.description);
    if !row.right.is_empty() {
        pen.text("p small", words.get(row.right));
    }
    if !row.benefit.is_empty() {
        pen.open("p benefit");
        pen.text("b", words.get("benefit"));
        pen.text("span", row.benefit);
        pen.close();
    }
    pen.open("dl facts");
    fact(pen, words, "data", &row.data);
    fact(pen, words, "hosts", &row.hosts);
    fact(pen, words, "cookies", row.cookies);
    fact(pen, words, "kept", &span(page, row.kept_days));
    fact(pen, words, "basis", row.basis);
    pen.close();
    if !row.vendors.is_empty() {
        pen.open("details");
        if unfold {
            pen.set("open", "");
        }
        pen.text("summary", &banner::third_parties(page, row.vendors.len(), words));
        for row in &row.vendors {
            vendor(page, pen, row, words);
        }
        pen.close();
    }
    pen.close();
}

fn vendor(page: &Page, pen: &mut Pen, row: &VendorRow, words: &Words) {
    pen.open("div vendor");
    switch(pen, row.name, "vendor", row.id, row.switch, words);
    pen.open("dl facts");
    if !row.country.is_empty() {
        fact(pen, words, "country", &page.country(row.country));
    }
    fact(pen, words, "cookies", &row.cookies);
    fact(pen, words, "storage", &row.storage);
    fact(pen, words, "kept", &span(page, row.kept_days));
    pen.close();
    pen.link(row.privacy_notice, words.get("privacy"));
    pen.close();
}

/// A name with its switch: one label, so that the name is the switch's name and both are the target.
fn switch(pen: &mut Pen, name: &str, kind: &str, id: &str, state: Switch, words: &Words) {
    pen.open(if state == Switch::AlwaysOn { "span row" } else { "label row" });
    pen.text("span name", name);
    if state == Switch::AlwaysOn {
        pen.text("span always", words.get("always"));
    } else {
        pen.open("input switch");
        pen.set("type", "checkbox");
        pen.set("role", "switch");
        pen.set("name", kind);
        pen.set("value", id);
        match state {
            Switch::On => pen.set("checked", ""),
            Switch::Barred => pen.set("disabled", ""),
            _ => {}
        }
        pen.close();
    }
    pen.close();
}

fn fact(pen: &mut Pen, words: &Words, key: &str, value: &str) {
    if !value.is_empty() {
        pen.text("dt", words.get(key));
        pen.text("dd", value);
    }
}

fn span(page: &Page, days: u32) -> String {
    if days == 0 { String::new() } else { page.span(days) }
}
