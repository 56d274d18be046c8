//! An archive that is killed under load, again and again: nothing that was acknowledged is ever lost.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use assent_core::record::Secret;
use serde_json::Value;

use crate::binary::{Running, run, settle};
use crate::client::{Connection, choice, name};

/// How often it is killed.
const KILLS: u64 = 20;
/// How many visitors send at the same time.
pub const VISITORS: u8 = 6;
/// Acknowledged records between two kills, at least; more each time, so that no two kills meet the same moment.
pub const LEAST: u64 = 40;

/// What visitors share.
#[derive(Default)]
pub struct Load {
    /// Every acknowledged record: whose, its name, and its receipt.
    pub kept: Mutex<Vec<(u8, String, Value)>>,
    pub count: AtomicU64,
    pub over: AtomicBool,
}

impl Load {
    /// Waits until so many more were acknowledged.
    pub fn wait(&self, more: u64, visitors: &[thread::JoinHandle<u64>]) {
        let goal = self.count.load(Ordering::SeqCst) + more;
        while self.count.load(Ordering::SeqCst) < goal {
            assert!(!visitors.iter().all(thread::JoinHandle::is_finished), "nobody sends any more");
            thread::yield_now();
        }
    }
}

#[test]
fn nothing_acknowledged_is_lost_when_it_is_killed_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    settle(folder.path(), "");
    torture(folder.path());
}

#[test]
fn nothing_acknowledged_is_lost_when_it_is_killed_on_postgresql() {
    let Some(database) = crate::binary::postgres() else { return };
    let folder = tempfile::tempdir().unwrap();
    settle(folder.path(), &format!("database = \"{}\"", database.url));
    torture(folder.path());
}

fn torture(folder: &Path) {
    let load = Arc::new(Load::default());
    let mut unanswered: Vec<(u8, u64)> = (0..VISITORS).map(|visitor| (visitor, 0)).collect();
    for kill in 0..KILLS {
        let running = Running::start(folder);
        load.over.store(false, Ordering::SeqCst);
        let visitors: Vec<_> = unanswered
            .iter()
            .map(|(visitor, n)| {
                let (load, address, visitor, n) = (Arc::clone(&load), running.address, *visitor, *n);
                thread::spawn(move || visit(&load, address, visitor, n))
            })
            .collect();
        load.wait(LEAST + kill * 3, &visitors);
        running.kill();
        load.over.store(true, Ordering::SeqCst);
        // What was not answered is sent again after the next start, under its name.
        unanswered = (0..VISITORS).zip(visitors.into_iter().map(|visitor| visitor.join().unwrap())).collect();
    }
    assert!(load.kept.lock().unwrap().len() as u64 >= KILLS * LEAST);
    all_is_there(Running::start(folder), folder, &load);
}

/// Looks for everything that was acknowledged, and ends the archive.
pub fn all_is_there(running: Running, folder: &Path, load: &Load) {
    let kept = load.kept.lock().unwrap();
    let mut connection = Connection::open(running.address).unwrap();
    let keys = connection.keys();
    for (visitor, id, receipt) in kept.iter() {
        let (status, _, now) = connection.receipt(&secret(*visitor), id).unwrap();
        assert_eq!(status, 200, "{id} was acknowledged and is gone");
        for member in ["log", "index", "record", "salt", "receipt"] {
            assert_eq!(now[member], receipt[member], "{member} of {id} has changed");
        }
        crate::binary::holds(receipt, &keys);
        crate::binary::holds(&now, &keys);
    }
    assert_eq!(running.terminate(), 0);
    let (code, said) = run(folder, &["verify"]);
    assert_eq!(code, 0, "{said}");
}

/// Sends one choice after another until nobody answers. Returns the number of the first without an answer.
pub fn visit(load: &Load, address: SocketAddr, visitor: u8, mut n: u64) -> u64 {
    let Ok(mut connection) = Connection::open(address) else { return n };
    let Ok((policy, token)) = connection.region() else { return n };
    while !load.over.load(Ordering::SeqCst) {
        let id = name(visitor, n);
        let body = choice(&secret(visitor), &id, &policy, &token);
        match connection.choose(&body) {
            Ok((200 | 201, _, receipt)) => {
                load.kept.lock().unwrap().push((visitor, id, receipt));
                load.count.fetch_add(1, Ordering::SeqCst);
                n += 1;
            }
            Ok((503, _, _)) => {}
            // A token that was handed out before the kill is still good; anything else is a fault.
            Ok((status, head, problem)) => panic!("{status} {head} {problem}"),
            Err(_) => return n,
        }
    }
    n
}

pub fn secret(visitor: u8) -> Secret {
    Secret([visitor + 1; 32])
}
