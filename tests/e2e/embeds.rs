//! What stands in for a held film: it takes no place of its own, asks nobody, and lets through what a person asks for.

use assent_stage::{
    browser::{Case, Failure, Outcome, Page, Value, json},
    cases,
};

pub const CASES: &[Case] = cases![
    a_held_film_has_a_stand_in_of_its_size_and_nothing_shifts,
    a_film_may_be_loaded_once_and_nothing_else_is_granted,
    always_grants_the_purposes_that_the_button_names,
    a_script_cannot_press_the_buttons_of_a_stand_in,
    a_stand_in_can_be_used_by_keyboard,
    a_stand_in_says_to_a_screen_reader_what_it_is,
    a_film_that_comes_later_has_a_stand_in_too,
    the_stand_in_of_a_film_that_comes_later_shifts_nothing,
    a_film_in_a_closed_shadow_root_has_a_stand_in_too,
];

const PAGE: &str = "cases/a-held-film-has-a-stand-in";
const RECT: &str = "(element => { const { x, y, width, height } = element.getBoundingClientRect(); return [x, y, width, height].map(Math.round).join() })";
const TAB: char = '\u{e004}';
const ENTER: char = '\u{e007}';

fn stand_in(embed: &str) -> String {
    format!("document.querySelector('{embed} + assent-embed')")
}

async fn open(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    page.click_in_notice("[data-action=refuse]").await?;
    page.until(&format!("!!{}", stand_in("#tagged"))).await
}

async fn a_held_film_has_a_stand_in_of_its_size_and_nothing_shifts(page: &Page) -> Outcome {
    open(page).await?;
    for embed in ["#tagged", "#map", "#film"] {
        page.until(&format!("{RECT}(document.querySelector('{embed}')) === {RECT}({})", stand_in(embed)))
            .await?;
    }
    let below = page.eval(&format!("{RECT}(document.querySelector('#below'))")).await?;
    let text = page.eval(&format!("{}.shadowRoot.textContent", stand_in("#tagged"))).await?;
    let text = text.as_str().unwrap_or_default();
    assert!(
        text.contains("The harbour in winter") && text.contains("Acme Video") && text.contains("Sweden"),
        "{text}"
    );
    page.until(&format!("{}.hidden", stand_in("#pixel"))).await?;
    assert!(page.hits("video.example").is_empty() && page.hits("ads.example").is_empty());
    // With the film in its place, what follows has not moved.
    page.click_in_stand_in("#tagged", "[data-do=once]").await?;
    page.until(&format!("!{}", stand_in("#tagged"))).await?;
    assert_eq!(page.eval(&format!("{RECT}(document.querySelector('#below'))")).await?, below);
    assert_eq!(page.eval("__errors").await?, json!([]));
    Ok(())
}

async fn a_stand_in_says_to_a_screen_reader_what_it_is(page: &Page) -> Outcome {
    open(page).await?;
    let said = page
        .eval(&format!(
            "(box => [box.getAttribute('role'), box.getAttribute('aria-label'), [...box.querySelectorAll('button')].every(it => it.type === 'button' && it.textContent), document.querySelector('#tagged').inert])({}.shadowRoot.querySelector('[part=box]'))",
            stand_in("#tagged")
        ))
        .await?;
    assert_eq!(said, json!(["group", "The harbour in winter", true, true]));
    Ok(())
}

async fn a_film_may_be_loaded_once_and_nothing_else_is_granted(page: &Page) -> Outcome {
    open(page).await?;
    page.click_in_stand_in("#map", "[data-do=once]").await?;
    page.hit("video.example", "/map.html").await?;
    page.click_in_stand_in("#tagged", "[data-do=once]").await?;
    page.hit("video.example", "/tagged.html").await?;
    assert_eq!(
        page.eval("[assent.choice.status, assent.allows('functional')]").await?,
        json!(["refused", false])
    );
    assert_eq!(page.eval("document.querySelector('#map').inert").await?, json!(false));
    // The same vendor's other addresses are held as before, and so is the next page.
    page.eval("(insert('second', 'http://video.example/second.html', 300, 200), 1)").await?;
    page.until(&format!("!!{}", stand_in("#second"))).await?;
    page.reload().await?;
    page.until(&format!("!!{}", stand_in("#map"))).await?;
    assert_eq!(page.hits("video.example").len(), 2);
    Ok(())
}

async fn always_grants_the_purposes_that_the_button_names(page: &Page) -> Outcome {
    open(page).await?;
    let words = page
        .eval(&format!("{}.shadowRoot.querySelector('[data-do=always]').textContent", stand_in("#map")))
        .await?;
    assert_eq!(words, json!("Always allow: Convenience"));
    page.click_in_stand_in("#map", "[data-do=always]").await?;
    for path in ["/map.html", "/tagged.html"] {
        page.hit("video.example", path).await?;
    }
    page.until(&format!("!{} && !{}", stand_in("#map"), stand_in("#tagged"))).await?;
    assert_eq!(
        page.eval("[assent.allows('functional'), assent.allows('marketing')]").await?,
        json!([true, false])
    );
    assert!(page.hits("ads.example").is_empty());
    page.until(&format!("!!{}", stand_in("#advert"))).await
}

async fn a_script_cannot_press_the_buttons_of_a_stand_in(page: &Page) -> Outcome {
    open(page).await?;
    for action in ["once", "always"] {
        page.eval(&format!(
            "({}.shadowRoot.querySelector('[data-do={action}]').click(), 1)",
            stand_in("#map")
        ))
        .await?;
    }
    page.open("privacy").await?;
    assert!(page.hits("video.example").is_empty());
    page.open(PAGE).await?;
    assert_eq!(page.eval("assent.choice.status").await?, json!("refused"));
    Ok(())
}

async fn a_stand_in_can_be_used_by_keyboard(page: &Page) -> Outcome {
    open(page).await?;
    page.eval("(document.querySelector('#start').focus(), 1)").await?;
    let focused = "document.activeElement?.shadowRoot?.activeElement?.dataset.do === 'once'";
    for _ in 0..8 {
        if page.eval(focused).await? == json!(true) {
            break;
        }
        page.press(TAB).await?;
    }
    page.until(focused).await?;
    page.press(ENTER).await?;
    page.until("document.activeElement === document.querySelector('#tagged')").await?;
    page.hit("video.example", "/tagged.html").await?;
    Ok(())
}

async fn a_film_that_comes_later_has_a_stand_in_too(page: &Page) -> Outcome {
    open(page).await?;
    page.eval("(insert('later-film', 'http://video.example/later.html', 480, 270), 1)").await?;
    page.until(&format!("!!{}", stand_in("#later-film"))).await?;
    page.eval("(document.querySelector('#later-film').width = 240, 1)").await?;
    page.until(&format!(
        "{RECT}(document.querySelector('#later-film')) === {RECT}({})",
        stand_in("#later-film")
    ))
    .await?;
    // A film that the page takes away takes its stand-in along.
    page.eval("(document.querySelector('#later-film').remove(), 1)").await?;
    page.until("document.querySelectorAll('#later assent-embed').length === 3").await
}

/// How far a late frame moves what stands around it (CLS), on a line with others or in a place that the page has kept for it.
async fn shift(page: &Page, host: &str, place: &str) -> Result<Value, Failure> {
    open(page).await?;
    page.eval("(document.querySelector('#later').style.minBlockSize = '1200px', 1)").await?;
    let rest = "await new Promise(done => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)), 200))";
    page.eval(rest).await?;
    page.eval(
        "void (window.__shifts = [], new PerformanceObserver(list => __shifts.push(...list.getEntries().map(it => it.value))).observe({ type: 'layout-shift' }))",
    )
    .await?;
    page.eval(&format!("(insert('late-film', 'http://{host}/late.html', 480, 270), document.querySelector('#late-film').style = '{place}', 1)")).await?;
    if host == "video.example" {
        let same =
            format!("{RECT}(document.querySelector('#late-film')) === {RECT}({})", stand_in("#late-film"));
        page.until(&format!("!!{} && {same}", stand_in("#late-film"))).await?;
    } else {
        page.hit(host, "/late.html").await?;
    }
    page.eval(rest).await?;
    page.eval("__shifts").await
}

async fn the_stand_in_of_a_film_that_comes_later_shifts_nothing(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    if page.eval("PerformanceObserver.supportedEntryTypes.includes('layout-shift')").await? != json!(true) {
        return Ok(());
    }
    let kept = "position: absolute; inset-block-start: 900px";
    assert_eq!(shift(&page.on_another_host(), "video.example", kept).await?, json!([]));
    // A frame that makes a line of others higher moves them; so it does without a stand-in, and not further with one.
    let page = page.on_another_host().on_another_host();
    let alone = shift(&page, "stranger.example", "").await?;
    let page = page.on_another_host();
    assert_eq!(shift(&page, "video.example", "").await?, alone);
    Ok(())
}

async fn a_film_in_a_closed_shadow_root_has_a_stand_in_too(page: &Page) -> Outcome {
    open(page).await?;
    page.eval("(window.__rooms = ['markup', 'append'].map(way => room(way)), 1)").await?;
    page.until("__rooms.every(root => root.querySelector('iframe + assent-embed'))").await?;
    page.until(&format!(
        "__rooms.every(root => {RECT}(root.querySelector('iframe')) === {RECT}(root.querySelector('assent-embed')))"
    ))
    .await?;
    assert!(page.hits("video.example").is_empty());
    page.click_in("__rooms[1].querySelector('assent-embed').shadowRoot", "[data-do=once]").await?;
    page.hit("video.example", "/append.html").await?;
    page.until("!__rooms[1].querySelector('assent-embed') && !!__rooms[0].querySelector('assent-embed')")
        .await?;
    assert_eq!(page.hits("video.example").len(), 1);
    Ok(())
}
