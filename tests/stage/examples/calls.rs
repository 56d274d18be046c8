//! What the gate adds to a call of a built-in: `cargo xtask bench calls`.
//!
//! What this is: the same calls on a page with the gate and on one without, in the engine that `ASSENT_ENGINE` names, none of
//! them with anything to hold. Each is repeated until that takes 20 ms, and the best of seven such rounds counts, since a
//! machine that does something else can only make a call longer.

use std::path::Path;

use assent_stage::{
    Folders, Stage,
    browser::{Browser, Engine, Failure, Page},
};

/// What the gate may add to a call, in nanoseconds.
const MOST: f64 = 2000.0;

/// A name, what is made ready once, and the call.
const CALLS: &[(&str, &str, &str)] = &[
    ("setAttribute('class', …)", "const it = document.createElement('p')", "it.setAttribute('class', 'a')"),
    (
        "setAttribute('style', …)",
        "const it = document.createElement('p')",
        "it.setAttribute('style', 'color: red')",
    ),
    (
        "setAttributeNS(null, 'x', …)",
        "const it = document.createElement('p')",
        "it.setAttributeNS(null, 'x', 'a')",
    ),
    ("link.href = own address", "const it = document.createElement('link')", "it.href = '/own.css'"),
    ("read of img.src", "const it = Object.assign(new Image(), { src: '/own.gif' })", "it.src"),
    ("style.color = …", "const it = document.createElement('p')", "it.style.color = 'red'"),
    (
        "appendChild(div)",
        "const [it, child] = [document.createElement('p'), document.createElement('div')]",
        "it.appendChild(child)",
    ),
    ("append(text)", "const it = document.createElement('p')", "it.append('x'); it.textContent = ''"),
    (
        "insertBefore(text, null)",
        "const [it, child] = [document.createElement('p'), document.createTextNode('x')]",
        "it.insertBefore(child, null)",
    ),
    (
        "replaceChildren(div)",
        "const [it, child] = [document.createElement('p'), document.createElement('div')]",
        "it.replaceChildren(child)",
    ),
    ("innerHTML = text", "const it = document.createElement('p')", "it.innerHTML = 'some text'"),
    (
        "innerHTML = markup",
        "const it = document.createElement('p')",
        "it.innerHTML = '<b class=a>x</b><i>y</i>'",
    ),
    (
        "insertAdjacentHTML(text)",
        "const it = document.createElement('p')",
        "it.insertAdjacentHTML('beforeend', 'x'); it.textContent = ''",
    ),
    (
        "insertRule(…)",
        "const it = document.head.appendChild(document.createElement('style')).sheet",
        "it.insertRule('p { color: red }'); it.deleteRule(0)",
    ),
    (
        "fetch(own address), aborted",
        "const gone = { signal: AbortSignal.abort() }, never = () => {}",
        "fetch('/own', gone).catch(never)",
    ),
    ("xhr.open(own address)", "const it = new XMLHttpRequest()", "it.open('GET', '/own')"),
    ("localStorage.setItem(…)", "", "localStorage.setItem('basket', '2')"),
    ("document.cookie = …", "", "document.cookie = 'basket=2'"),
    ("Function.prototype.toString", "const it = () => 1", "Function.prototype.toString.call(it)"),
];

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let stage = Stage::start(0, Folders::of_checkout(&root)).await?;
    let browser = Browser::start(Engine::from_env()?, stage).await?;
    let page = browser.fresh_page().await?;
    page.open("cases/no-gate").await?;
    let plain = measure(&page).await?;
    page.open("cases/built-ins-stay-what-pages-expect").await?;
    page.until("!!assent.choice").await?;
    let gated = measure(&page).await?;
    browser.close().await?;
    println!(
        "| call, ns in {} | native | with the gate | added |\n|---|---:|---:|---:|",
        browser.engine().name()
    );
    let mut slow = Vec::new();
    for ((name, ..), (plain, gated)) in CALLS.iter().zip(plain.into_iter().zip(gated)) {
        let added = gated - plain;
        println!("| `{name}` | {plain:.0} | {gated:.0} | {added:.0} |");
        if added > MOST {
            slow.push(format!("{name} takes {added:.0} ns more"));
        }
    }
    if slow.is_empty() {
        Ok(())
    } else {
        Err(format!("{}; at most {MOST:.0} are meant", slow.join(", ")).into())
    }
}

/// Nanoseconds per call, in the order of the list.
async fn measure(page: &Page) -> Result<Vec<f64>, Failure> {
    let mut found = Vec::new();
    for (name, ready, call) in CALLS {
        let nanoseconds = page
            .eval(&format!(
                "(() => {{
                    {ready};
                    const round = (times) => {{ const since = performance.now(); for (let i = 0; i < times; i++) {{ {call}; }} return performance.now() - since; }};
                    let times = 64;
                    while (round(times) < 20) times *= 2;
                    return Math.min(...Array.from({{ length: 7 }}, () => round(times))) / times * 1e6;
                }})()"
            ))
            .await?;
        found.push(nanoseconds.as_f64().ok_or_else(|| format!("{name}: {nanoseconds}"))?);
    }
    Ok(found)
}
