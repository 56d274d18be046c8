//! The browser shell of Assent: it acts, the core decides.
//!
//! What this is: the only crate that touches a browser. Each cargo feature is one artefact that a page loads (`gate` on
//! every page view, `notice` when something is to be shown, `record` after a choice, `ed25519` where the browser checks no
//! such signatures, `iab` for an ad stack, `import` where another consent tool was before, `diagnose` when a policy is faulty) and is built alone by `cargo xtask build`;
//! without a feature the crate is empty, which is how native tests see it.
//!
//! What it is not: a place for rules. What may pass, what is shown and what is stored is decided in `assent-core`.
#![cfg_attr(
    all(
        any(feature = "gate", feature = "notice", feature = "iab", feature = "import", feature = "ed25519"),
        not(feature = "record")
    ),
    no_std
)]

#[cfg(any(feature = "gate", feature = "notice", feature = "iab", feature = "import"))]
extern crate alloc;

#[cfg(any(
    feature = "gate",
    feature = "notice",
    feature = "record",
    feature = "iab",
    feature = "import",
    feature = "ed25519"
))]
mod lean;

#[cfg(feature = "gate")]
pub mod gate;

#[cfg(feature = "notice")]
pub mod notice;

#[cfg(feature = "record")]
pub mod record;

#[cfg(feature = "ed25519")]
pub mod ed25519;

#[cfg(feature = "iab")]
pub mod iab;

#[cfg(feature = "import")]
pub mod import;

#[cfg(feature = "diagnose")]
pub mod diagnose;

#[cfg(feature = "corpus")]
pub mod corpus;
