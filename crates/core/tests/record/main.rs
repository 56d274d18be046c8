//! Records, receipts and logs from outside, as server, browser and tool use them.

mod bundles;
mod export;
mod golden;
mod strangers;
mod submissions;
mod trees;

mod shop;
