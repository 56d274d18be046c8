//! The first layer: who asks, for what, who else receives data, and the three buttons.
//!
//! What this is: a region, named by its heading. It does not take focus, trap it, or cover the page.

use alloc::string::String;

use assent_core::notice::{Notice, Words, fill};
use assent_core::scan::cut;

use super::page::Page;
use super::pen::Pen;

/// Draws the banner.
pub fn draw(page: &Page, pen: &mut Pen, view: &Notice, words: &Words) {
    pen.open("section banner");
    pen.set("role", "region");
    pen.set("aria-labelledby", "title");
    pen.open("div body");
    pen.open("h2 title");
    pen.set("id", "title");
    pen.set_text(&fill(words.get(if words.complete() { "title" } else { "open" }), view.controller()));
    pen.close();
    pen.text("p text", &fill(view.lead(), view.controller()));
    told(pen, view.links().signal, words);
    pen.open("ul purposes");
    // The first row is what is essential; it is told in the second layer and not asked.
    for row in view.rows().iter().skip(1) {
        pen.open("li");
        pen.text("b", row.name);
        pen.text("span", row.description);
        pen.close();
    }
    pen.close();
    pen.text("p small", &fill(words.get("later"), words.get("open")));
    pen.open("p small links");
    if view.third_parties() > 0 && words.complete() {
        pen.button("button link", "vendors", &third_parties(page, view.third_parties(), words), "");
    }
    rights(pen, view, words);
    pen.link(view.privacy_notice(), words.get("privacy"));
    pen.close();
    pen.close();
    actions(pen, view, words, "choose");
}

/// "4 third parties".
pub fn third_parties(page: &Page, n: usize, words: &Words) -> String {
    let count = page.count(n as u32);
    let (key, number) = cut(&count, b' ');
    let text = words.get(key);
    fill(if text.is_empty() { words.get("vendors.other") } else { text }, number.unwrap_or(""))
}

/// The ways to the second layer that the law names.
#[inline(never)]
fn rights(pen: &mut Pen, view: &Notice, words: &Words) {
    right(pen, view.links().sale, words);
    right(pen, view.links().sensitive, words);
}

#[inline(never)]
fn right(pen: &mut Pen, key: &str, words: &Words) {
    if !key.is_empty() {
        pen.button("button link", "open", words.get(key), "");
    }
}

/// The way back: a small button, or where the law names them the links, and that a request was carried out.
pub fn way_back(pen: &mut Pen, view: &Notice, words: &Words) {
    let links = view.links();
    if links.sale.is_empty() && links.sensitive.is_empty() {
        pen.button("button open", "open", "", words.get("open"));
        return;
    }
    pen.open("div ways");
    rights(pen, view, words);
    told(pen, links.honored, words);
    pen.close();
}

/// A sentence that stands out, if there is something to say.
#[inline(never)]
pub fn told(pen: &mut Pen, key: &str, words: &Words) {
    if !key.is_empty() {
        pen.text("p signal", words.get(key));
    }
}

/// The buttons of a layer: yes, no, and `third` (choose or save), all drawn by one function, so that none can outweigh another.
pub fn actions(pen: &mut Pen, view: &Notice, words: &Words, third: &str) {
    pen.open("div error");
    pen.set("role", "alert");
    pen.close();
    pen.open("div actions");
    if view.offer().accept().is_some() {
        action(pen, words, "accept");
    }
    action(pen, words, "refuse");
    if view.offer().accept().is_some() {
        action(pen, words, third);
    }
    pen.close();
}

fn action(pen: &mut Pen, words: &Words, action: &str) {
    pen.button("button button", action, words.get(action), "");
}
