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

/// The ways to the second layer that the law wants.
#[inline(never)]
fn rights(pen: &mut Pen, view: &Notice, words: &Words) {
    let links = view.links();
    for key in links.ways {
        if !key.is_empty() {
            pen.open_button("button link", "open", words.get(key), "");
            if links.icon {
                opt_out_icon(pen);
            }
            pen.close();
        }
    }
}

/// California's opt-out icon (11 CCR 7015(b)): a blue pill, its first half white with a blue tick, its second blue with a
/// white cross, parted by a slant. Its colours and its direction are the same in every theme and language.
fn opt_out_icon(pen: &mut Pen) {
    pen.open_drawing("svg");
    pen.set("viewBox", "0 0 30 14");
    pen.set("aria-hidden", "true");
    for [line, fill, stroke] in [
        ["M7 0h16a7 7 0 0 1 0 14H7A7 7 0 0 1 7 0", "#06f", "none"],
        ["M7 1.8h9.6l-2.8 10.4H7A5 5 0 0 1 7 1.8zM19 4.5l5 5m0-5-5 5", "#fff", "#fff"],
        ["m5.8 7.2 2.3 2.4 4.2-5", "none", "#06f"],
    ] {
        pen.open_drawing("path");
        pen.set("d", line);
        pen.set("fill", fill);
        pen.set("stroke", stroke);
        pen.close();
    }
    pen.close();
}

/// The way back: a small button, or where the law wants them the links, and that a request was carried out.
pub fn way_back(pen: &mut Pen, view: &Notice, words: &Words) {
    let links = view.links();
    if links.ways == ["", ""] {
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
