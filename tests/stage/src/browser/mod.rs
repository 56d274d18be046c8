//! A real browser that visits the stage, driven through W3C WebDriver.
//!
//! One session serves a whole run. Each test gets a [`Page`] on a first-party host of its own, so its storage starts
//! empty, and the browser's clicks are the browser's: trusted events.

mod devtools;
mod driver;
mod engine;
mod harness;
mod page;
mod wait;

use std::{
    error::Error,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use fantoccini::{Client, ClientBuilder, wd::TimeoutConfiguration, wd::WindowHandle};
use hyper_util::client::legacy::connect::HttpConnector;

use crate::Stage;
use driver::Driver;

pub use engine::Engine;
pub use harness::{Case, Outcome, Played, run};
pub use page::Page;
pub use serde_json::{Value, json};
pub use wait::eventually;

/// Anything that can go wrong on the way to a page.
pub type Failure = Box<dyn Error + Send + Sync>;

/// A running browser.
#[derive(Debug)]
pub struct Browser {
    engine: Engine,
    client: Client,
    stage: Stage,
    window: WindowHandle,
    visits: AtomicUsize,
    _driver: Driver,
}

impl Browser {
    /// Starts the engine and opens a session.
    ///
    /// # Errors
    /// The engine or its driver is missing (the message names the command that mends it) or does not start.
    pub async fn start(engine: Engine, stage: Stage) -> Result<Self, Failure> {
        let driver = Driver::start(engine).await?;
        let capabilities = engine.capabilities(stage.port());
        let capabilities = capabilities.as_object().cloned().unwrap_or_default();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&driver.address)
            .await
            .map_err(|error| {
                let (name, remedy) = (engine.name(), engine.remedy());
                format!("{name} does not start ({error}); if it is missing, install it with: {remedy}")
            })?;
        let limits =
            TimeoutConfiguration::new(Some(Duration::from_secs(15)), Some(Duration::from_secs(20)), None);
        client.update_timeouts(limits).await?;
        let window = client.window().await?;
        Ok(Self { engine, client, stage, window, visits: AtomicUsize::new(1), _driver: driver })
    }

    /// Which engine it is.
    #[must_use]
    pub const fn engine(&self) -> Engine {
        self.engine
    }

    /// A page on a host that no test has visited, in a browser with one window, and nothing in the trackers' logs.
    ///
    /// # Errors
    /// The browser does not answer.
    pub async fn fresh_page(&self) -> Result<Page, Failure> {
        for handle in self.client.windows().await? {
            if handle != self.window {
                self.client.switch_to_window(handle).await?;
                self.client.close_window().await?;
            }
        }
        self.client.switch_to_window(self.window.clone()).await?;
        // What the last test's page still sends must not be counted for this one.
        self.client.goto("about:blank").await?;
        self.stage.clear();
        let visit = self.visits.fetch_add(1, Ordering::Relaxed);
        Ok(Page::new(self.client.clone(), self.stage.clone(), format!("t{visit}.shop.test")))
    }

    /// Ends the session, and with it the browser.
    ///
    /// # Errors
    /// The browser had gone already.
    pub async fn close(&self) -> Result<(), Failure> {
        Ok(self.client.clone().close().await?)
    }
}
