//! The words of a record that come from a list, each with its stable name.

/// An enumeration with stable names.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$item_doc:meta])* $item:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$item_doc])* $item,)+ }

        impl $name {
            /// All of them.
            pub const ALL: &[$name] = &[$($name::$item),+];

            /// The stable name.
            pub fn name(self) -> &'static str {
                match self { $($name::$item => $word),+ }
            }

            /// The one with that name.
            pub fn from_name(name: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|word| word.name() == name)
            }
        }
    };
}

pub(super) use words;

words! {
    /// What a person did.
    Action {
        /// Granted everything that was asked.
        Accept = "accept",
        /// Refused everything that was asked.
        Refuse = "refuse",
        /// Answered one by one.
        Custom = "custom",
        /// Took everything back.
        Withdraw = "withdraw",
    }
}

words! {
    /// What counts where a privacy signal of the browser and the person's own choice disagree.
    Prevails {
        /// The choice, which grants what the signal refuses: it was made in sight of the signal, and the law lets it count.
        Choice = "choice",
        /// The signal, whatever is chosen: no provision of the law lets a choice count against it.
        Law = "law",
    }
}

words! {
    /// Who wrote a record, and so how far it is to be trusted.
    Trust {
        /// The visitor's browser.
        Browser = "browser",
        /// The site's own server, with a token.
        Backend = "backend",
        /// Taken over from an older system, with that one's word for it.
        Import = "import",
    }
}

words! {
    /// What an erasure does (GDPR, article 17).
    ErasureMode {
        /// Everything goes.
        Full = "full",
        /// The records stay, sealed to a key that is kept elsewhere (article 17(3)(e)).
        Restrict = "restrict",
    }
}

words! {
    /// What a leaf of the log is about. Its number is the first byte of the leaf, and all that the public log tells of it.
    Kind {
        /// Somebody chose.
        Consent = "consent",
        /// Somebody took everything back.
        Withdrawal = "withdrawal",
        /// Somebody's records were erased: the tombstone.
        Erasure = "erasure",
        /// A policy was published.
        Policy = "policy",
        /// Something was done to the archive's settings, or looked at.
        Admin = "admin",
        /// A key came or went.
        Key = "key",
        /// People are told of a breach.
        Breach = "breach",
    }
}

impl Kind {
    /// The number, from 1 on. New kinds are added at the end.
    pub fn number(self) -> u8 {
        self as u8 + 1
    }

    /// The kind with that number.
    pub fn from_number(number: u8) -> Option<Kind> {
        Kind::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_lead_back() {
        for (i, kind) in Kind::ALL.iter().enumerate() {
            assert_eq!(usize::from(kind.number()), i + 1);
            assert_eq!(Kind::from_number(kind.number()), Some(*kind));
            assert_eq!(Kind::from_name(kind.name()), Some(*kind));
        }
        assert_eq!((Kind::from_number(0), Kind::from_number(8)), (None, None));
    }

    #[test]
    fn numbers_are_what_is_in_the_logs() {
        let numbers = [
            Kind::Consent,
            Kind::Withdrawal,
            Kind::Erasure,
            Kind::Policy,
            Kind::Admin,
            Kind::Key,
            Kind::Breach,
        ];
        assert_eq!(numbers.map(Kind::number), [1, 2, 3, 4, 5, 6, 7]);
    }
}
