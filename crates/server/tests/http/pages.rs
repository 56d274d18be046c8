//! The admin pages, as a browser sees them.

use std::collections::BTreeMap;

use assent_server::store::{Password, Scope};

use crate::client::Answer;
use crate::stage::{Stage, Visitor};

const PASSWORD: &str = "a horse and a staple";
const HERE: &str = "https://archive.example";
/// What would run if it were not escaped.
const CANARY: &str = "<script>'canary'\"&</script>";

/// A browser: it keeps cookies, and knows the last form.
struct Browser<'s> {
    stage: &'s Stage,
    cookies: BTreeMap<String, String>,
    csrf: String,
}

impl<'s> Browser<'s> {
    fn new(stage: &'s Stage) -> Browser<'s> {
        Browser { stage, cookies: BTreeMap::new(), csrf: String::new() }
    }

    /// Somebody with a scope, signed in.
    async fn signed_in(stage: &'s Stage, name: &str, scope: Scope) -> Browser<'s> {
        stage.archive.add_admin("test", name, scope, None, Password::new(PASSWORD.into())).await.unwrap();
        let mut browser = Browser::new(stage);
        let answer = browser.sign_in(name, PASSWORD).await;
        assert_eq!((answer.status, answer.header("location")), (303, Some("/admin")), "{answer:?}");
        assert!(browser.get("/admin").await.status < 400);
        browser
    }

    async fn sign_in(&mut self, name: &str, password: &str) -> Answer {
        self.get("/admin/login").await;
        self.post("/admin/login", &[("name", name), ("password", password)]).await
    }

    async fn send(&mut self, request: &str, body: &str) -> Answer {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookies =
            if cookies.is_empty() { String::new() } else { format!("\ncookie: {}", cookies.join("; ")) };
        let answer = self.stage.ask(&format!("{request}{cookies}\n\n{body}")).await;
        for line in answer.head.lines().filter_map(|line| line.strip_prefix("set-cookie: ")) {
            let (pair, rules) = line.split_once("; ").unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            assert!(name.starts_with("__Host-"), "{line}");
            for rule in ["Path=/", "HttpOnly", "SameSite=Strict", "Secure"] {
                assert!(rules.split("; ").any(|found| found == rule), "{rule}: {line}");
            }
            if rules.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.into(), value.into());
            }
        }
        let text = answer.text();
        if let Some((_, rest)) = text.split_once("name=\"csrf\" value=\"") {
            self.csrf = rest.split('"').next().unwrap().into();
        }
        answer
    }

    async fn get(&mut self, path: &str) -> Answer {
        self.send(&format!("GET {path}"), "").await
    }

    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.csrf.clone();
        self.post_as(path, HERE, &csrf, fields).await
    }

    async fn post_as(&mut self, path: &str, origin: &str, csrf: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields).append_pair("csrf", csrf);
        let head = format!("POST {path}\norigin: {origin}\ncontent-type: application/x-www-form-urlencoded");
        self.send(&head, &body.finish()).await
    }
}

/// All pages that can be looked at.
const PAGES: &[&str] = &[
    "/admin",
    "/admin/sites",
    "/admin/sites/shop",
    "/admin/sites/shop/breaches",
    "/admin/statistics",
    "/admin/statistics?site=shop&by=day,regime",
    "/admin/look-up",
    "/admin/look-up?site=shop&address=https%3A%2F%2Fcounter.example%2Fx.js",
    "/admin/tokens",
    "/admin/keys",
    "/admin/erasures",
    "/admin/audit",
];

/// All changes that a form can make.
const CHANGES: &[(&str, &[(&str, &str)])] = &[
    ("/admin/tokens", &[("name", "robot"), ("scope", "auditor"), ("site", ""), ("days", "7")]),
    ("/admin/tokens/robot/revoke", &[]),
    ("/admin/keys/rotate-signing", &[]),
    ("/admin/keys/retire-signing", &[]),
    ("/admin/keys/rotate-wrapping", &[]),
    (
        "/admin/sites",
        &[
            ("site", "news"),
            ("origins", "https://news.example\r\nhttps://www.news.example"),
            ("erasure", "full"),
            ("erasure_after_hours", "1"),
            ("retention_days", "30"),
        ],
    ),
    ("/admin/sites/news/policies", &[("policy", include_str!("policy.json"))]),
    (
        "/admin/sites/shop/breaches",
        &[
            ("since", "2020-01-01T10:00"),
            ("until", "2020-02-01T10:00"),
            ("purposes", "marketing"),
            ("language1", "en"),
            ("text1", "A list was open."),
        ],
    ),
];

#[tokio::test]
async fn who_signs_in_sees_the_pages_and_each_change_is_in_the_audit_trail() {
    let stage = Stage::start().await;
    assert_eq!(Browser::new(&stage).get("/admin").await.header("location"), Some("/admin/login"));
    let mut browser = Browser::signed_in(&stage, "ana", Scope::Admin).await;
    stage.choose(&Visitor::new(1), true).await;
    for path in PAGES {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'self'; form-action 'self'"), "{policy}");
        assert!(!policy.contains("unsafe") && !policy.contains("script-src"), "{policy}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(
            answer.header("referrer-policy"),
            Some("same-origin"),
            "else a form comes without its origin"
        );
        let text = answer.text();
        assert!(!text.contains("<script") && !text.contains("style="), "{path}");
    }
    for (path, fields) in CHANGES {
        let answer = browser.post(path, fields).await;
        let shown_once = *path == "/admin/tokens";
        assert_eq!(answer.status, if shown_once { 200 } else { 303 }, "{path}: {}", answer.text());
        if shown_once {
            let text = answer.text();
            let token = text.split("assent_").nth(1).unwrap().split('<').next().unwrap();
            let token = format!("assent_{token}");
            let header = format!("authorization: Bearer {token}");
            assert_eq!(stage.ask(&format!("GET /v1/admin/audit\n{header}\n\n")).await.status, 200);
            assert!(!browser.get("/admin/tokens").await.text().contains(&token), "it is shown once");
        } else {
            assert!(browser.get(answer.header("location").unwrap()).await.text().contains("Done"), "{path}");
        }
    }
    let trail = browser.get("/admin/audit").await.text();
    for act in [
        "sign in",
        "make token",
        "revoke token",
        "make signing key",
        "retire signing keys",
        "make wrapping key",
        "make site",
        "publish policy",
        "tell breach",
    ] {
        assert!(trail.contains(act), "{act}: {trail}");
    }
    assert!(trail.matches("<td>ana</td>").count() > CHANGES.len(), "the changes are hers");
    assert!(browser.get("/admin/sites/news").await.text().contains("https://www.news.example"));
    assert!(browser.get("/admin/keys").await.text().contains("wrapping-2.key"));
    stage.archive.count_breach().await.unwrap();
    assert!(browser.get("/admin/sites/shop/breaches").await.text().contains("<b>0</b> people"));
    stage.stop().await;
}

#[tokio::test]
async fn nobody_learns_which_names_there_are_and_nobody_tries_for_long() {
    let stage = Stage::start().await;
    let mut browser = Browser::signed_in(&stage, "ana", Scope::Admin).await;
    let (known, unknown) = (
        browser.sign_in("ana", "canary canary canary").await,
        browser.sign_in("bob", "canary canary canary").await,
    );
    let told = |answer: &Answer| {
        // The token of the form is drawn anew.
        let text = answer.text();
        let (before, rest) = text.split_once("name=\"csrf\" value=\"").unwrap();
        (answer.status, before.to_string(), rest.split_once('"').unwrap().1.to_string())
    };
    assert_eq!(told(&known), told(&unknown));
    assert_eq!(known.status, 422);
    for _ in 0..7 {
        assert_eq!(browser.sign_in("ana", "canary canary canary").await.status, 422);
    }
    let answer = browser.sign_in("ana", PASSWORD).await;
    assert_eq!(answer.status, 429, "even with the password");
    assert!(answer.header("retry-after").is_some());
    let log = crate::stage::log();
    assert!(!log.contains("canary canary") && !log.contains(PASSWORD));
    for cookie in browser.cookies.values() {
        assert!(!log.contains(cookie));
    }
    stage.stop().await;
}

#[tokio::test]
async fn a_form_of_somebody_else_changes_nothing() {
    let stage = Stage::start().await;
    let mut browser = Browser::signed_in(&stage, "ana", Scope::Admin).await;
    let mut other = Browser::signed_in(&stage, "eve", Scope::Admin).await;
    let (good, foreign) = (browser.csrf.clone(), other.csrf.clone());
    assert_ne!(good, foreign);
    let before = stage.archive.audit(None, 100).await.unwrap().0.len();
    for (path, fields) in CHANGES {
        for (origin, csrf) in [
            (HERE, ""),
            (HERE, "canary"),
            (HERE, foreign.as_str()),
            ("https://shop.example", &good),
            ("http://archive.example", &good),
            ("null", &good),
        ] {
            let answer = browser.post_as(path, origin, csrf, fields).await;
            assert_eq!(answer.status, 403, "{path} {origin} {csrf}");
        }
        let plain = format!("POST {path}\ncontent-type: application/x-www-form-urlencoded");
        assert_eq!(
            browser.send(&plain, &format!("csrf={good}")).await.status,
            403,
            "{path} without an origin"
        );
        let json = format!("POST {path}\norigin: {HERE}\ncontent-type: application/json");
        assert_eq!(browser.send(&json, "{}").await.status, 415, "{path}");
        // A cookie is no token, and a token no cookie.
        let asked = browser.get(&path.replace("/admin", "/v1/admin")).await.status;
        assert!(matches!(asked, 401 | 404 | 405), "{path}: {asked}");
    }
    let mut stranger = Browser::new(&stage);
    let fields = [("name", "ana"), ("password", PASSWORD)];
    assert_eq!(stranger.post("/admin/login", &fields).await.status, 403, "the form was never open");
    assert_eq!(other.get("/admin/login").await.status, 200);
    let csrf = other.csrf.clone();
    assert_eq!(other.post_as("/admin/login", "https://shop.example", &csrf, &fields).await.status, 403);
    assert_eq!(stage.archive.audit(None, 100).await.unwrap().0.len(), before);
    stage.stop().await;
}

#[tokio::test]
async fn a_session_ends_when_it_is_left_or_rests() {
    let stage = Stage::start().await;
    let mut browser = Browser::signed_in(&stage, "ana", Scope::Admin).await;
    let kept = browser.cookies.clone();
    assert_eq!(browser.post("/admin/logout", &[]).await.header("location"), Some("/admin/login"));
    assert!(!browser.cookies.keys().any(|name| name.contains("session")));
    browser.cookies = kept;
    assert_eq!(
        browser.get("/admin").await.header("location"),
        Some("/admin/login"),
        "the archive has forgotten it"
    );
    assert_eq!(browser.sign_in("ana", PASSWORD).await.status, 303);
    assert_eq!(browser.get("/admin").await.status, 200);
    stage.clock.forward(31 * 60_000);
    assert_eq!(browser.get("/admin").await.status, 303);
    let csrf = browser.csrf.clone();
    let answer = browser.post_as("/admin/keys/rotate-signing", HERE, &csrf, &[]).await;
    assert_eq!(answer.header("location"), Some("/admin/login"));
    stage.stop().await;
}

#[tokio::test]
async fn each_scope_sees_and_changes_what_its_tokens_do() {
    let stage = Stage::start().await;
    let mut auditor = Browser::signed_in(&stage, "olga", Scope::Auditor).await;
    let mut marketer = Browser::signed_in(&stage, "max", Scope::Marketer).await;
    for path in PAGES {
        assert_eq!(auditor.get(path).await.status, 200, "{path}");
        let is_open = path.contains("statistics") || path.contains("look-up");
        let expected = if is_open {
            200
        } else if *path == "/admin" {
            303
        } else {
            403
        };
        assert_eq!(marketer.get(path).await.status, expected, "{path}");
    }
    let text = auditor.get("/admin/tokens").await.text();
    assert_eq!(text.matches("method=\"post\"").count(), 1, "the way out is all that an auditor may send");
    let before = stage.archive.audit(None, 100).await.unwrap().0.len();
    for (path, fields) in CHANGES {
        assert_eq!(auditor.post(path, fields).await.status, 403, "{path}");
        assert_eq!(marketer.post(path, fields).await.status, 403, "{path}");
    }
    assert_eq!(stage.archive.audit(None, 100).await.unwrap().0.len(), before);
    // Who is there for one site sees no other.
    let blog = stage.archive.site("blog").await.unwrap();
    let password = Password::new(PASSWORD.into());
    stage.archive.add_admin("test", "bo", Scope::Marketer, Some(&blog), password).await.unwrap();
    let mut one = Browser::new(&stage);
    assert_eq!(one.sign_in("bo", PASSWORD).await.status, 303);
    assert_eq!(one.get("/admin/statistics?site=blog").await.status, 200);
    assert_eq!(one.get("/admin/statistics?site=shop").await.status, 403);
    assert!(!one.get("/admin/look-up?site=shop").await.text().contains("value=\"analytics\""));
    stage.stop().await;
}

#[tokio::test]
async fn what_is_stored_is_shown_as_text() {
    let stage = Stage::start().await;
    let mut browser = Browser::signed_in(&stage, "ana", Scope::Admin).await;
    stage.archive.make_token(CANARY, CANARY, Scope::Auditor, None, 1).await.unwrap();
    stage.archive.note("test", CANARY, CANARY).await.unwrap();
    let texts = [
        ("since", "2020-01-01T10:00"),
        ("until", "2020-02-01T10:00"),
        ("language1", "en"),
        ("text1", CANARY),
    ];
    assert_eq!(browser.post("/admin/sites/shop/breaches", &texts).await.status, 303);
    let site = stage.archive.site("shop").await.unwrap();
    let mut settings = site.settings;
    settings.origins.push("https://a\"><script>canary</script>".into());
    stage.archive.put_site("test", "shop", settings).await.unwrap();
    let mut escaped = 0;
    let sent = url::form_urlencoded::byte_serialize(CANARY.as_bytes()).collect::<String>();
    let asked = [
        format!("/admin/look-up?site={sent}"),
        format!("/admin/look-up?address={sent}&host={sent}&region={sent}&purpose={sent}&answer={sent}"),
        format!("/admin/statistics?site=shop&from=2020-01-01&to=2020-02-01&by={sent}"),
        format!("/admin/audit?cursor={sent}"),
        format!("/admin/sites/{sent}"),
        format!("/admin/keys?done={sent}"),
    ];
    for path in PAGES.iter().map(|path| path.to_string()).chain(asked) {
        let text = browser.get(&path).await.text();
        assert!(!text.contains("<script"), "{path}: {text}");
        escaped += text.matches("canary").count();
    }
    let answer =
        browser.post("/admin/tokens", &[("name", CANARY), ("scope", CANARY), ("days", CANARY)]).await;
    assert!(answer.status == 400 && !answer.text().contains("canary"));
    assert!(escaped > 8, "the canary was on the pages: {escaped}");
    stage.stop().await;
}

#[tokio::test]
async fn a_tag_is_explained_by_the_rule_of_the_gate() {
    let stage = Stage::start().await;
    let mut browser = Browser::signed_in(&stage, "max", Scope::Marketer).await;
    let ask = "/admin/look-up?site=shop&address=https%3A%2F%2Fcounter.example%2Fx.js";
    for (more, told) in [
        ("&region=DE", "purpose_not_granted"),
        ("&region=US-CA", "granted"),
        ("&region=DE&answer=given&purpose=analytics", "granted"),
        ("&region=US-CA&answer=given&purpose=marketing", "purpose_not_granted"),
    ] {
        let text = browser.get(&format!("{ask}{more}")).await.text();
        assert!(text.contains(&format!("<code>{told}</code>")), "{more}: {text}");
        assert_eq!(text.contains("It passes."), told == "granted", "{more}");
    }
    let text = browser.get("/admin/look-up?site=shop&address=%2Fown.js&host=shop.example").await.text();
    assert!(text.contains("<code>first_party</code>"), "{text}");
    stage.stop().await;
}
