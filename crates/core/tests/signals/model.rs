//! Random models, the same in every run.

use assent_core::signal::gpp::layout::{Kind, Layout, SecondPiece};
use assent_core::signal::gpp::{GppString, Section, UsSection};
use assent_core::signal::ids::{FlagSet, IdSet};
use assent_core::signal::tcf::{Letters, PublisherTc, Restriction, RestrictionType, TcString};
use assent_core::signal::usp::{Answer, UsPrivacy};

/// SplitMix64 (Steele, Lea and Flood, 2014).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// A number from 0 to `end`, which is left out.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.below(from.len() as u64)).unwrap()]
    }

    pub fn flags(&mut self, width: u8) -> FlagSet {
        let density = self.below(4);
        (1..=width).filter(|_| self.below(4) < density).collect()
    }

    /// Vendors: none, few and far, many and dense, runs, everything.
    pub fn vendors(&mut self, last: u16) -> IdSet {
        let id = |random: &mut Self| u16::try_from(1 + random.below(last.into())).unwrap();
        match self.below(6) {
            0 => IdSet::default(),
            1 => (0..self.below(20)).map(|_| id(self)).collect(),
            2 => (1..=id(self)).filter(|_| self.one_in(2)).collect(),
            3 => (1..=id(self)).filter(|_| !self.one_in(9)).collect(),
            4 => {
                let mut ids = IdSet::default();
                let mut at = 1;
                while at < u64::from(last) && !self.one_in(8) {
                    let first = at + self.below(60);
                    let end = first + self.below(30);
                    if end > last.into()
                        || ids.append(first.try_into().unwrap(), end.try_into().unwrap()).is_err()
                    {
                        break;
                    }
                    at = end + 2;
                }
                ids
            }
            _ => (1..=id(self).min(300)).collect(),
        }
    }

    fn letters(&mut self) -> Letters {
        Letters::new(self.pick(&["EN", "de", "AA", "ZZ", "FR", "QZ"])).unwrap()
    }

    fn restrictions(&mut self, last: u16, types: &[RestrictionType]) -> Vec<Restriction> {
        let mut restrictions: Vec<Restriction> = Vec::new();
        for _ in 0..self.below(6) {
            let purpose = u8::try_from(1 + self.below(24)).unwrap();
            let restriction_type = self.pick(types);
            let vendors = self.vendors(last);
            let is_new = !restrictions.iter().any(|known| known.purpose == purpose);
            if is_new && !vendors.is_empty() && vendors.runs().len() < 400 {
                restrictions.push(Restriction { purpose, restriction_type, vendors });
            }
        }
        restrictions
    }

    pub fn short(&mut self, bits: u32) -> u16 {
        u16::try_from(self.below(1 << bits)).unwrap()
    }

    pub fn byte(&mut self, bits: u32) -> u8 {
        u8::try_from(self.below(1 << bits)).unwrap()
    }

    pub fn tc_string(&mut self) -> TcString {
        use RestrictionType::{NotAllowed, RequireConsent, RequireLegitimateInterest, Undefined};
        let last = self.pick(&[20, 60, 1500, 1500, 65_535]);
        let mut tc_string = TcString::new(self.below(1 << 36));
        if self.one_in(3) {
            tc_string.created = self.below(1 << 36);
            tc_string.last_updated = self.below(1 << 36);
        }
        tc_string.cmp_id = self.short(12);
        tc_string.cmp_version = self.short(12);
        tc_string.consent_screen = self.byte(6);
        tc_string.consent_language = self.letters();
        tc_string.vendor_list_version = self.short(12);
        tc_string.policy_version = self.byte(6);
        tc_string.is_service_specific = !self.one_in(5);
        tc_string.use_non_standard_texts = self.one_in(2);
        tc_string.special_feature_opt_ins = self.flags(12);
        tc_string.purposes_consent = self.flags(24);
        tc_string.purposes_li_transparency = self.flags(24);
        tc_string.purpose_one_treatment = self.one_in(2);
        tc_string.publisher_cc = self.letters();
        tc_string.vendor_consent = self.vendors(last);
        tc_string.vendor_legitimate_interest = self.vendors(last);
        tc_string.publisher_restrictions = self.restrictions(
            last.min(1500),
            &[NotAllowed, RequireConsent, RequireLegitimateInterest, Undefined],
        );
        tc_string.disclosed_vendors = (!self.one_in(4)).then(|| self.vendors(last));
        tc_string.publisher_tc = self.one_in(2).then(|| self.publisher_tc());
        tc_string
    }

    fn publisher_tc(&mut self) -> PublisherTc {
        let num_custom_purposes = self.byte(6);
        PublisherTc {
            purposes_consent: self.flags(24),
            purposes_li_transparency: self.flags(24),
            num_custom_purposes,
            custom_purposes_consent: self.flags(num_custom_purposes),
            custom_purposes_li_transparency: self.flags(num_custom_purposes),
        }
    }

    /// A TC string with nothing that the section of Canada has no field for.
    pub fn tcf_canada(&mut self) -> TcString {
        use RestrictionType::{NotAllowed, RequireConsent};
        let last = self.pick(&[20, 1500, 1500, 65_535]);
        let neutral = TcString::new(0);
        TcString {
            is_service_specific: neutral.is_service_specific,
            purpose_one_treatment: neutral.purpose_one_treatment,
            publisher_cc: neutral.publisher_cc,
            vendor_consent: self.vendors(last),
            vendor_legitimate_interest: self.vendors(last),
            publisher_restrictions: self.restrictions(last, &[NotAllowed, RequireConsent]),
            disclosed_vendors: self.one_in(2).then(|| self.vendors(last)),
            ..self.tc_string()
        }
    }

    pub fn us_section(&mut self, layout: Layout) -> UsSection {
        let mut section = UsSection::new(layout);
        for field in layout.fields().filter(|field| !matches!(field.kind, Kind::Version(_))) {
            let least = u64::from(field.name == "MspaCoveredTransaction");
            let numbers: Vec<u8> =
                (0..field.len()).map(|_| u8::try_from(least + self.below(3 - least)).unwrap()).collect();
            section.set(field.name, &numbers).unwrap();
        }
        match layout.second {
            SecondPiece::Gpc if self.one_in(2) => section.set_gpc(Some(self.one_in(2))).unwrap(),
            SecondPiece::SensitiveData if self.one_in(2) => {
                let numbers: Vec<u8> = (0..8).map(|_| u8::try_from(self.below(3)).unwrap()).collect();
                section.set("SensitiveDataProcessing", &numbers).unwrap();
            }
            _ => {}
        }
        section
    }

    pub fn us_privacy(&mut self) -> UsPrivacy {
        let answers = [Answer::Yes, Answer::No, Answer::NotApplicable];
        UsPrivacy {
            notice: self.pick(&answers),
            opt_out_sale: self.pick(&answers),
            lspa_covered: self.pick(&answers),
        }
    }

    /// The sections of a GPP string, one of each kind at most.
    pub fn sections(&mut self) -> Vec<Section> {
        let mut sections = Vec::new();
        if self.one_in(4) {
            sections.push(Section::TcfEu(Box::new(self.tc_string())));
        }
        if self.one_in(4) {
            sections.push(Section::TcfCanada(Box::new(self.tcf_canada())));
        }
        if self.one_in(3) {
            sections.push(Section::Usp(self.us_privacy()));
        }
        let density = 1 + self.below(12);
        for layout in Layout::all() {
            let is_other = sections.last().is_none_or(|section: &Section| section.id() != layout.id);
            if is_other && self.below(12) < density {
                sections.push(Section::Us(self.us_section(layout)));
            }
        }
        sections
    }
}

pub fn gpp_string(sections: &[Section]) -> GppString {
    let mut gpp_string = GppString::default();
    for section in sections {
        gpp_string.set(section).unwrap();
    }
    gpp_string
}
