//! The notice without a mouse, and without eyes.

use assent_stage::{
    browser::{Case, Outcome, Page, json},
    cases,
};

pub const CASES: &[Case] = cases![
    the_banner_can_be_walked_and_answered_by_keyboard,
    the_focus_returns_to_where_the_preferences_were_opened,
    every_control_of_the_notice_has_a_role_and_a_name,
];

const PAGE: &str = "cases/the-notice-works-by-keyboard";
const TAB: char = '\u{e004}';
const ENTER: char = '\u{e007}';
const ESCAPE: char = '\u{e00c}';

/// What has the focus inside the notice, by its action.
const FOCUSED: &str =
    "document.querySelector('assent-notice')?.shadowRoot?.activeElement?.dataset.action ?? ''";

async fn the_banner_can_be_walked_and_answered_by_keyboard(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    page.until_notice_shows("[data-action=refuse]").await?;
    // No further than needed: past the last element the focus goes to the browser's own bars.
    walk_until_met(page, &["accept", "refuse", "choose"]).await?;
    page.reload().await?;
    page.until_notice_shows("[data-action=refuse]").await?;
    walk_until_met(page, &["refuse"]).await?;
    page.press(ENTER).await?;
    page.until("assent.choice.status === 'refused'").await?;
    page.until_notice_hides("[data-action=refuse]").await
}

/// Tabs on until each of these actions has had the focus.
async fn walk_until_met(page: &Page, wanted: &[&str]) -> Outcome {
    let mut met = Vec::new();
    for _ in 0..12 {
        page.press(TAB).await?;
        met.push(page.eval(FOCUSED).await?.as_str().unwrap_or_default().to_owned());
        if wanted.iter().all(|action| met.iter().any(|it| it == action)) {
            return Ok(());
        }
    }
    Err(format!("Tab does not reach all of {wanted:?}, it met {met:?}").into())
}

async fn the_focus_returns_to_where_the_preferences_were_opened(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    page.click_in_notice("[data-action=refuse]").await?;
    page.until_notice_hides("[data-action=refuse]").await?;
    page.eval("document.querySelector('#opener').focus()").await?;
    page.press(ENTER).await?;
    page.until_notice_shows("[data-action=save]").await?;
    page.until("document.activeElement?.localName === 'assent-notice'").await?;
    page.press(ESCAPE).await?;
    page.until_notice_hides("[data-action=save]").await?;
    page.until("document.activeElement?.id === 'opener'").await
}

/// Names by the browser's own rules, as far as they can be asked for: a label's text, or what `aria-label*` says.
const UNNAMED: &str = "(() => {
  const root = document.querySelector('assent-notice').shadowRoot;
  const said = (element) => element.getAttribute('aria-label')
    || root.getElementById(element.getAttribute('aria-labelledby'))?.textContent
    || [...(element.labels ?? [])].map(label => label.textContent).join() || element.textContent;
  const layer = root.querySelector('dialog, [role=region], [role=dialog]');
  return [layer, ...root.querySelectorAll('button, a[href], input, summary')]
    .filter(element => !element || !said(element).trim()).map(element => String(element?.outerHTML));
})()";

async fn every_control_of_the_notice_has_a_role_and_a_name(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    page.until_notice_shows("[data-action=choose]").await?;
    assert_eq!(page.eval(UNNAMED).await?, json!([]));
    page.click_in_notice("[data-action=choose]").await?;
    page.until_notice_shows("[data-action=save]").await?;
    assert_eq!(page.eval(UNNAMED).await?, json!([]));
    let switches = "[...document.querySelector('assent-notice').shadowRoot.querySelectorAll('input')]";
    page.until(&format!(
        "{switches}.length >= 6 && {switches}.every(it => it.role === 'switch' && !it.checked)"
    ))
    .await
}
