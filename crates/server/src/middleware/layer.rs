//! The layer itself: from a request and its cookie to an answer that holds what the cookie does not grant.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Waker, Poll};

use assent_core::csp;
use assent_core::decide::Context;
use assent_core::machine::Facts;
use assent_core::text::{fingerprint, push_base36};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use url::Url;

use super::body::{Decoder, KNOWN, ParkedBody};
use super::{Consent, Site, conditional, headers, problem};
use crate::markup::{Judge, Settings};
use crate::store::Clock;

/// What becomes of the derived Content-Security-Policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Csp {
    /// It is enforced: nothing leaves by any way. A grant takes effect with the next page.
    Enforce,
    /// It is only reported, in the browser's console and to [`Options::report_to`].
    Report,
    /// It is not sent.
    Off,
}

/// How a site's pages are treated.
#[derive(Clone, Debug)]
pub struct Options {
    /// The Content-Security-Policy.
    pub csp: Csp,
    /// The endpoint of `Reporting-Endpoints` that is told what was held; empty for none.
    pub report_to: String,
    /// Whether the meta element that holds preloads back is written.
    pub hold_preloads: bool,
    /// Whether inline scripts wait that name what is held.
    pub snippets: bool,
    /// The gate's file name.
    pub gate: String,
    /// The host that the site is on; empty to believe the request.
    pub host: String,
    /// Where people are, an ISO 3166 code; empty for what the policy says.
    pub region: String,
}

impl Options {
    /// The usual options for a policy. A header cannot let pass what nobody listed, so it is enforced only where the
    /// policy holds that anyway (`"unlisted": "hold"`, `"enforce": "csp"`), and reported elsewhere.
    pub fn new(site: &Site) -> Options {
        let enforces = site.rules().holds_unlisted() || site.rules().enforces_csp();
        Options {
            csp: if enforces { Csp::Enforce } else { Csp::Report },
            report_to: String::new(),
            hold_preloads: true,
            snippets: false,
            gate: "assent.js".into(),
            host: String::new(),
            region: String::new(),
        }
    }
}

/// The layer.
#[derive(Clone)]
pub struct Parking {
    site: Arc<Site>,
    options: Arc<Options>,
    clock: Arc<dyn Clock>,
}

impl Parking {
    /// A layer for a site.
    pub fn new(site: Arc<Site>, options: Options, clock: Arc<dyn Clock>) -> Parking {
        Parking { site, options: Arc::new(options), clock }
    }
}

impl<S> tower_layer::Layer<S> for Parking {
    type Service = Service<S>;

    fn layer(&self, inner: S) -> Service<S> {
        Service { inner, parking: self.clone() }
    }
}

/// A service behind the layer.
#[derive(Clone)]
pub struct Service<S> {
    inner: S,
    parking: Parking,
}

impl<S> tower_service::Service<Request<Body>> for Service<S>
where
    S: tower_service::Service<Request<Body>, Response = Response<Body>> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, S::Error>> + Send>>;

    fn poll_ready(&mut self, waker: &mut Waker<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(waker)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let asked = Asked::of(&request, &self.parking);
        if asked.is_held {
            // A vendor behind the site's own host: the policy names the path.
            let title = "this address belongs to a vendor that has not been agreed to";
            return Box::pin(async move { Ok(problem(StatusCode::FORBIDDEN, "not-agreed", title)) });
        }
        let is_head = request.method() == Method::HEAD;
        accept_known(request.headers_mut());
        let is_marked = conditional::unmark(request.headers_mut(), &asked.mark);
        // The one that is ready goes; its copy stays.
        let copy = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, copy);
        Box::pin(async move {
            let response = inner.call(request).await?;
            Ok(asked.answer(response, is_head, is_marked))
        })
    }
}

/// A request as far as its answer depends on it.
struct Asked {
    parking: Parking,
    consent: Consent,
    /// Who decides on what the page holds.
    judge: Judge,
    /// Whether what is asked for is a vendor's, behind the site's own host.
    is_held: bool,
    /// The derived header.
    csp: String,
    /// What this answer's entity tag is marked with.
    mark: String,
    /// Whether what is asked for may become a worker. Some browsers do not say so, and none does without TLS.
    may_be_worker: bool,
}

impl Asked {
    fn of(request: &Request<Body>, parking: &Parking) -> Asked {
        let Parking { site, options, clock } = parking;
        let text = |name: HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
        let sends = |name| text(HeaderName::from_static(name)) == Some("1");
        let (gpc, dnt) = (sends("sec-gpc"), sends("dnt"));
        let now = clock.now().seconds();
        let facts = Facts { now, region: &options.region, gpc, dnt };
        let cookies = request.headers().get_all(header::COOKIE).iter();
        let cookies: Vec<String> =
            cookies.map(|cookie| String::from_utf8_lossy(cookie.as_bytes()).into_owned()).collect();
        let consent = site.consent(site.copies(cookies.iter().map(String::as_str)), &facts);
        let scheme = text(HeaderName::from_static("x-forwarded-proto")).or(request.uri().scheme_str());
        let scheme = if scheme == Some("https") { "https" } else { "http" };
        let host = Some(options.host.as_str()).filter(|host| !host.is_empty());
        let host =
            host.or(request.uri().authority().map(|authority| authority.as_str())).or(text(header::HOST));
        let page = host.and_then(|host| Url::parse(&format!("{scheme}://{host}/")).ok());
        let page = page.map(|mut page| {
            page.set_path(request.uri().path());
            page
        });
        let page_host = page.as_ref().and_then(Url::host_str).unwrap_or_default().to_string();
        let context = Context { rules: site.rules(), grants: &consent.granted, page_host: &page_host };
        let mut csp = match options.csp {
            Csp::Off => String::new(),
            // Inline scripts and styles are the page's own affair.
            Csp::Enforce | Csp::Report => csp::policy(context, csp::INLINE),
        };
        if !csp.is_empty() && !options.report_to.is_empty() {
            csp.push_str(";report-to ");
            csp.push_str(&options.report_to);
        }
        let mut mark = String::new();
        let rules = site.rules().digest;
        push_base36(&mut mark, fingerprint(&format!("{rules} {consent:?} {options:?} {csp} {VERSION}")));
        let judge = |grants| Judge::new(Arc::clone(site.rules()), grants, page.clone());
        let is_held = page.as_ref().is_some_and(|page| judge(consent.granted).holds(page.as_str()));
        let may_be_worker = text(HeaderName::from_static("sec-fetch-dest"))
            .is_none_or(|name| matches!(name, "worker" | "sharedworker" | "serviceworker"));
        let judge = judge(consent.unparked);
        Asked { parking: parking.clone(), consent, judge, is_held, csp, mark, may_be_worker }
    }

    /// Makes of the inner answer the one that is sent.
    fn answer(self, response: Response<Body>, is_head: bool, is_marked: bool) -> Response<Body> {
        let Asked { parking, consent, judge, csp, mark, may_be_worker, .. } = self;
        let options = &parking.options;
        let (mut parts, body) = response.into_parts();
        headers::fence(&mut parts.headers, &judge);
        headers::without_cookies(&mut parts.headers, |name| parking.site.clears_cookie(name, &consent));
        let kind = Kind::of(&parts.headers, may_be_worker);
        if parts.status == StatusCode::NOT_MODIFIED {
            if is_marked {
                conditional::mark(&mut parts.headers, &mark);
                headers::of_a_parked_page(&mut parts.headers);
            }
            return Response::from_parts(parts, body);
        }
        if kind == Kind::Script && options.csp == Csp::Enforce {
            // A browser may keep a file that a page ran as a script, and make a worker of it.
            parts.headers.append(header::VARY, HeaderValue::from_static("Sec-Fetch-Dest"));
        }
        if matches!(kind, Kind::Other | Kind::Script) || parts.status.is_informational() {
            return Response::from_parts(parts, body);
        }
        let name = match options.csp {
            Csp::Enforce => Some(header::CONTENT_SECURITY_POLICY),
            Csp::Report => Some(header::CONTENT_SECURITY_POLICY_REPORT_ONLY),
            Csp::Off => None,
        };
        if let Some(name) = name.filter(|_| !csp.is_empty()) {
            let Ok(value) = HeaderValue::from_str(&csp) else {
                let title = "the policy names something that cannot stand in a header";
                return problem(StatusCode::INTERNAL_SERVER_ERROR, "bad-policy", title);
            };
            // Beside the site's own: a browser keeps to both.
            parts.headers.append(name, value);
        }
        let decoder = Decoder::of(&parts.headers).filter(|_| kind == Kind::Html);
        let Some(decoder) = decoder.filter(|_| parts.status != StatusCode::PARTIAL_CONTENT) else {
            // What cannot be read is let out behind the fence, or not at all.
            if options.csp == Csp::Enforce {
                conditional::mark(&mut parts.headers, &mark);
                parts.headers.remove(header::LAST_MODIFIED);
                headers::of_a_personal_page(&mut parts.headers);
                return Response::from_parts(parts, body);
            }
            if matches!(kind, Kind::Document | Kind::Worker) {
                return Response::from_parts(parts, body);
            }
            let title = "the site's page is encoded so that trackers in it cannot be parked";
            return problem(StatusCode::BAD_GATEWAY, "unreadable-page", title);
        };
        conditional::mark(&mut parts.headers, &mark);
        headers::of_a_parked_page(&mut parts.headers);
        let has_none = is_head || matches!(parts.status, StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT);
        if has_none {
            return Response::from_parts(parts, body);
        }
        let mut settings = Settings::new(judge);
        settings.hold_preloads = options.hold_preloads;
        settings.snippets = options.snippets;
        settings.gate.clone_from(&options.gate);
        Response::from_parts(parts, Body::new(ParkedBody::new(body, decoder, Arc::new(settings))))
    }
}

/// Part of each mark, so that a new version's pages are other pages.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What an answer is for a browser.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// HTML, which can be parked.
    Html,
    /// A document of another kind, which can only be fenced.
    Document,
    /// A script that may become a worker: it has no page, and keeps to its own header alone.
    Worker,
    /// Another script.
    Script,
    Other,
}

impl Kind {
    fn of(headers: &HeaderMap, may_be_worker: bool) -> Kind {
        let named = headers.get(header::CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let named = named.unwrap_or_default().to_ascii_lowercase();
        match named.split(';').next().unwrap_or_default().trim() {
            "text/javascript"
            | "application/javascript"
            | "application/x-javascript"
            | "text/ecmascript"
            | "application/ecmascript" => {
                if may_be_worker {
                    Kind::Worker
                } else {
                    Kind::Script
                }
            }
            "text/html" => Kind::Html,
            "application/xhtml+xml" | "image/svg+xml" | "application/xml" | "text/xml" => Kind::Document,
            _ => Kind::Other,
        }
    }
}

/// Leaves of the encodings that a browser takes those that can be taken off here.
fn accept_known(headers: &mut HeaderMap) {
    let Some(given) = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()) else {
        return;
    };
    let known = |word: &&str| {
        let name = word.split(';').next().unwrap_or_default().trim();
        KNOWN.iter().any(|known| name.eq_ignore_ascii_case(known))
    };
    let kept: Vec<&str> = given.split(',').map(str::trim).filter(known).collect();
    let kept = if kept.is_empty() { "identity".to_string() } else { kept.join(", ") };
    if let Ok(value) = HeaderValue::from_str(&kept) {
        headers.insert(header::ACCEPT_ENCODING, value);
    }
}
