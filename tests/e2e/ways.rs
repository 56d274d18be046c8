//! The ways out that scripts have: shut until they are allowed, and nothing of the page is broken by that.

use assent_stage::{
    browser::{Case, Outcome, Page, json},
    cases,
};

pub const CASES: &[Case] = cases![
    every_way_out_is_shut_until_it_is_allowed,
    built_ins_stay_what_pages_expect,
    a_long_release_lets_the_page_breathe,
];

const PAGE: &str = "cases/every-way-out-is-shut";

fn ways(page: &Page) -> Vec<String> {
    page.hits("ads.example").into_iter().map(|hit| hit.path).collect()
}

async fn every_way_out_is_shut_until_it_is_allowed(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    page.until_notice_shows("[data-action=accept]").await?;
    page.eval("(__take('later'), __take('never'), 1)").await?;
    assert_eq!(page.eval("__threw").await?, json!([]));
    // Painted twice, and then something that may pass: what is asked for by styles would have been, too.
    page.eval("await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))").await?;
    page.eval("(new Image().src = 'http://js.stripe.com/passes.gif', 1)").await?;
    page.hit("js.stripe.com", "/passes.gif").await?;
    assert_eq!(ways(page), Vec::<String>::new());

    page.click_in_notice("[data-action=accept]").await?;
    let later = page.eval("Object.keys(__ways.later)").await?;
    let there = page.eval("!!Element.prototype.setHTMLUnsafe").await? == json!(true);
    for way in later.as_array().into_iter().flatten().filter_map(|way| way.as_str()) {
        if way != "html-unsafe" || there {
            page.hit("ads.example", &format!("/way/{way}.")).await?;
        }
    }
    assert_eq!(page.eval("__errors").await?, json!([]));
    Ok(())
}

async fn built_ins_stay_what_pages_expect(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    page.until("!!assent.choice").await?;
    let looks = page
        .eval(
            "[
                [fetch, XMLHttpRequest.prototype.send, Element.prototype.setAttribute, Node.prototype.appendChild, WebSocket, Audio]
                    .every(it => /\\[native code\\]/.test(Function.prototype.toString.call(it))),
                [fetch.name, fetch.length, Element.prototype.setAttribute.name, WebSocket.name].join(),
                new Audio() instanceof HTMLAudioElement && new Audio() instanceof Audio && new Audio().constructor === HTMLAudioElement,
                Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, 'src').get.call(Object.assign(new Image(), { src: '/a.gif' })).endsWith('/a.gif'),
                (() => { try { Node.prototype.appendChild.call(document.body, 1); } catch (error) { return error.name === 'TypeError'; } })(),
                document.createElement('p').appendChild(document.createTextNode('x')).data,
                WebSocket.OPEN,
                Object.keys(new Image()).length,
            ]",
        )
        .await?;
    assert_eq!(looks, json!([true, "fetch,1,setAttribute,WebSocket", true, true, true, "x", 1, 0]));
    Ok(())
}

async fn a_long_release_lets_the_page_breathe(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    page.until_notice_shows("[data-action=accept]").await?;
    // Forty scripts that take 20 ms each.
    page.eval(
        "(() => {
            window.__ran = [];
            window.__breaths = 0;
            for (let i = 0; i < 40; i++) {
                const script = document.createElement('script');
                script.type = 'text/plain';
                script.setAttribute('data-assent', 'marketing');
                script.textContent = `for (const end = performance.now() + 20; performance.now() < end;); __ran.push(${i}); if (${i} === 0) setInterval(() => __breaths++, 0);`;
                document.body.append(script);
            }
        })()",
    )
    .await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until("__ran.length === 40").await?;
    assert_eq!(page.eval("__ran.every((it, i) => it === i)").await?, json!(true), "in their order");
    // 800 ms in pieces of 50.
    assert!(
        page.eval("__breaths").await?.as_u64().unwrap_or_default() >= 8,
        "{}",
        page.eval("__breaths").await?
    );
    Ok(())
}
