//! What other software on the page hears of the choice.
//!
//! What this is: pure translations of grants into the field's standards.

pub mod consent_mode;
