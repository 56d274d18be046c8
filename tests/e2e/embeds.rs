//! What stands in for a held film: it takes no place of its own, asks nobody, and lets through what a person asks for.

use assent_stage::{
    browser::{Case, Outcome, Page, json},
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
