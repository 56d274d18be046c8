//! Every place in HTML and SVG that a browser fetches from by itself, and what parking makes of it.

use super::{parked, settings};
use assent_core::decide::{Grants, Rule};
use assent_server::markup::{Note, place};

/// Before and after, with `T` for an address of Google Analytics and `TAG` for what makes a script wait for it.
const TABLE: &[(&str, &str)] = &[
    // Scripts
    ("<script src=T></script>", "<script TAG data-src=T></script>"),
    (
        "<script async src='T' nonce=x>lang: en</script>",
        "<script TAG async data-src='T' nonce=x>lang: en</script>",
    ),
    ("<SCRIPT\n  SRC = \"T\"\n></SCRIPT>", "<SCRIPT TAG\n  data-SRC = \"T\"\n></SCRIPT>"),
    ("<script type=module src=T></script>", "<script TAG data-type=module data-src=T></script>"),
    ("<script nomodule src=T></script>", "<script TAG nomodule data-src=T></script>"),
    ("<script type=module>import 'T'</script>", "<script TAG data-type=module>import 'T'</script>"),
    ("<script>import('T')</script>", "<script TAG>import('T')</script>"),
    (
        "<script type=speculationrules>{\"prefetch\":[{\"urls\":[\"T\"]}]}</script>",
        "<script TAG data-type=speculationrules>{\"prefetch\":[{\"urls\":[\"T\"]}]}</script>",
    ),
    (
        "<script type=importmap>{\"imports\":{\"ga\":\"T\"}}</script><script type=module>import 'ga'</script>",
        "<script type=importmap>{\"imports\":{\"ga\":\"T\"}}</script><script TAG data-type=module>import 'ga'</script>",
    ),
    (
        "<script data-assent=ads src=T></script>",
        "<script type=\"text/plain\" data-assent=\"ads google-analytics\" data-assent=ads data-src=T></script>",
    ),
    (
        "<script src=\"data:text/javascript,import'T'\"></script>",
        "<script TAG data-src=\"data:text/javascript,import'T'\"></script>",
    ),
    ("<svg><script href=\"T\"></script></svg>", "<svg><script TAG data-assent-href=\"T\"></script></svg>"),
    ("<svg><script xlink:href=\"T\"/></svg>", "<svg><script TAG data-assent-href=\"T\"/></svg>"),
    // Images
    ("<img src=T>", "<img data-assent-src=T>"),
    ("<img alt=a src=\"T\" width=1/>", "<img alt=a data-assent-src=\"T\" width=1/>"),
    (
        "<img src=/a.png srcset=\"/b.png 1x, T 2x\">",
        "<img src=/a.png data-assent-srcset=\"/b.png 1x, T 2x\">",
    ),
    ("<image src=T>", "<image data-assent-src=T>"),
    (
        "<picture><source srcset='T'><img src=/a.png></picture>",
        "<picture><source data-assent-srcset='T'><img src=/a.png></picture>",
    ),
    ("<input type=image src=T>", "<input type=image data-assent-src=T>"),
    ("<video poster=T></video>", "<video data-assent-poster=T></video>"),
    (
        "<table background=T><tr><td background=T>",
        "<table data-assent-background=T><tr><td data-assent-background=T>",
    ),
    ("<body background=T>", "<body data-assent-background=T>META"),
    ("<img attributionsrc='/own T'>", "<img data-assent-attributionsrc='/own T'>"),
    ("<svg><image href=T /></svg>", "<svg><image data-assent-href=T /></svg>"),
    ("<svg><image xlink:href='T'/></svg>", "<svg><image data-assent-href='T'/></svg>"),
    (
        "<svg><image xlink:href='T' href='T'/></svg>",
        "<svg><image data-assent-xlink:href='T' data-assent-href='T'/></svg>",
    ),
    ("<svg><use href='T#a'/></svg>", "<svg><use data-assent-href='T#a'/></svg>"),
    ("<svg><feImage href='T'/></svg>", "<svg><feImage data-assent-href='T'/></svg>"),
    ("<svg><pattern href='T'/></svg>", "<svg><pattern data-assent-href='T'/></svg>"),
    (
        "<svg><rect mask='url(T#m)' fill=red /></svg>",
        "<svg><rect data-assent-mask='url(T#m)' fill=red /></svg>",
    ),
    (
        "<svg><image><set attributeName=href to='T'/></image></svg>",
        "<svg><image><set attributeName=href data-assent-to='T'/></image></svg>",
    ),
    (
        "<svg><animate attributeName='xlink:href' values='#a;T'/></svg>",
        "<svg><animate attributeName='xlink:href' data-assent-values='#a;T'/></svg>",
    ),
    // Frames, media, plug-ins
    ("<iframe src=T loading=lazy></iframe>", "<iframe data-assent-src=T loading=lazy></iframe>"),
    ("<frameset><frame src=T></frameset>", "<frameset><frame data-assent-src=T></frameset>"),
    (
        "<iframe srcdoc=\"<script src='T'></script>\"></iframe>",
        "<template data-assent=\"google-analytics\"><iframe srcdoc=\"<script src='T'></script>\"></iframe></template>",
    ),
    (
        "<iframe srcdoc='&lt;img src=&quot;T&quot;>'></iframe>",
        "<template data-assent=\"google-analytics\"><iframe srcdoc='&lt;img src=&quot;T&quot;>'></iframe></template>",
    ),
    (
        "<iframe src=\"data:text/html,%3Cimg src='T'>\"></iframe>",
        "<template data-assent=\"google-analytics\"><iframe src=\"data:text/html,%3Cimg src='T'>\"></iframe></template>",
    ),
    ("<embed src=T>", "<embed data-assent-src=T>"),
    ("<object data=T><p>x</object>", "<object data-assent-data=T><p>x</object>"),
    ("<video src=T><track src=T></video>", "<video data-assent-src=T><track data-assent-src=T></video>"),
    ("<audio><source src=T></audio>", "<audio><source data-assent-src=T></audio>"),
    ("<audio src=T></audio>", "<audio data-assent-src=T></audio>"),
    // Links and the head
    ("<link rel=stylesheet href=T>", "<link rel=stylesheet data-assent-href=T>"),
    ("<link rel='alternate StyleSheet' href=T>", "<link rel='alternate StyleSheet' data-assent-href=T>"),
    ("<link rel=preload as=script href=T>", "<link rel=preload as=script data-assent-href=T>"),
    (
        "<link rel=preload as=image imagesrcset='T 1x'>",
        "<link rel=preload as=image data-assent-imagesrcset='T 1x'>",
    ),
    ("<link rel=modulepreload href=T>", "<link rel=modulepreload data-assent-href=T>"),
    ("<link rel=prefetch href=T>", "<link rel=prefetch data-assent-href=T>"),
    ("<link rel=preconnect href=T>", "<link rel=preconnect data-assent-href=T>"),
    ("<link rel=dns-prefetch href=T>", "<link rel=dns-prefetch data-assent-href=T>"),
    ("<link rel='shortcut icon' href=T>", "<link rel='shortcut icon' data-assent-href=T>"),
    ("<link rel=manifest href=T>", "<link rel=manifest data-assent-href=T>"),
    (
        "<link rel=stylesheet href=\"data:text/css,@import 'T'\">",
        "<template data-assent=\"google-analytics\"><link rel=stylesheet href=\"data:text/css,@import 'T'\"></template>",
    ),
    ("<base href=T>", "<base data-assent-href=T>"),
    (
        "<base href=https://www.google-analytics.com/><img src=x>",
        "<base data-assent-href=https://www.google-analytics.com/><img src=x>",
    ),
    (
        "<meta http-equiv=Refresh content='0; url=T'>",
        "<meta http-equiv=Refresh data-assent-content='0; url=T'>",
    ),
    // Going away
    ("<form action=T></form>", "<form data-assent-action=T></form>"),
    ("<button formaction=T>", "<button data-assent-formaction=T>"),
    ("<input type=submit formaction=T>", "<input type=submit data-assent-formaction=T>"),
    ("<a href=/ ping='/own T'>x</a>", "<a href=/ data-assent-ping='/own T'>x</a>"),
    ("<area ping=T>", "<area data-assent-ping=T>"),
    // CSS
    (
        "<p style=\"color:red;background:url(T)\">",
        "<p style=\"color:red;background:url(data:,)\" data-assent-style=\"color:red;background:url(T)\">",
    ),
    ("<p style=background:url(T)>", "<p style=background:url(data:,) data-assent-style=background:url(T)>"),
    (
        "<p style='background:url(&quot;T&quot;)'>",
        "<p style='background:url(&quot;data:,&quot;)' data-assent-style='background:url(&quot;T&quot;)'>",
    ),
    (
        "<style media=all>a{b:url(T)}</style>",
        "<style media=all>a{b:url(data:,)}</style><template data-assent=\"google-analytics\"><style media=all>a{b:url(T)}</style></template>",
    ),
    (
        "<style>@import \"T\";b{}</style>",
        "<style>@import \"data:,\";b{}</style><template data-assent=\"google-analytics\"><style>@import \"T\";b{}</style></template>",
    ),
    ("<svg><style>a{b:url(T)}</style></svg>", "<svg><style TAG>a{b:url(T)}</style></svg>"),
    // Within
    ("<noscript><img src=T></noscript>", "<noscript><img data-assent-src=T></noscript>"),
    (
        "<div><template shadowrootmode=closed><img src=T></template></div>",
        "<div><template shadowrootmode=closed><img data-assent-src=T></template></div>",
    ),
    (
        "<svg><foreignObject><img src=T></foreignObject></svg>",
        "<svg><foreignObject><img data-assent-src=T></foreignObject></svg>",
    ),
    // Of two attributes with one name the first counts, also after the change.
    ("<img src=T src=T>", "<img data-assent-src=T data-assent-src=T>"),
    ("<img src=/a.png src=T>", "<img src=/a.png src=T>"),
];

const T: &str = "https://www.google-analytics.com/x";

fn filled(text: &str) -> String {
    text.replace("TAG", "type=\"text/plain\" data-assent=\"google-analytics\"")
        .replace("META", assent_server::markup::HOLD_PRELOADS)
        .replace('T', T)
}

#[test]
fn every_kind_of_element_is_parked_in_place() {
    for (before, after) in TABLE {
        // `SCRIPT` and the like hold the letter, too.
        let (before, after) = (before.replace("SCRIPT", "SCRIP\u{1}"), after.replace("SCRIPT", "SCRIP\u{1}"));
        let whole = |text: &str| filled(text).replace('\u{1}', "T");
        assert_eq!(parked(&whole(&before)), whole(&after), "{before}");
    }
}

#[test]
fn what_is_parked_is_not_parked_again() {
    for (_, after) in TABLE {
        let after = filled(after);
        assert_eq!(parked(&after), after);
    }
}

#[test]
fn every_spelling_of_an_address_is_read_as_a_browser_reads_it() {
    for address in [
        "//www.google-analytics.com/x",
        "HTTPS://WWW.Google-Analytics.COM./x",
        "https:&#47;&sol;www.google-analytics.com/x",
        "&#9;https://www.google&#10;-analytics.com/x",
        "\\\\www.google-analytics.com\\x",
        "https://shop.example@www.google-analytics.com:443/x",
        "https://www.google-analytics%2Ecom/x",
        "https://www.google-analytics。com/x",
        "https://ｗｗｗ.google-analytics.com/x",
        "/collect?v=2",
        "collect",
        "../x/../collect/",
    ] {
        assert!(
            parked(&format!("<img src=\"{address}\">")).starts_with("<img data-assent-src="),
            "{address}"
        );
    }
}

#[test]
fn what_may_pass_is_left_alone() {
    for html in [
        "<script src=/app.js></script>",
        "<script src=https://static.shop.example/app.js></script>",
        "<script src=https://pay.example/v3></script>",
        "<script src=https://js.stripe.com/v3/></script>",
        "<img src=https://www.facebook.com.shop-assets.example/tr>",
        "<img src=\"/i?ref=https://www.google-analytics.com/x\">",
        "<img src=https://nobody.example/i>",
        "<img src=data:image/gif;base64,AA==>",
        "<iframe src=about:blank srcdoc='<p>x'></iframe>",
        "<a href=https://www.google-analytics.com/>x</a>",
        "<link rel=canonical href=https://www.google-analytics.com/>",
        "<script type=application/ld+json>{\"a\":\"https://www.google-analytics.com/\"}</script>",
        "<script type=text/template src=https://www.google-analytics.com/></script>",
        "<script>ga('https://www.google-analytics.com/x')</script>",
        "<!-- <img src=https://www.google-analytics.com/x> -->",
        "<textarea><img src=https://www.google-analytics.com/x></textarea>",
        "<title><img src=https://www.google-analytics.com/x></title>",
        "<template><img src=https://www.google-analytics.com/x></template>",
        "<iframe><img src=https://www.google-analytics.com/x></iframe>",
        "<script src=/a.js>import('https://www.google-analytics.com/x')</script>",
        "<meta property=og:image content=https://www.google-analytics.com/x>",
        "<svg><a href=https://www.google-analytics.com/x></a></svg>",
        "<plaintext><img src=https://www.google-analytics.com/x>",
    ] {
        assert_eq!(parked(html), html);
    }
}

#[test]
fn what_no_grant_covers_waits_under_a_name_that_no_grant_has() {
    // In the catalogue, not in the policy; then: a host that cannot be read.
    assert!(
        parked("<script src=https://static.hotjar.com/c.js></script>").contains("data-assent=\"hotjar\"")
    );
    let unreadable = parked("<script src=https://%zz/c.js></script>");
    assert!(unreadable.contains("data-assent=\"unreadable.invalid\""), "{unreadable}");
}

#[test]
fn relative_addresses_start_from_the_base() {
    assert_eq!(
        parked("<base href=//acme.example/><img src=a.png>"),
        "<base data-assent-href=//acme.example/><img src=a.png>",
        "a held base leads nowhere"
    );
    let base = "<base href=https://nobody.example/x/><base href=/y/><img src=../collect><img src=//shop.example/collect>";
    assert!(parked(base).ends_with("<img src=../collect><img data-assent-src=//shop.example/collect>"));
}

#[test]
fn snippets_wait_if_they_are_meant_to() {
    let html = "<script>load('https://www.google-analytics.com/x')</script><script>load('/y')</script>";
    let mut settings = settings(Grants::default());
    settings.snippets = true;
    let out = super::parked_with(html.as_bytes(), settings).html;
    let expected = "<script type=\"text/plain\" data-assent=\"google-analytics\">load('https://www.google-analytics.com/x')</script><script>load('/y')</script>";
    assert_eq!(String::from_utf8(out).unwrap(), expected);
}

#[test]
fn what_is_parked_is_told_with_place_rule_and_vendor() {
    let html = "<p>ä\n<b>é</b><img src=https://www.google-analytics.com/x>\n<noscript>\n <img src=https://t.co/i></noscript>";
    let document = super::parked_with(html.as_bytes(), settings(Grants::default()));
    let told: Vec<_> = document
        .parked
        .iter()
        .map(|parked| {
            let place = place(html.as_bytes(), parked.at);
            (place.line, place.column, parked.attribute.as_str(), parked.rule, parked.vendor.as_str())
        })
        .collect();
    let expected = [(2, 14, "src", Rule::Purpose, "google-analytics"), (4, 7, "src", Rule::Undeclared, "x")];
    assert_eq!(told[0], expected[0]);
    assert_eq!(told[1].0..told[1].1, expected[1].0..expected[1].1);
    assert_eq!(told[1].3, Rule::Undeclared);
}

#[test]
fn the_gate_has_to_be_the_first_script() {
    let notes = |html: &str| super::parked_with(html.as_bytes(), settings(Grants::default())).notes;
    assert_eq!(notes("<html><script src=/js/assent.js?v=1></script><script src=a.js></script>"), []);
    assert_eq!(notes("<html><script type=application/json>{}</script><script src=assent.js></script>"), []);
    assert_eq!(notes("<html><script>1</script><script src=assent.js></script>"), [Note::GateNotFirst(6)]);
    assert_eq!(notes("<html><script src=/assent.js defer></script>"), [Note::GateLate(6)]);
    assert_eq!(notes("<html><script src=/assent.js type=module></script>"), [Note::GateLate(6)]);
    assert_eq!(notes("<!doctype html><p>x"), [Note::NoGate]);
    assert_eq!(notes("<p>a piece</p>"), []);
}

#[test]
fn preloads_are_held_back_once_and_only_in_whole_documents() {
    let hold = assent_server::markup::HOLD_PRELOADS;
    assert_eq!(parked("<html><body><p>x</body></html>\n"), format!("<html><body><p>x{hold}</body></html>\n"));
    assert_eq!(parked("<!doctype html><p>x\n"), format!("<!doctype html><p>x\n{hold}"));
    assert_eq!(parked("<html><head></head></html>"), format!("<html><head></head>{hold}</html>"));
    assert_eq!(parked("<p>x</p>"), "<p>x</p>");
    for html in [
        "<html><body><p>x</body></html>\n",
        "<!doctype html><p>x\n",
        "<!doctype html><!-- ",
        "<!doctype html><img src=\"https://t.co/i",
    ] {
        let once = parked(html);
        assert_eq!(parked(&once), once, "{html}");
    }
}

#[test]
fn a_document_in_utf_16_is_refused() {
    let html: Vec<u8> = "\u{feff}<img src=x>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let refused = assent_server::markup::park(&html, &std::sync::Arc::new(settings(Grants::default())));
    assert_eq!(refused.unwrap_err(), assent_server::markup::Error::Encoding);
}

#[test]
fn where_only_a_tree_could_tell_it_is_said() {
    let document = super::parked_with(
        b"<select><xmp><img src=https://www.google-analytics.com/x></xmp></select>",
        settings(Grants::default()),
    );
    assert_eq!(document.notes, [Note::Ambiguous]);
}
