//! Built-ins behind the gate: to a page that looks at them or calls them they are what they were.

use assent_stage::{
    browser::{Case, Outcome, Page, json},
    cases,
};

pub const CASES: &[Case] = cases![
    no_property_of_any_built_in_tells_of_the_gate,
    built_ins_return_throw_and_construct_as_before,
    a_held_connection_is_one_to_whoever_looks_at_it,
];

const PLAIN: &str = "cases/no-gate";
const GATED: &str = "cases/built-ins-stay-what-pages-expect";

async fn no_property_of_any_built_in_tells_of_the_gate(page: &Page) -> Outcome {
    page.open(PLAIN).await?;
    let count = page
        .eval("(sessionStorage.setItem('surface', JSON.stringify(__surface(window))), Object.keys(__surface(window)).length)")
        .await?;
    assert!(count.as_u64().unwrap_or_default() > 4000, "{count}");
    page.open(GATED).await?;
    page.until("!!assent.choice").await?;
    assert_eq!(page.eval("__differences(window)").await?, json!([]));
    let frame = "document.body.appendChild(document.createElement('iframe')).contentWindow";
    // A frame has the built-ins of its own realm, and what the pages' scripts define is not there.
    let differences =
        page.eval(&format!("__differences({frame}).filter(it => !it.includes('-> undefined'))")).await?;
    assert_eq!(differences, json!([]));
    Ok(())
}

/// What is asked, and must be answered alike with the gate and without.
const CALLS: &str = "[
    [fetch, WebSocket, Worker, Audio, Element.prototype.setAttribute, Node.prototype.appendChild]
        .map(it => { try { it.call(1, 1); return 'nothing'; } catch (error) { return error.name; } }),
    [() => Node.prototype.appendChild.call(document.body, 1), () => document.body.insertBefore(document.body, null),
     () => document.body.setAttribute('1'), () => new WebSocket(), () => new WebSocket('no address'), () => WebSocket('ws://a.example'),
     () => new XMLHttpRequest().send(), () => document.createElement('p').insertAdjacentHTML('nowhere', ''),
     () => new FontFace(), () => document.body.attachShadow({ mode: 'other' }), () => new EventSource(), () => new Worker()]
        .map(it => { try { it(); return 'nothing'; } catch (error) { return error.name; } }),
    await Promise.all([() => fetch(), () => fetch('http://['), () => fetch('/', { method: 'no method' })]
        .map(async it => { try { await it(); return 'nothing'; } catch (error) { return error.name; } })),
    (node => node.appendChild(node.ownerDocument.createTextNode('x')).data)(document.createElement('p')),
    document.createElement('p').append('x') === undefined, document.createElement('p').setAttribute('class', 'x') === undefined,
    document.body.insertAdjacentHTML('beforeend', '') === undefined, document.body.insertAdjacentElement('beforeend', document.createElement('i')).localName,
    [WebSocket.OPEN, EventSource.CLOSED, XMLHttpRequest.DONE],
    (() => { class Mine extends XMLHttpRequest { mine() { return 1; } } const it = new Mine(); return [it instanceof Mine, it instanceof XMLHttpRequest, it.mine(), it.constructor === Mine]; })(),
    (() => { class Mine extends EventTarget {} return new Mine() instanceof EventTarget; })(),
    (() => { class Mine extends Audio {} const it = new Mine('/a.mp3'); return [it instanceof Mine, it instanceof HTMLAudioElement, it.src.endsWith('/a.mp3'), it.preload]; })(),
    (it => [it instanceof HTMLAudioElement, it instanceof Audio, it.constructor === HTMLAudioElement, it.getAttribute('src')])(new Audio('/a.mp3')),
    (it => [it.src.endsWith('/a.gif'), it.getAttribute('src'), it.cloneNode().getAttribute('src'), Object.keys(it).length, it.outerHTML])(Object.assign(new Image(), { src: '/a.gif' })),
    (it => { it.setAttribute('STYLE', 'color: red'); it.style.cssText += '; top: 1px'; return [it.getAttribute('style'), it.style.color, it.style.length]; })(document.createElement('p')),
    (it => { it.innerHTML = '<p class=a>x<b>y</b></p>'; return [it.innerHTML, it.firstChild.outerHTML, it.childNodes.length]; })(document.createElement('div')),
    (it => { it.srcset = '/a.gif 1x'; return [it.srcset, it.getAttribute('srcset')]; })(new Image()),
    (it => { it.attributes; it.setAttributeNS('http://www.w3.org/1999/xlink', 'xlink:href', '#a'); return it.getAttribute('xlink:href'); })(document.createElementNS('http://www.w3.org/2000/svg', 'use')),
    Function.prototype.toString.call(class A {}), String(() => 1), (() => { try { Function.prototype.toString.call({}); } catch (error) { return error.name; } })(),
]";

async fn built_ins_return_throw_and_construct_as_before(page: &Page) -> Outcome {
    page.open(PLAIN).await?;
    let plain = page.eval(CALLS).await?;
    page.open(GATED).await?;
    page.until("!!assent.choice").await?;
    let gated = page.eval(CALLS).await?;
    let rows = |value: &assent_stage::browser::Value| value.as_array().cloned().unwrap_or_default();
    for (i, (plain, gated)) in rows(&plain).into_iter().zip(rows(&gated)).enumerate() {
        assert_eq!(gated, plain, "row {i}");
    }
    Ok(())
}

async fn a_held_connection_is_one_to_whoever_looks_at_it(page: &Page) -> Outcome {
    page.open(GATED).await?;
    page.until("!!assent.choice").await?;
    let looks = page
        .eval(
            "[
                (it => [it instanceof WebSocket, it instanceof EventTarget, it.constructor === window.WebSocket, it.readyState, it.url, it.OPEN, it.send('x'), it.close(), String(it)])(new WebSocket('ws://ads.example/socket')),
                (it => { it.onmessage = () => {}; return [it instanceof EventSource, it.readyState, typeof it.onmessage, typeof it.addEventListener]; })(new EventSource('http://ads.example/events')),
                (it => [it instanceof Worker, it.postMessage('x'), it.terminate()])(new Worker('http://ads.example/worker.js')),
                (() => { class Mine extends WebSocket { mine() { return 1; } } const it = new Mine('ws://ads.example/socket'); return [it instanceof Mine, it instanceof WebSocket, it.mine()]; })(),
            ]",
        )
        .await?;
    assert_eq!(
        looks,
        json!([
            [true, true, true, 0, "ws://ads.example/socket", 1, null, null, "[object WebSocket]"],
            [true, 0, "function", "function"],
            [true, null, null],
            [true, true, 1]
        ])
    );
    assert!(page.hits("ads.example").is_empty());
    Ok(())
}
