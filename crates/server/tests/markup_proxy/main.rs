//! The layer and its proxy, over real connections: a visitor, the proxy, and a site behind it.
//!
//! `pages`: what becomes of HTML. `http`: everything else that passes a proxy. `site`: the site and the visitor.

mod http;
mod pages;
mod site;
