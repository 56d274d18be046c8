//! The switches of the second layer while a person turns them.

use alloc::string::String;
use alloc::vec::Vec;

use super::Asked;

/// How all switches stand, in the order in which they are drawn: each purpose that has a switch, then its vendors.
///
/// A vendor works only if every purpose it serves is on, and has a switch below each of them; the rules here keep them
/// in step.
#[derive(Debug)]
pub struct Draft<'a> {
    asked: &'a Asked<'a>,
    switches: Vec<Place>,
}

#[derive(Debug)]
struct Place {
    purpose: usize,
    /// Position of the vendor; none for the purpose's own switch.
    vendor: Option<usize>,
    on: bool,
}

impl<'a> Draft<'a> {
    /// The switches as they stand in the page: `1` is on, everything else, and a missing one, is off.
    pub fn new(asked: &'a Asked<'a>, states: &str) -> Draft<'a> {
        let mut states = states.bytes();
        let mut switches = Vec::new();
        for purpose in 0..asked.purposes.len() {
            if asked.necessary() & 1 << purpose == 0 {
                switches.push(Place { purpose, vendor: None, on: states.next() == Some(b'1') });
                for (i, vendor) in asked.vendors.iter().enumerate() {
                    if vendor.purposes & 1 << purpose != 0 {
                        switches.push(Place { purpose, vendor: Some(i), on: states.next() == Some(b'1') });
                    }
                }
            }
        }
        Draft { asked, switches }
    }

    /// A person turned the switch at a position; those that hang on it follow.
    ///
    /// A purpose takes its vendors along. A vendor that is turned on turns on the purposes it serves, and nobody else
    /// with them.
    pub fn turn(&mut self, position: usize) {
        let Some(&Place { purpose, vendor: turned, on }) = self.switches.get(position) else { return };
        let mut granted = self.granted();
        if on {
            granted |= self.served(turned);
        }
        for i in 0..self.switches.len() {
            let Some(&Place { purpose: own, vendor, on: old }) = self.switches.get(i) else { return };
            let serves = self.served(vendor);
            let new = match vendor {
                None => granted & 1 << own != 0,
                Some(_) if vendor == turned => on,
                Some(_) if turned.is_none() && serves & 1 << purpose != 0 => serves & !granted == 0,
                Some(_) => old,
            };
            if let Some(place) = self.switches.get_mut(i) {
                place.on = new;
            }
        }
    }

    /// How the switches stand, in the form of [`Draft::new`].
    pub fn states(&self) -> String {
        self.switches.iter().map(|place| if place.on { '1' } else { '0' }).collect()
    }

    /// The answer as the gate's ports take it: `purpose=1` and `vendor:id=0` lines.
    ///
    /// A vendor is named once, and only where its purposes are on: below a refused purpose it was not asked about by
    /// itself.
    pub fn lines(&self) -> String {
        let mut out = String::new();
        for place in &self.switches {
            let served = self.served(place.vendor);
            let first = (served & !self.asked.necessary()).trailing_zeros() as usize;
            match place.vendor.and_then(|i| self.asked.vendors.get(i)) {
                None => out.push_str(self.asked.purposes.get(place.purpose).map_or("", |purpose| purpose.id)),
                Some(vendor) if served & !self.granted() == 0 && first == place.purpose => {
                    out.push_str("vendor:");
                    out.push_str(vendor.id);
                }
                Some(_) => continue,
            }
            out.push_str(if place.on { "=1\n" } else { "=0\n" });
        }
        out
    }

    /// The purposes that are on, as bits.
    fn granted(&self) -> u32 {
        let on = self.switches.iter().filter(|place| place.vendor.is_none() && place.on);
        on.fold(self.asked.necessary(), |bits, place| bits | 1 << place.purpose)
    }

    /// The purposes that a vendor serves, as bits.
    fn served(&self, vendor: Option<usize>) -> u32 {
        vendor.and_then(|i| self.asked.vendors.get(i)).map_or(0, |vendor| vendor.purposes)
    }
}
