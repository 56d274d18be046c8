//! What other software on the page hears of the choice.
//!
//! What this is: pure translations of grants into the field's standards, and the codecs of the strings that those
//! standards send around. The codecs stand behind the feature `signals`: no page needs them to be gated.
//!
//! Suggested reading order: `consent_mode`, then, with the feature: `fault`, `bits`, `ids`, `fields`, `gvl`, `tcf`, `gpp`, `usp`,
//! `additional_consent`, `site`, `page`. What is supported is said in `docs/signals.md`.

pub mod consent_mode;

#[cfg(feature = "signals")]
pub mod additional_consent;
#[cfg(feature = "signals")]
pub mod bits;
#[cfg(feature = "signals")]
pub mod fault;
#[cfg(feature = "signals")]
mod fields;
#[cfg(feature = "signals")]
pub mod gpp;
#[cfg(feature = "signals")]
pub mod gvl;
#[cfg(feature = "signals")]
pub mod ids;
#[cfg(feature = "signals")]
pub mod page;
#[cfg(feature = "signals")]
pub mod site;
#[cfg(feature = "signals")]
pub mod tcf;
#[cfg(feature = "signals")]
pub mod usp;
