//! The layer and its proxy, over real connections: a visitor, the proxy, and a site behind it.
//!
//! `pages`: what becomes of HTML. `http`: everything else that passes a proxy. `site`: the site and the visitor.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]
#![expect(clippy::indexing_slicing, reason = "a test fails by panicking, in its helpers too")]

mod http;
mod pages;
mod site;
