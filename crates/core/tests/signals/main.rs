//! The codecs of consent strings, held against the standards' own vectors, against themselves and against the official
//! libraries.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]
#![expect(clippy::panic, reason = "a test fails by panicking, in its helpers too")]
#![expect(clippy::indexing_slicing, reason = "a test fails by panicking, in its helpers too")]

mod describe;
mod identity;
mod model;
mod permissions;
mod played;
mod reference;
mod site;
mod strangers;
mod vectors;
