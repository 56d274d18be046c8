//! What the code that made a held call sees of it, as `heldFetch` says.

use assent_stage::{
    browser::{Case, Outcome, Page, json},
    cases,
};

pub const CASES: &[Case] = cases![
    a_held_call_waits_unless_the_policy_says_otherwise,
    a_held_call_may_fail_as_without_a_network,
    a_held_call_may_be_answered_with_nothing,
    a_held_request_that_is_aborted_is_never_made,
];

const PAGE: &str = "cases/the-policy-may-say-otherwise";
const KINDS: [&str; 7] = ["fetch", "xhr", "sync", "beacon", "WebSocket", "EventSource", "Worker"];

/// Makes every call that has an answer and notes what its caller sees.
const CALL: &str = "(() => {
    const at = (name) => `http://metrics.example/${name}`;
    const seen = (window.__seen = {});
    const note = (name, ...what) => (seen[name] = [...(seen[name] || []), ...what]);
    fetch(at('fetch')).then(async (reply) => note('fetch', reply.status, await reply.text()), (error) => note('fetch', error.name));
    const xhr = new XMLHttpRequest();
    for (const type of ['readystatechange', 'load', 'error', 'abort', 'loadend']) {
        xhr.addEventListener(type, () => (type !== 'readystatechange' || xhr.readyState === 4) && note('xhr', type));
    }
    xhr.open('POST', at('xhr'));
    xhr.setRequestHeader('x-kept', 'yes');
    xhr.send('from xhr');
    xhr.addEventListener('loadend', () => note('xhr', xhr.readyState, xhr.status > 199 && xhr.status < 300, xhr.responseText === ''));
    const sync = new XMLHttpRequest();
    sync.open('GET', at('sync'), false);
    try { sync.send(); note('sync', sync.readyState, sync.status > 199 && sync.status < 300, sync.responseText); } catch (error) { note('sync', error.name); }
    note('beacon', navigator.sendBeacon(at('beacon')));
    const connection = (name, it) => {
        for (const type of ['open', 'error', 'close', 'message']) {
            it['on' + type] = (event) => note(name, 'on' + type, event.code ?? '', event.wasClean ?? '');
            it.addEventListener(type, () => note(name, type, it.readyState ?? ''));
        }
    };
    connection('WebSocket', new WebSocket(at('WebSocket').replace('http', 'ws')));
    connection('EventSource', new EventSource(at('EventSource')));
    connection('Worker', new Worker(at('Worker')));
})()";

async fn seen(
    page: &Page,
    kind: &str,
) -> Result<assent_stage::browser::Value, assent_stage::browser::Failure> {
    page.eval(&format!("__seen['{kind}'] ?? 'nothing'")).await
}

async fn call(page: &Page, answer: &str) -> Outcome {
    page.open(&format!("{PAGE}?heldFetch={answer}")).await?;
    page.until("!!assent.choice").await?;
    page.eval(&format!("void {CALL}")).await.map(|_| ())
}

async fn a_held_call_waits_unless_the_policy_says_otherwise(page: &Page) -> Outcome {
    call(page, "pending").await?;
    // Whatever would be told at once is told by then.
    page.eval("await new Promise(done => setTimeout(() => setTimeout(done)))").await?;
    for kind in KINDS {
        let expected = match kind {
            "beacon" => json!([true]),
            "sync" => json!(["NetworkError"]),
            _ => json!("nothing"),
        };
        assert_eq!(seen(page, kind).await?, expected, "{kind}");
    }
    page.click_in_notice("[data-action=accept]").await?;
    page.until("!!__seen.fetch && __seen.xhr?.length === 6").await?;
    assert_eq!(seen(page, "fetch").await?, json!([200, "{}"]));
    assert_eq!(seen(page, "xhr").await?, json!(["readystatechange", "load", "loadend", 4, true, false]));
    let hit = page.hit("metrics.example", "/xhr").await?;
    assert_eq!((hit.method.as_str(), hit.text()), ("POST", "from xhr".to_owned()));
    page.hit("metrics.example", "/beacon").await?;
    assert_eq!(page.eval("__errors").await?, json!([]));
    Ok(())
}

/// Answered at once, and not made later: a grant that releases an image makes none of the calls.
async fn nothing_is_made_later(page: &Page) -> Outcome {
    page.click_in_notice("[data-action=accept]").await?;
    page.until("assent.allows('analytics')").await?;
    page.eval("(new Image().src = 'http://metrics.example/after.gif', 1)").await?;
    page.hit("metrics.example", "/after.gif").await?;
    let made = page.hits("metrics.example").into_iter().map(|hit| hit.path);
    let made: Vec<_> = made.filter(|path| KINDS.iter().any(|kind| path.ends_with(kind))).collect();
    assert!(made.is_empty(), "{made:?}");
    assert_eq!(page.eval("__errors").await?, json!([]));
    Ok(())
}

async fn a_held_call_may_fail_as_without_a_network(page: &Page) -> Outcome {
    call(page, "error").await?;
    page.until("['fetch', 'WebSocket', 'EventSource', 'Worker'].every(kind => __seen[kind]) && __seen.xhr?.length === 6 && __seen.WebSocket.length === 10").await?;
    for (kind, expected) in [
        ("fetch", json!(["TypeError"])),
        ("xhr", json!(["readystatechange", "error", "loadend", 4, false, true])),
        ("sync", json!(["NetworkError"])),
        ("beacon", json!([false])),
        ("WebSocket", json!(["onerror", "", "", "error", 3, "onclose", 1006, false, "close", 3])),
        ("EventSource", json!(["onerror", "", "", "error", 2])),
        ("Worker", json!(["onerror", "", "", "error", ""])),
    ] {
        assert_eq!(seen(page, kind).await?, expected, "{kind}");
    }
    nothing_is_made_later(page).await
}

async fn a_held_call_may_be_answered_with_nothing(page: &Page) -> Outcome {
    call(page, "empty").await?;
    page.until("['fetch', 'EventSource'].every(kind => __seen[kind]) && __seen.xhr?.length === 6 && __seen.WebSocket?.length === 5").await?;
    for (kind, expected) in [
        ("fetch", json!([204, ""])),
        ("xhr", json!(["readystatechange", "load", "loadend", 4, true, true])),
        ("sync", json!([4, true, ""])),
        ("beacon", json!([true])),
        ("WebSocket", json!(["onclose", 1000, true, "close", 3])),
        // A server that has nothing more to say ends it with status 204; the browser then does not come back.
        ("EventSource", json!(["onerror", "", "", "error", 2])),
        ("Worker", json!("nothing")),
    ] {
        assert_eq!(seen(page, kind).await?, expected, "{kind}");
    }
    nothing_is_made_later(page).await
}

async fn a_held_request_that_is_aborted_is_never_made(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    page.until("!!assent.choice").await?;
    page.eval(
        "void (() => {
            window.__told = [];
            const make = (name) => {
                const it = new XMLHttpRequest();
                for (const type of ['abort', 'error', 'load', 'loadend']) it.addEventListener(type, () => __told.push(name + ' ' + type));
                it.open('GET', 'http://metrics.example/' + name);
                it.send();
                return it;
            };
            make('aborted').abort();
            const again = make('first-address');
            again.open('GET', 'http://metrics.example/second-address');
            again.send();
            const control = new AbortController();
            fetch('http://metrics.example/aborted-fetch', { signal: control.signal }).catch((error) => __told.push(error.name));
            control.abort();
        })()",
    )
    .await?;
    page.until("__told.includes('AbortError')").await?;
    assert_eq!(page.eval("__told").await?, json!(["aborted abort", "aborted loadend", "AbortError"]));
    page.click_in_notice("[data-action=accept]").await?;
    page.hit("metrics.example", "/second-address").await?;
    page.until("__told.includes('second-address load') || __told.includes('first-address load')").await?;
    page.eval("(new Image().src = 'http://metrics.example/after.gif', 1)").await?;
    page.hit("metrics.example", "/after.gif").await?;
    for path in ["/aborted", "/first-address", "/aborted-fetch"] {
        assert!(page.hits("metrics.example").iter().all(|hit| hit.path != path), "{path}");
    }
    Ok(())
}
