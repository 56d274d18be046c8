//! A page under test: what a person can do on it, and what a test may ask it.

use fantoccini::{
    Client,
    actions::{InputSource, KeyAction, KeyActions},
    elements::Element,
    wd::WindowHandle,
};
use serde_json::{Value, json};

use super::{Failure, devtools::DevTools, eventually};
use crate::{Hit, Stage, archive::Archive};

/// The notice's own document: an open shadow root.
const IN_NOTICE: &str = "document.querySelector('assent-notice')?.shadowRoot?.querySelector(arguments[0])";

/// A page on a first-party host of its own.
#[derive(Clone, Debug)]
pub struct Page {
    client: Client,
    stage: Stage,
    host: String,
}

impl Page {
    pub(super) const fn new(client: Client, stage: Stage, host: String) -> Self {
        Self { client, stage, host }
    }

    /// The page's own host name.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The same window on a sibling host, whose storage is another one.
    #[must_use]
    pub fn on_another_host(&self) -> Self {
        Self { host: format!("other.{}", self.host), ..self.clone() }
    }

    /// Opens a file of `www/` on this page's host, and waits for its `load` event.
    ///
    /// # Errors
    /// It does not load.
    pub async fn open(&self, path: &str) -> Result<(), Failure> {
        Ok(self.client.goto(&format!("http://{}/{path}", self.host)).await?)
    }

    /// The same window on the demo's own address, which browsers take for secure, with nothing kept from an earlier visit.
    ///
    /// # Errors
    /// The browser does not answer.
    pub async fn at_home(&self) -> Result<Self, Failure> {
        let home = Self { host: format!("localhost:{}", self.stage.port()), ..self.clone() };
        home.open("privacy").await?;
        home.client.delete_all_cookies().await?;
        home.eval("(localStorage.clear(), sessionStorage.clear())").await?;
        Ok(home)
    }

    /// Starts an archive behind this page's host, with a file of `www/` as the policy.
    ///
    /// # Errors
    /// It does not start.
    pub async fn start_archive(&self, policy: &str) -> Result<Archive, Failure> {
        let origin = format!("http://{}", self.host);
        Archive::start(self.stage.behind.clone(), None, &origin, policy).await
    }

    /// Puts an archive behind the demo shop whose plug its page can pull.
    ///
    /// # Errors
    /// It does not start.
    pub async fn start_demo_archive(&self) -> Result<(), Failure> {
        self.stage.start_archive(None).await
    }

    /// Opens the demo shop at its own address, with nothing kept from an earlier visit.
    ///
    /// # Errors
    /// It does not load.
    pub async fn open_demo(&self) -> Result<(), Failure> {
        let address = format!("http://localhost:{}/", self.stage.port());
        self.client.goto(&format!("{address}privacy")).await?;
        self.client.delete_all_cookies().await?;
        self.eval("(localStorage.clear(), sessionStorage.clear())").await?;
        self.stage.clear();
        Ok(self.client.goto(&address).await?)
    }

    /// Loads the page again.
    ///
    /// # Errors
    /// It does not load.
    pub async fn reload(&self) -> Result<(), Failure> {
        Ok(self.client.refresh().await?)
    }

    /// The value of a JavaScript expression, awaited if it is a promise.
    ///
    /// # Errors
    /// It throws or rejects.
    pub async fn eval(&self, expression: &str) -> Result<Value, Failure> {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             (async () => ({expression}))().then(v => done({{ v: v ?? null }}), e => done({{ e: String(e) }}))"
        );
        let answer = self.client.execute_async(&script, vec![]).await?;
        match answer.get("e").and_then(Value::as_str) {
            Some(error) => Err(format!("{expression}: {error}").into()),
            None => Ok(answer.get("v").cloned().unwrap_or_default()),
        }
    }

    /// Waits until a JavaScript expression is true.
    ///
    /// # Errors
    /// It never is.
    pub async fn until(&self, expression: &str) -> Result<(), Failure> {
        let what = format!("{expression} on {}", self.host);
        eventually(&what, async || Ok(self.eval(expression).await? == Value::Bool(true))).await
    }

    /// Clicks an element of the page as a person would.
    ///
    /// # Errors
    /// There is none, or it cannot be clicked.
    pub async fn click(&self, css: &str) -> Result<(), Failure> {
        self.click_on(css, "document.querySelector(arguments[0])").await
    }

    /// Clicks an element of the notice as a person would, once it is there and nothing covers it.
    ///
    /// # Errors
    /// There is none, or it cannot be clicked.
    pub async fn click_in_notice(&self, css: &str) -> Result<(), Failure> {
        self.click_on(css, IN_NOTICE).await
    }

    /// Clicks a part of what stands in for a held film or frame, as a person would.
    ///
    /// # Errors
    /// There is none, or it cannot be clicked.
    pub async fn click_in_stand_in(&self, embed: &str, css: &str) -> Result<(), Failure> {
        let finder = format!(
            "document.querySelector('{embed}')?.parentNode.querySelector('{embed} + assent-embed')?.shadowRoot.querySelector(arguments[0])"
        );
        self.click_on(css, &finder).await
    }

    /// Clicks an element below a node that a JavaScript expression finds, as a person would.
    ///
    /// # Errors
    /// There is none, or it cannot be clicked.
    pub async fn click_in(&self, root: &str, css: &str) -> Result<(), Failure> {
        self.click_on(css, &format!("{root}?.querySelector(arguments[0])")).await
    }

    async fn click_on(&self, css: &str, finder: &str) -> Result<(), Failure> {
        let what = format!("{css} can be clicked on {}", self.host);
        eventually(&what, async || {
            // WebDriver scrolls the page, but not every engine scrolls a box inside it.
            let script = format!(
                "const element = {finder};
                 element?.scrollIntoView({{ block: 'center', behavior: 'instant' }});
                 return element ?? null"
            );
            let found = self.client.execute(&script, vec![json!(css)]).await?;
            let Some(id) = found.as_object().and_then(|map| map.values().next()).and_then(Value::as_str)
            else {
                return Ok(false);
            };
            let element = Element::from_element_id(self.client.clone(), id.to_owned().into());
            element.click().await?;
            Ok(true)
        })
        .await
    }

    /// Whether the notice shows an element now: it exists, is laid out and not hidden.
    ///
    /// # Errors
    /// The browser does not answer.
    pub async fn notice_shows(&self, css: &str) -> Result<bool, Failure> {
        let script = format!(
            "const element = {IN_NOTICE};
             return !!element && element.getClientRects().length > 0 && getComputedStyle(element).visibility == 'visible'"
        );
        Ok(self.client.execute(&script, vec![json!(css)]).await? == Value::Bool(true))
    }

    /// The text of an element of the notice; empty if there is none.
    ///
    /// # Errors
    /// The browser does not answer.
    pub async fn notice_text(&self, css: &str) -> Result<String, Failure> {
        let text = self.client.execute(&format!("return {IN_NOTICE}?.textContent"), vec![json!(css)]).await?;
        Ok(text.as_str().unwrap_or_default().trim().to_owned())
    }

    /// Waits until the notice shows an element.
    ///
    /// # Errors
    /// It never does.
    pub async fn until_notice_shows(&self, css: &str) -> Result<(), Failure> {
        eventually(&format!("the notice shows {css} on {}", self.host), async || self.notice_shows(css).await)
            .await
    }

    /// Waits until the notice no longer shows an element.
    ///
    /// # Errors
    /// It goes on showing it.
    pub async fn until_notice_hides(&self, css: &str) -> Result<(), Failure> {
        let what = format!("the notice hides {css} on {}", self.host);
        eventually(&what, async || Ok(!self.notice_shows(css).await?)).await
    }

    /// Presses a key and lets it go, wherever the focus is.
    ///
    /// # Errors
    /// The browser does not answer.
    pub async fn press(&self, key: char) -> Result<(), Failure> {
        let keys = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: key })
            .then(KeyAction::Up { value: key });
        Ok(self.client.perform_actions(keys).await?)
    }

    /// Opens a second tab, goes to it, and says where the first one was.
    ///
    /// # Errors
    /// The browser does not answer.
    pub async fn open_tab(&self) -> Result<WindowHandle, Failure> {
        let first = self.client.window().await?;
        let tab = self.client.new_window(true).await?;
        self.client.switch_to_window(tab.handle).await?;
        Ok(first)
    }

    /// Goes to another tab, and says which one was left.
    ///
    /// # Errors
    /// It has been closed.
    pub async fn go_to_tab(&self, handle: WindowHandle) -> Result<WindowHandle, Failure> {
        let left = self.client.window().await?;
        self.client.switch_to_window(handle).await?;
        Ok(left)
    }

    /// Goes into the frame `css`; everything asked from now on concerns its document.
    ///
    /// # Errors
    /// There is none.
    pub async fn enter_frame(&self, css: &str) -> Result<(), Failure> {
        let frame = self.client.find(fantoccini::Locator::Css(css)).await?;
        Ok(frame.enter_frame().await?)
    }

    /// Gives the page a screen of exactly this size and a preference for `light` or `dark`. Chromium only: WebDriver has
    /// no word for it, so this speaks the driver's own.
    ///
    /// # Errors
    /// Another engine, or the browser does not answer.
    pub async fn emulate_screen(&self, (width, height): (u32, u32), scheme: &str) -> Result<(), Failure> {
        let mobile = width < 600;
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile });
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.client.issue_cmd(DevTools("Emulation.setDeviceMetricsOverride", size)).await?;
        self.client.issue_cmd(DevTools("Emulation.setEmulatedMedia", media)).await?;
        Ok(())
    }

    /// Waits until nothing on the page or in the notice moves.
    ///
    /// # Errors
    /// Something moves for ever.
    pub async fn at_rest(&self) -> Result<(), Failure> {
        let moves = "document.getAnimations().every(a => a.playState !== 'running')
            && (document.querySelector('assent-notice')?.shadowRoot?.getAnimations() ?? []).every(a => a.playState !== 'running')
            && [...document.images].every(image => image.complete)";
        self.until(moves).await
    }

    /// A picture of what is seen, as PNG.
    ///
    /// # Errors
    /// The browser does not answer.
    pub async fn picture(&self) -> Result<Vec<u8>, Failure> {
        Ok(self.client.screenshot().await?)
    }

    /// What `host` has received, but for what another test's page sent: a request that was still on its way when that page
    /// was left says nothing about this one.
    #[must_use]
    pub fn hits(&self, host: &str) -> Vec<Hit> {
        let is_own =
            |hit: &Hit| hit.site().is_none_or(|site| site.contains(&self.host) || self.host.contains(site));
        self.stage.hits(host).into_iter().filter(is_own).collect()
    }

    /// Waits until `host` has received a request whose path starts so, and returns the first.
    ///
    /// # Errors
    /// None came.
    pub async fn hit(&self, host: &str, path: &str) -> Result<Hit, Failure> {
        let mut found = None;
        eventually(&format!("{host} receives {path}"), async || {
            found =
                self.hits(host).into_iter().find(|hit| hit.method != "OPTIONS" && hit.path.starts_with(path));
            Ok(found.is_some())
        })
        .await?;
        found.ok_or_else(|| "lost a hit".into())
    }
}
