//! The three engines and how each is told to find the stage behind every host name.

use std::env;

use serde_json::{Value, json};

use super::Failure;

/// Which browser visits the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Debian's Chromium, by ChromeDriver.
    Chromium,
    /// Firefox ESR, by geckodriver.
    Firefox,
    /// WebKitGTK's MiniBrowser, by WebKitWebDriver, on a virtual display.
    WebKit,
}

impl Engine {
    /// The engine that `ASSENT_ENGINE` names; Chromium if it names none.
    ///
    /// # Errors
    /// The variable holds another word.
    pub fn from_env() -> Result<Self, Failure> {
        match env::var("ASSENT_ENGINE").as_deref() {
            Ok("chromium") | Err(_) => Ok(Self::Chromium),
            Ok("firefox") => Ok(Self::Firefox),
            Ok("webkit") => Ok(Self::WebKit),
            Ok(other) => {
                Err(format!("ASSENT_ENGINE is \"{other}\"; it must be chromium, firefox or webkit").into())
            }
        }
    }

    /// The word by which `ASSENT_ENGINE` calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    /// The command that brings the browser; its driver's is told where that is looked for.
    pub(super) const fn remedy(self) -> &'static str {
        match self {
            Self::Chromium => "apt-get install -y chromium",
            Self::Firefox => "apt-get install -y firefox-esr",
            Self::WebKit => "apt-get install -y webkit2gtk-driver",
        }
    }

    pub(super) fn capabilities(self, stage_port: u16) -> Value {
        let address = format!("127.0.0.1:{stage_port}");
        let proxy = json!({ "proxyType": "manual", "httpProxy": address, "sslProxy": address });
        match self {
            Self::Chromium => json!({
                "browserName": "chrome",
                "acceptInsecureCerts": true,
                "goog:chromeOptions": {
                    "binary": program("CHROMIUM", "/usr/bin/chromium"),
                    "args": [
                        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                        "--disable-background-networking", "--disable-component-update", "--disable-sync",
                        "--window-size=1280,900",
                        "--hide-scrollbars",
                        "--force-color-profile=srgb",
                        // Trackers on the browser's built-in list of https hosts are played by http, too.
                        "--enable-features=HstsTopLevelNavigationsOnly",
                        format!("--host-resolver-rules=MAP * {address}"),
                    ],
                },
            }),
            Self::Firefox => json!({
                "browserName": "firefox",
                "acceptInsecureCerts": true,
                "proxy": proxy,
                "moz:firefoxOptions": {
                    "binary": program("FIREFOX", "/usr/bin/firefox-esr"),
                    "args": ["-headless", "--width", "1280", "--height", "900"],
                    "prefs": {
                        "network.proxy.allow_hijacking_localhost": true,
                        "network.proxy.no_proxies_on": "",
                        "network.stricttransportsecurity.preloadlist": false,
                        "dom.security.https_first": false,
                        "dom.disable_open_during_load": false,
                        // Firefox's own blocking would do the gate's work and hide its faults.
                        "privacy.trackingprotection.enabled": false,
                        "privacy.trackingprotection.pbmode.enabled": false,
                        "browser.contentblocking.category": "custom",
                        "network.cookie.cookieBehavior": 0,
                        "network.cookie.thirdparty.sessionOnly": false,
                        "browser.safebrowsing.malware.enabled": false,
                        "browser.safebrowsing.phishing.enabled": false,
                        "app.normandy.enabled": false,
                        "datareporting.healthreport.uploadEnabled": false,
                    },
                },
            }),
            Self::WebKit => json!({
                "browserName": "MiniBrowser",
                "acceptInsecureCerts": true,
                "proxy": proxy,
                "webkitgtk:browserOptions": {
                    "binary": program("MINIBROWSER", "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser"),
                    "args": ["--automation"],
                },
            }),
        }
    }
}

fn program(variable: &str, usual: &str) -> String {
    env::var(variable).unwrap_or_else(|_| usual.to_owned())
}
