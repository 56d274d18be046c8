//! Policies at random, and the machine after a person has chosen under one.

use crate::model::Random;
use assent_core::choice::How;
use assent_core::json::{self, Value};
use assent_core::machine::{Answer, Event, Facts, Machine};
use assent_core::rules::{Rules, flat};
use assent_core::scan;
use assent_core::signal::gvl::Gvl;
use assent_core::signal::site::{Decided, Moment, Signals, Site};

const REGIONS: [&str; 16] = [
    "", "DE", "FR", "GB", "CH", "US", "US-CA", "US-CO", "US-UT", "US-NY", "US-MD", "CA", "CA-ON", "CA-QC",
    "JP", "ZA",
];
/// 2026-11-23.
pub const NOW: u64 = 1_795_392_000;

/// A policy, the machine that runs it, and what a test wants to know of both.
pub struct Played {
    pub doc: Value,
    pub machine: Machine,
    pub region: &'static str,
    pub gpc: bool,
    /// Whether a signal counts here, and no answer was given in sight of it.
    pub withheld: bool,
}

impl Played {
    pub fn allows(&self, id: &str) -> bool {
        self.machine.allows(id)
    }

    pub fn items(&self, key: &str) -> &[Value] {
        self.doc.get(key).map_or(&[][..], Value::list)
    }

    /// The state as the gate's ports hand it out.
    pub fn state(&self) -> String {
        let ids = |key| {
            let ids = self.items(key).iter().map(|item| item.get("id").unwrap().str().unwrap());
            ids.map(|id| format!("\"{id}\":{}", self.allows(id))).collect::<Vec<_>>().join(",")
        };
        let words: Vec<String> = self.machine.state().split(' ').map(str::to_owned).collect();
        let region = if words[4] == "-" { "" } else { &words[4] };
        format!(
            r#"{{"status":"{}","regime":"{}","region":"{region}","purposes":{{{}}},"vendors":{{{}}}}}"#,
            words[0],
            words[3],
            ids("purposes"),
            ids("vendors")
        )
    }

    pub fn signals(&self, gvl: Option<&Gvl>) -> Signals {
        let site = Site::new(&self.doc).unwrap();
        let decided = Decided::from_json(site.rules(), &self.state(), self.gpc);
        site.signals(&decided, gvl, Moment { time: NOW, language: None }).unwrap()
    }
}

pub fn layers(played: &Played, gvl: &Gvl) -> Value {
    let site = Site::new(&played.doc).unwrap();
    site.layers(gvl, &Decided::from_json(site.rules(), &played.state(), played.gpc))
}

pub fn list(ids: impl IntoIterator<Item = u8>) -> String {
    ids.into_iter().map(|id| id.to_string()).collect::<Vec<_>>().join(",")
}

pub fn policy(random: &mut Random, region: &str, gvl: &Gvl) -> String {
    let ids = ["functional", "analytics", "marketing", "audio", "maps"];
    let count = 1 + usize::try_from(random.below(5)).unwrap();
    let purposes: Vec<String> = ids[..count]
        .iter()
        .map(|id| {
            let tcf = list(random.flags(11).iter());
            let special = list(random.flags(2).iter());
            let basis = random.pick(&["consent", "consent", "legitimate_interest", "contract"]);
            let basis = if *id == "marketing" { "consent" } else { basis };
            let sale = if basis == "consent" && random.one_in(3) { r#","sale":true"# } else { "" };
            let types = random.pick(&["", "", r#","consentMode":["analytics_storage"]"#]);
            format!(
                r#"{{"id":"{id}","legalBasis":"{basis}","tcf":[{tcf}],"specialFeatures":[{special}]{sale}{types}}}"#
            )
        })
        .collect();
    let vendors: Vec<String> = (0..random.below(9))
        .map(|i| {
            let listed = gvl.vendors();
            let at = usize::try_from(random.below(listed.len() as u64)).unwrap();
            let gvl_id = if random.one_in(6) { 3 } else { listed[at].id };
            let mut works: Vec<String> =
                ids[..count].iter().filter(|_| random.one_in(2)).map(|id| format!("\"{id}\"")).collect();
            if works.is_empty() {
                works.push(format!("\"{}\"", ids[0]));
            }
            format!(
                r#"{{"id":"v{i}","name":"V","hosts":["v{i}.example"],"purposes":[{}],"gvlId":{gvl_id}}}"#,
                works.join(",")
            )
        })
        .collect();
    let dnt = random.pick(&["", "", r#","dnt":true"#]);
    let own = random.pick(&["", "", "", r#","jurisdictions":{"US":"opt_in","DE":"notice"}"#]);
    let gpp = random.pick(&["true", r#"{"us":"national"}"#]);
    let region = if region.is_empty() { String::new() } else { format!(r#","region":"{region}""#) };
    format!(
        r#"{{"version":1,"purposes":[{}],"vendors":[{}],"tcf":{{"cmpId":300}},"gpp":{gpp},"usp":true{region}{own}{dnt}}}"#,
        purposes.join(","),
        vendors.join(",")
    )
}

pub fn played(random: &mut Random, gvl: &Gvl) -> Played {
    let region = random.pick(&REGIONS);
    let text = policy(random, region, gvl);
    let doc = json::parse(&text).unwrap();
    let mut machine = Machine::new(Rules::from_flat(&flat(&doc)).unwrap(), "shop.example");
    // Whoever turns a signal on while the page is open has not answered in sight of it.
    let mut facts = Facts { now: NOW, region: "", gpc: random.one_in(3), dnt: random.one_in(3) };
    machine.handle(Event::Opened { copies: "" }, &facts);
    let lines = |random: &mut Random, machine: &Machine| {
        let rules = machine.rules();
        let asked = scan::words(&rules.purposes).enumerate().filter(|(i, _)| rules.necessary >> i & 1 == 0);
        let purposes: Vec<String> = asked.map(|(_, id)| id.to_owned()).collect();
        let vendors = scan::words(&rules.vendors).map(|id| format!("vendor:{id}"));
        let names: Vec<String> = purposes.into_iter().chain(vendors).collect();
        names.iter().map(|name| format!("{name}={}\n", random.below(2))).collect::<String>()
    };
    let mut in_sight = false;
    for _ in 0..random.below(3) {
        if random.one_in(3) {
            facts = Facts { gpc: random.one_in(2), dnt: random.one_in(2), ..facts };
        }
        let how = How::Preferences;
        let chosen = lines(random, &machine);
        let answer = match random.below(4) {
            0 => Answer::Accept,
            1 => Answer::Refuse,
            _ => Answer::Choose(&chosen),
        };
        machine.handle(Event::Answered { answer, how, trusted: true }, &facts);
        in_sight = signalled(&machine);
    }
    if random.one_in(3) {
        facts = Facts { gpc: random.one_in(2), dnt: random.one_in(2), ..facts };
        let copies = machine.to_store().to_owned();
        machine.handle(Event::Looked { copies: &copies }, &facts);
    }
    let withheld = signalled(&machine) && !in_sight;
    Played { doc, machine, region, gpc: facts.gpc, withheld }
}

/// Whether a privacy signal counts now.
pub fn signalled(machine: &Machine) -> bool {
    machine.state().split(' ').nth(5) != Some("-")
}

/// What somebody who accepts leaves of a policy with these parts.
pub fn one(purposes: &str, vendors: &str, more: &str) -> Played {
    let text = format!(r#"{{"version":1,"purposes":[{purposes}],"vendors":[{vendors}]{more}}}"#);
    let doc = json::parse(&text).unwrap();
    let mut machine = Machine::new(Rules::from_flat(&flat(&doc)).unwrap(), "shop.example");
    let facts = Facts { now: NOW, region: "", gpc: false, dnt: false };
    machine.handle(Event::Opened { copies: "" }, &facts);
    machine.handle(Event::Answered { answer: Answer::Accept, how: How::Banner, trusted: true }, &facts);
    Played { doc, machine, region: "", gpc: false, withheld: false }
}
