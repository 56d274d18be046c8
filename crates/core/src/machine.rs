//! The one thing in the core that remembers: which choice holds, and what follows from it.
//!
//! What this is: [`Machine::handle`] takes an [`Event`] and [`Facts`] and answers with [`Effects`], which the shell
//! carries out in the order of their fields. Nothing else changes the grants.
//!
//! What it is not: it stores nothing, shows nothing and knows no clock.

mod answer;
mod holds;
mod state;
#[cfg(test)]
mod tests;

pub use answer::Answer;

use alloc::string::String;

use crate::catalogue;
use crate::choice::{Choice, How};
use crate::csp;
use crate::decide::{self, Context, Grants, Rule, Vendors, Verdict};
use crate::jurisdiction::Regime;
use crate::rules::Rules;
use crate::scan;

const DAY: u64 = 86_400;

/// Beside the signals that apply: the law honours one of them and lets no choice of the person count against it.
const STANDS: u8 = 4;

/// What the shell sees around it at the moment of an event.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Seconds since 1970.
    pub now: u64,
    /// Where the person is, an ISO 3166 code; empty if the shell does not know (the policy's hint counts then).
    pub region: &'a str,
    /// Whether the browser sends Global Privacy Control.
    pub gpc: bool,
    /// Whether it sends Do Not Track, which counts where the policy says so, and then as Global Privacy Control does.
    pub dnt: bool,
}

/// What happened.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// The page opened.
    Opened {
        /// Every copy of a choice that the stores (cookie, local storage) hold, between spaces.
        copies: &'a str,
    },
    /// The stores were looked at again: another tab wrote, or the page was resumed after a while.
    Looked {
        /// As in [`Event::Opened`].
        copies: &'a str,
    },
    /// Somebody answered.
    Answered {
        /// What.
        answer: Answer<'a>,
        /// By which way.
        how: How,
        /// Whether a trusted and recent user event stands behind it.
        trusted: bool,
    },
    /// Another consent tool was found to hold a choice, and the policy lets it be taken over.
    Imported {
        /// What it says, as in [`Answer::Choose`]; what is not named is refused.
        lines: &'a str,
        /// When the person made it there, in seconds since 1970.
        time: u64,
    },
    /// The choice is to be forgotten, as if it had never been made.
    Reset {
        /// Whether a trusted and recent user event stands behind it. Where the law lets things run until somebody
        /// objects, forgetting an objection is a grant.
        trusted: bool,
    },
}

/// What the shell has to do, in the order of the bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effects(pub u16);

impl Effects {
    /// The names of the bits, the lowest first, with single spaces between them.
    pub const NAMES: &str =
        "not_trusted unknown_name store forget clear reload signals gate banner button choice change";

    /// The answer was not taken: it would grant something, and no trusted user event stands behind it.
    pub const NOT_TRUSTED: u16 = 1;
    /// The answer was not taken: it names something that the policy does not list.
    pub const UNKNOWN_NAME: u16 = 1 << 1;
    /// Write [`Machine::to_store`] to both stores.
    pub const STORE: u16 = 1 << 2;
    /// Remove the choice from both stores.
    pub const FORGET: u16 = 1 << 3;
    /// Delete the cookies and keys of every vendor that is not granted.
    pub const CLEAR: u16 = 1 << 4;
    /// Load the page anew: a vendor that lost its grant already ran. No later bit is set then.
    pub const RELOAD: u16 = 1 << 5;
    /// Tell the signals' listeners; before anything is released that might ask for them.
    pub const SIGNALS: u16 = 1 << 6;
    /// Look at everything held again.
    pub const GATE: u16 = 1 << 7;
    /// Show the first layer of the notice.
    pub const BANNER: u16 = 1 << 8;
    /// Show the way back only.
    pub const BUTTON: u16 = 1 << 9;
    /// Announce that a person answered in this tab.
    pub const CHOICE: u16 = 1 << 10;
    /// Announce that grants changed.
    pub const CHANGE: u16 = 1 << 11;

    /// What a rehearsal leaves out: it keeps nothing, and the owner's code hears of no answer that it might keep.
    const NOT_REHEARSED: u16 = Effects::STORE | Effects::FORGET | Effects::CHOICE;
}

/// The decision state of one page.
#[derive(Debug)]
pub struct Machine {
    rules: Rules,
    page_host: String,
    region: String,
    to_store: String,
    regime: Regime,
    /// Which signals the browser sends that can count, as bits: 1 Global Privacy Control, 2 Do Not Track, and [`STANDS`]
    /// for the first if a law may make it final.
    signals: u8,
    /// Those of them that hold back sale, sharing and targeted advertising here, and [`STANDS`] if no choice may undo that.
    applies: u8,
    choice: Option<Choice>,
    /// Why a stored choice no longer holds.
    lapsed: Option<Lapse>,
    /// Whether the stores were seen to hold a choice, so that none being there means that it was removed. Where storage is
    /// denied, the choice lives as long as the page.
    kept: bool,
    /// The latest time ever seen in a store, so that a new choice is always the later one, also after the clock was set
    /// back.
    seen: u64,
    grants: Grants,
    /// What passed on this page.
    vendors_ran: Vendors,
    purposes_ran: u32,
}

/// Why a stored choice does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lapse {
    Expired,
    Invalidated,
}

impl Machine {
    /// A machine without rules: nothing is granted.
    pub const fn closed() -> Machine {
        Machine {
            rules: Rules::none(),
            page_host: String::new(),
            region: String::new(),
            to_store: String::new(),
            regime: Regime::OptIn,
            signals: 0,
            applies: 0,
            choice: None,
            lapsed: None,
            kept: false,
            seen: 0,
            grants: Grants { purposes: 0, refused: Vendors { low: 0, high: 0 } },
            vendors_ran: Vendors { low: 0, high: 0 },
            purposes_ran: 0,
        }
    }

    /// A machine for rules and the page's host, closed until the page opened.
    pub fn new(rules: Rules, page_host: &str) -> Machine {
        let mut machine = Machine { rules, page_host: page_host.into(), ..Machine::closed() };
        machine.grants.purposes = machine.rules.necessary;
        machine
    }

    /// Gives a [`Machine::closed`] its rules in flat form and the page's host; whether they were taken. If not, the
    /// machine is of no use.
    pub fn start(&mut self, flat: &str, page_host: &str) -> bool {
        self.page_host = page_host.into();
        let taken = self.rules.read(flat);
        self.grants.purposes = self.rules.necessary;
        taken
    }

    /// The rules.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// What is granted now.
    pub fn grants(&self) -> &Grants {
        &self.grants
    }

    /// Takes an event and says what is to be done.
    pub fn handle(&mut self, event: Event, facts: &Facts) -> Effects {
        let Effects(bits) = self.handled(event, facts);
        Effects(if self.rules.rehearses() { bits & !Effects::NOT_REHEARSED } else { bits })
    }

    fn handled(&mut self, event: Event, facts: &Facts) -> Effects {
        let before = self.grants;
        let shown = self.layer();
        self.place(facts);
        let mut effects = match event {
            Event::Opened { copies } => {
                let cleared = Effects::CLEAR | self.look(copies, facts);
                return Effects(cleared | Effects::GATE | Effects::SIGNALS | self.layer());
            }
            Event::Looked { copies } => self.look(copies, facts),
            Event::Answered { answer, how, trusted } => match self.answered(answer, how, trusted, facts) {
                Ok(choice) => self.take(choice),
                Err(denied) => return Effects(denied),
            },
            Event::Imported { lines, time } => match self.imported(lines, time, facts) {
                Some(choice) => self.take(choice),
                None => return Effects(0),
            },
            Event::Reset { trusted } => {
                let choice = self.choice.take();
                if !trusted && !self.granted().within(&before) {
                    self.choice = choice;
                    return Effects(Effects::NOT_TRUSTED);
                }
                self.lapsed = None;
                Effects::FORGET | Effects::CLEAR
            }
        };
        self.grants = self.granted();
        if self.grants != before {
            effects |= Effects::CLEAR | Effects::GATE | Effects::SIGNALS | Effects::CHANGE;
        }
        // What a Content-Security-Policy forbids stays forbidden until the page goes.
        let forbidden = self.rules.enforces_csp() && !self.grants.within(&before);
        if forbidden || self.rules.reloads_on_withdrawal() && self.lost_a_runner() {
            let before_reload = Effects::STORE | Effects::FORGET | Effects::CLEAR;
            return Effects(effects & before_reload | Effects::RELOAD);
        }
        // Another tab's answer closes the banner here, too.
        let layer = self.layer();
        if effects & !Effects::STORE != 0 || layer != shown {
            effects |= layer;
        }
        Effects(effects)
    }

    /// Puts a choice in force, apart from what follows from it.
    fn take(&mut self, choice: Choice) -> u16 {
        self.to_store = choice.encode();
        self.seen = self.seen.max(choice.time);
        self.choice = Some(choice);
        Effects::STORE | Effects::CLEAR | Effects::CHOICE
    }

    /// The string that the last [`Effects::STORE`] is about.
    pub fn to_store(&self) -> &str {
        &self.to_store
    }

    /// Decides on a request of the page and remembers whose got through.
    pub fn decide(&mut self, address: &str) -> Verdict<'_> {
        let context = Context { rules: &self.rules, grants: &self.grants, page_host: &self.page_host };
        let verdict = decide::decide(address, context);
        if verdict.rule == Rule::Granted {
            self.vendors_ran.put(scan::place(&self.rules.vendors, verdict.vendor), true);
        }
        verdict
    }

    /// Decides on an address without any trace, for explanations.
    pub fn explain(&self, address: &str) -> Verdict<'_> {
        decide::decide(address, self.context())
    }

    /// The Content-Security-Policy by which the browser enforces the choice; empty where it does not have to.
    pub fn content_security_policy(&self) -> String {
        // The page's own inline scripts are its own affair; what they fetch is not.
        if self.rules.enforces_csp() { csp::policy(self.context(), csp::INLINE) } else { String::new() }
    }

    fn context(&self) -> Context<'_> {
        Context { rules: &self.rules, grants: &self.grants, page_host: &self.page_host }
    }

    /// Decides on markup tagged with purposes or vendors and remembers whose got through.
    pub fn decide_tagged<'a>(&'a mut self, names: &'a str) -> Verdict<'a> {
        let context = Context { rules: &self.rules, grants: &self.grants, page_host: &self.page_host };
        let verdict = decide::decide_tagged(names, context);
        if verdict.allows() {
            for name in scan::words(names) {
                self.vendors_ran.put(scan::place(&self.rules.vendors, name), true);
                self.purposes_ran |= bit(scan::place(&self.rules.purposes, name));
            }
        }
        verdict
    }

    /// Whether a first-party cookie belongs to a vendor that is not granted, so that it has to go.
    pub fn clears_cookie(&self, name: &str) -> bool {
        self.ungranted(name, &self.rules.cookies)
    }

    /// The same for a key in local or session storage.
    pub fn clears_key(&self, name: &str) -> bool {
        self.ungranted(name, &self.rules.storage)
    }

    /// Owned by a vendor without grant and by none with one.
    fn ungranted(&self, name: &str, patterns: &str) -> bool {
        let mut owned = false;
        for (i, patterns) in scan::fields(patterns, b'\n').enumerate() {
            if catalogue::covers_name(patterns, name) {
                if self.grants.vendor(&self.rules, i) {
                    return false;
                }
                owned = true;
            }
        }
        owned && name != self.rules.cookie_name()
    }

    fn layer(&self) -> u16 {
        let open = self.choice.is_none() && self.regime == Regime::OptIn && self.rules.consent != 0;
        let signalled = self.rules.gpc_refuses() && self.signals != 0;
        if open && !signalled { Effects::BANNER } else { Effects::BUTTON }
    }

    fn lost_a_runner(&self) -> bool {
        let vendor = |i| self.vendors_ran.has(i) && !self.grants.vendor(&self.rules, i);
        self.purposes_ran & !self.grants.purposes != 0 || (0..self.rules.vendor_purposes.len()).any(vendor)
    }
}

/// The bit of a position; 0 for one that is nowhere.
fn bit(position: usize) -> u32 {
    if position < 32 { 1 << position } else { 0 }
}
