//! The demo shop: what `cargo xtask demo` shows.

use assent_stage::{
    browser::{Case, Outcome, Page, json},
    cases,
};

pub const CASES: &[Case] = cases![
    the_demo_shop_is_silent_and_still_sells,
    the_demo_shop_counts_what_each_tracker_receives,
    the_demo_shop_records_a_choice_that_was_made_while_its_plug_was_pulled,
    the_film_of_the_demo_loads_with_its_purpose_alone,
    the_notice_turns_round_for_a_language_written_from_right_to_left,
];

const TRACKERS: [&str; 4] = ["metrics.localhost", "heat.localhost", "ads.localhost", "video.localhost"];

fn silent(page: &Page, hosts: &[&str]) {
    for host in hosts {
        let paths: Vec<_> = page.hits(host).into_iter().map(|hit| hit.path).collect();
        assert!(paths.is_empty(), "{host} received {paths:?}");
    }
}

async fn the_demo_shop_is_silent_and_still_sells(page: &Page) -> Outcome {
    page.open_demo().await?;
    page.hit("pay.localhost", "/checkout.js").await?;
    page.click_in_notice("[data-action=refuse]").await?;
    page.click("[data-item=skerry-mug]").await?;
    page.until("document.querySelector('.basket b').textContent === '1'").await?;
    page.until("document.querySelector('[data-host=\"pay.localhost\"] td').textContent !== '0'").await?;
    silent(page, &TRACKERS);
    Ok(())
}

async fn the_demo_shop_counts_what_each_tracker_receives(page: &Page) -> Outcome {
    page.open_demo().await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.hit("metrics.localhost", "/collect").await?;
    page.hit("ads.localhost", "/pixel.gif").await?;
    page.hit("heat.localhost", "/start").await?;
    page.hit("video.localhost", "/embed.html").await?;
    page.click("[data-item=skerry-mug]").await?;
    let basket = page.hit("ads.localhost", "/basket").await?;
    assert_eq!(basket.text(), r#"{"item":"skerry-mug"}"#);
    for host in TRACKERS {
        page.until(&format!("document.querySelector('[data-host=\"{host}\"] td').textContent !== '0'"))
            .await?;
    }
    Ok(())
}

async fn the_demo_shop_records_a_choice_that_was_made_while_its_plug_was_pulled(page: &Page) -> Outcome {
    page.start_demo_archive().await?;
    page.open_demo().await?;
    let proved = |count: usize| format!("document.querySelectorAll('#archive .proved').length === {count}");
    page.click_in_notice("[data-action=accept]").await?;
    page.until(&proved(1)).await?;
    page.click("#archive button").await?;
    page.until("document.querySelector('#archive .state').textContent === 'The archive is off.'").await?;
    page.eval("(assent.rejectAll(), 1)").await?;
    page.until("document.querySelector('#archive .state').textContent.includes('1 choice waits')").await?;
    page.click("#archive button").await?;
    page.until(&proved(2)).await?;
    page.until("document.querySelector('#archive .state').textContent === ''").await
}

async fn the_film_of_the_demo_loads_with_its_purpose_alone(page: &Page) -> Outcome {
    page.open_demo().await?;
    page.click_in_notice("[data-action=choose]").await?;
    page.click_in_notice("input[name=purpose][value=functional]").await?;
    page.click_in_notice("[data-action=save]").await?;
    page.hit("video.localhost", "/embed.html").await?;
    assert_eq!(page.eval("assent.allows('lumen') && !assent.allows('tidepool')").await?, json!(true));
    silent(page, &["metrics.localhost", "heat.localhost", "ads.localhost"]);
    Ok(())
}

async fn the_notice_turns_round_for_a_language_written_from_right_to_left(page: &Page) -> Outcome {
    page.open("?dir=rtl").await?;
    page.until("document.querySelector('assent-notice')?.lang === 'ar'").await?;
    page.until_notice_shows("[data-action=choose]").await?;
    assert_eq!(page.eval("document.querySelector('assent-notice').dir").await?, json!("rtl"));
    // The buttons come in the same order, from the other side.
    let left = |action| {
        format!(
            "document.querySelector('assent-notice').shadowRoot.querySelector('[data-action={action}]').getBoundingClientRect().left"
        )
    };
    let mirrored =
        format!("{} > {} && {} > {}", left("accept"), left("refuse"), left("refuse"), left("choose"));
    page.until(&mirrored).await
}
