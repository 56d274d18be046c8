//! What holds for any markup: untouched bytes stay, parking twice is parking once, pieces do not matter.

use std::sync::Arc;

use assent_core::decide::Grants;
use assent_server::markup::{Settings, Stream};

use super::{parked_with, settings};

/// What generated pages are made of: markup that is fine, broken, nested, in other letters; `T` is a tracker.
const PIECES: &[&str] = &[
    "<!doctype html>",
    "<html lang=en>",
    "<head>",
    "</head>",
    "<body class=\"a b\">",
    "</body>",
    "</html>",
    "\n",
    "text & more &amp; ",
    "<p>",
    "</p>",
    "<div id='x' daTa-a = \"1\" >",
    "</div>",
    "<!-- T -->",
    "<![CDATA[ T ]]>",
    "<?php T ?>",
    "<script src=T></script>",
    "<script>var a='</scr'+'ipt>';\"T\"</script>",
    "<script type=module>import x from \"T\"</script>",
    "<script>",
    "</script>",
    "<img src=T alt=\"<>\">",
    "<img srcset='a 1x,T 2x'/>",
    "<IMG\tSRC='T'\r\n>",
    "<img src=\"T",
    "<img src=T/>",
    "<style>a{b:url(T)}/* T */</style>",
    "<style>@import 'T'",
    "</style>",
    "<p style=\"a:url('T');b:c\">",
    "<p style=a:url(T)>",
    "<svg>",
    "</svg>",
    "<svg><image href=T /><script href=T></script></svg>",
    "<math><mi>",
    "</mi></math>",
    "<iframe src=T>",
    "</iframe>",
    "<iframe srcdoc=\"<img src='T'>\"></iframe>",
    "<template>",
    "</template>",
    "<template data-assent=\"x\">",
    "<template shadowrootmode=open>",
    "<noscript><img src=T></noscript>",
    "<noscript>",
    "</noscript>",
    "<textarea>",
    "</textarea>",
    "<title>T</title>",
    "<select><option>",
    "</select>",
    "<table><tr><td background=T>",
    "</table>",
    "<link rel=preload href=T>",
    "<meta http-equiv=refresh content=\"0;url=T\">",
    "<base href=/x/>",
    "<object data=T>",
    "</object>",
    "\u{fffd}",
    "\u{e4}\u{4e2d}\u{1f600}",
    "<",
    ">",
    "\"",
    "'",
    "=",
    "&",
    "<a ping=T href=#>",
    "<form action=T>",
    "<video poster=T src=T>",
];

/// A generator of random numbers with a fixed beginning, so that a failure comes again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most as u64) as usize
    }

    fn page(&mut self) -> Vec<u8> {
        let mut page = Vec::new();
        for _ in 0..self.below(24) {
            let piece = PIECES[self.below(PIECES.len())].replace('T', "https://www.google-analytics.com/x");
            page.extend_from_slice(piece.as_bytes());
            if self.below(16) == 0 {
                page.push(self.below(256) as u8);
            }
        }
        page
    }
}

fn quiet() -> Settings {
    settings(Grants::default())
}

fn streamed(page: &[u8], mut size: impl FnMut() -> usize) -> Vec<u8> {
    let mut stream = Stream::new(Arc::new(quiet()), false, usize::MAX);
    let (mut out, mut rest) = (Vec::new(), page);
    while !rest.is_empty() {
        let (chunk, after) = rest.split_at(size().clamp(1, rest.len()));
        out.extend(stream.write(chunk).unwrap());
        rest = after;
    }
    out.extend(stream.end().unwrap().html);
    out
}

/// A page without what parking adds or renames, each in the one way that it does.
fn undone(page: &[u8]) -> Vec<u8> {
    let text: String = page.iter().map(|byte| char::from(*byte)).collect();
    let mut text = text.replace(assent_server::markup::HOLD_PRELOADS, "");
    for (added, instead) in [
        (" type=\"text/plain\" data-assent=\"google-analytics\"", ""),
        ("data-assent-", ""),
        ("data-type", "type"),
        ("data-src", "src"),
    ] {
        text = text.replace(added, instead);
    }
    text.chars().map(|letter| letter as u32 as u8).collect()
}

#[test]
fn parking_twice_is_parking_once() {
    let mut dice = Dice(0x5eed);
    for _ in 0..1000 {
        let page = dice.page();
        let once = parked_with(&page, quiet());
        let twice = parked_with(&once.html, quiet());
        let (once, twice) = (String::from_utf8_lossy(&once.html), String::from_utf8_lossy(&twice.html));
        assert_eq!(once, twice, "{:?}", String::from_utf8_lossy(&page));
    }
}

#[test]
fn pieces_of_any_size_give_the_same_bytes() {
    let mut dice = Dice(0xc0ffee);
    for _ in 0..1000 {
        let page = dice.page();
        let whole = streamed(&page, || usize::MAX);
        let (single, odd) = (streamed(&page, || 1), streamed(&page, || 1 + dice.below(7)));
        assert_eq!(single, whole, "{:?}", String::from_utf8_lossy(&page));
        assert_eq!(odd, whole, "{:?}", String::from_utf8_lossy(&page));
    }
}

#[test]
fn all_that_is_not_parked_comes_out_byte_for_byte() {
    // Without styles and templates, whose parked forms repeat what they hold, parking can be undone by name.
    let mut dice = Dice(0xbead);
    let mut parked = 0;
    for _ in 0..1000 {
        let page = dice.page();
        let text = String::from_utf8_lossy(&page);
        if ["style", "srcdoc", "template"].iter().any(|word| text.contains(word)) {
            continue;
        }
        let document = parked_with(&page, quiet());
        parked += document.parked.len();
        assert_eq!(undone(&document.html), page, "{text:?}");
    }
    assert!(parked > 100, "the pages hold something to park: {parked}");
}

#[test]
fn a_page_without_anything_held_is_not_touched_whatever_its_bytes() {
    let mut dice = Dice(0xace);
    for _ in 0..500 {
        let page: Vec<u8> = (0..200).map(|_| b"<>/ax=\"'!-\x00\xff\xe4 \n&;"[dice.below(17)]).collect();
        assert_eq!(streamed(&page, || 3), page);
    }
}
