//! `assent csp`

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use assent_core::choice::Choice;
use assent_core::csp;
use assent_core::decide::Context;
use assent_core::machine::Facts;
use assent_core::policy::Policy;
use assent_server::config::policy_line;
use assent_server::middleware::Site;
use clap::Args;
use url::Url;

use crate::outcome::{Failure, Outcome};

/// Print the Content-Security-Policy that follows from a policy and a choice, as a header and as an element.
///
/// Exit codes: 0 printed; 1 the choice is damaged, expired or of another policy; 2 the command line is wrong; 3 the policy
/// cannot be read.
#[derive(Args)]
pub struct Arguments {
    /// The policy file.
    #[arg(value_name = "FILE")]
    policy: PathBuf,
    /// A stored choice, as it stands in the cookie; without it, what holds before anybody has answered.
    #[arg(long, value_name = "CHOICE")]
    choice: Option<String>,
    /// Where the person is, as DE or US-CA; without it, as the policy says, or else where people are asked first.
    #[arg(long, value_name = "REGION", default_value = "")]
    region: String,
    /// The host that the pages are on, as shop.example, for sockets of its own.
    #[arg(long, value_name = "HOST", value_parser = page)]
    host: Option<Url>,
    /// Let inline scripts and styles run by this nonce alone. Your server puts a new one in the place of the name for each
    /// answer.
    #[arg(long, value_name = "NAME", value_parser = word)]
    nonce: Option<String>,
    /// Only report, to this endpoint of `Reporting-Endpoints`.
    #[arg(long, value_name = "ENDPOINT", value_parser = word)]
    report_to: Option<String>,
}

pub fn run(arguments: &Arguments) -> Outcome {
    let policy = policy(&arguments.policy)?;
    let site = Site::new(&policy).ok_or_else(|| Failure::Could("the policy cannot be read".into()))?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let facts = Facts { now, region: &arguments.region, gpc: false, dnt: false };
    let consent = site.consent(arguments.choice.as_deref(), &facts);
    if let Some(choice) = &arguments.choice
        && !consent.is_chosen
    {
        let why = match Choice::decode(choice) {
            None => "it is damaged",
            Some(read) if read.digest != site.rules().digest => "it answers another policy",
            Some(_) => "it has expired, or was given where another law holds",
        };
        return Err(Failure::Wrong(vec![format!("the choice does not hold: {why}")]));
    }
    let page_host = arguments.host.as_ref().and_then(Url::host_str).unwrap_or_default();
    let context = Context { rules: site.rules(), grants: &consent.granted, page_host };
    let inline = arguments.nonce.as_ref().map(|nonce| format!("'nonce-{nonce}' 'unsafe-eval'"));
    let policy = csp::policy(context, inline.as_deref().unwrap_or(csp::INLINE));
    if policy.is_empty() {
        eprintln!("assent: there is nothing to enforce: all is granted, and unlisted third parties may pass");
    } else if let Some(endpoint) = &arguments.report_to {
        // An element can only enforce (CSP Level 3, 3.3).
        print(&format!("Content-Security-Policy-Report-Only: {policy};report-to {endpoint}\n"))?;
    } else {
        let content = policy.replace('"', "&quot;");
        let meta = format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{content}\">");
        print(&format!("Content-Security-Policy: {policy}\n\n{meta}\n"))?;
    }
    Ok(())
}

/// Prints what was asked for. A reader that has seen enough is no fault.
fn print(text: &str) -> Outcome {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::Could(format!("cannot print ({})", error.kind())))
        }
        _ => Ok(()),
    }
}

/// A name that can stand in a header.
fn word(given: &str) -> Result<String, String> {
    let is_good = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=-_{}$%.".contains(&byte);
    if given.is_empty() || !given.bytes().all(is_good) {
        return Err("write letters, digits and + / = - _ { } $ % .".into());
    }
    Ok(given.into())
}

/// Reads a policy file, and tells its warnings.
///
/// # Errors
/// It cannot be read, or has errors: all of them.
pub fn policy(file: &Path) -> Result<Policy, Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| Failure::file("read", file, &error))?;
    let name = file.display().to_string();
    let policy = Policy::from_json(&text).map_err(|faults| {
        let lines: Vec<String> = faults.iter().map(|fault| policy_line(&name, fault)).collect();
        Failure::Could(lines.join("\nassent: "))
    })?;
    policy.warnings.iter().for_each(|warning| eprintln!("assent: {}", policy_line(&name, warning)));
    Ok(policy)
}

/// The address of pages on a host.
///
/// # Errors
/// It is not a host.
pub fn page(host: &str) -> Result<Url, String> {
    let page = Url::parse(&format!("https://{host}/")).ok();
    let is_bare = |page: &Url| page.path() == "/" && page.username().is_empty() && page.query().is_none();
    page.filter(is_bare).ok_or_else(|| "write a host, as shop.example".into())
}
