//! The archive of Assent.
//!
//! What this is: a library that keeps consent records as signed, verifiable evidence, and answers the people they are about.
//!
//! Suggested reading order: [`config`], [`keys`], [`store`], [`http`].
#![warn(missing_docs)]

pub mod config;
pub mod gvl;
pub mod http;
pub mod keys;
pub mod limit;
pub mod markup;
pub mod metrics;
pub mod middleware;
pub mod problem;
pub mod region;
pub mod sdk;
mod stamp;
pub mod store;
