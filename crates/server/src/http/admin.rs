//! The owners' and the auditors' doors.
//!
//! What this is: sites, policies, breaches, statistics, tokens, keys, erasures and the audit trail, behind bearer tokens with a
//! scope. Every change is a leaf of the log, with the name of the token that made it.
//!
//! What it is not: reachable from a page. There are no cookies and no cross-origin answers here.

pub(super) mod breaches;
pub(super) mod holder;
pub(super) mod keys;
pub(super) mod sites;
pub(super) mod statistics;
pub(super) mod tokens;
pub(super) mod trail;
