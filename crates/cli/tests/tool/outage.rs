//! A database that is stopped and started under load: the archive waits for it, and loses nothing.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;

use crate::binary::{Running, settle};
use crate::client::{Connection, choice, name};
use crate::kill::{LEAST, Load, VISITORS, all_is_there, secret, visit};
use crate::server::Server;

/// How a database may end: it says good-bye to its clients, or it is as after a power cut.
const ENDS: [&str; 6] = ["fast", "immediate", "fast", "immediate", "immediate", "fast"];

#[test]
fn a_database_that_is_stopped_and_started_under_load_costs_nothing_that_was_acknowledged() {
    if std::env::var_os("ASSENT_TEST_POSTGRES").is_none() {
        eprintln!("no PostgreSQL here: `cargo xtask test` installs one");
        return;
    }
    let (folder, place) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let server = Server::make(place.path());
    server.start("");
    let database = format!("database = \"postgres://assent@127.0.0.1:{}/postgres\"", server.port);
    settle(folder.path(), &database);
    // Each try is told while the database is away, and there are many.
    let running = Running::start_with(folder.path(), &[("ASSENT_LOG", Path::new("error"))]);
    let load = Arc::new(Load::default());
    let mut connection = Connection::open(running.address).unwrap();
    let (policy, token) = connection.region().unwrap();
    let visitors: Vec<_> = (0..VISITORS)
        .map(|visitor| {
            let (load, address) = (Arc::clone(&load), running.address);
            thread::spawn(move || visit(&load, address, visitor, 0))
        })
        .collect();
    let another = VISITORS;
    for (round, how) in (0..).zip(ENDS) {
        load.wait(LEAST + round * 7, &visitors);
        server.stop(how);
        let (ready, _, _) = connection.ask("GET /readyz", "", "").unwrap();
        assert_eq!(ready, 503, "the database is away");
        let late = choice(&secret(another), &name(another, round), &policy, &token);
        let (status, head, _) = connection.choose(&late).unwrap();
        assert_eq!(status, 503);
        assert!(head.contains("retry-after"), "{head}");
        server.start("");
        // The same again, until the database is found: it is one record.
        while connection.choose(&late).unwrap().0 == 503 {}
        assert_eq!(connection.choose(&late).unwrap().0, 200, "it had been recorded before");
    }
    load.wait(LEAST, &visitors);
    load.over.store(true, Ordering::SeqCst);
    for visitor in visitors {
        visitor.join().unwrap();
    }
    let (ready, _, _) = connection.ask("GET /readyz", "", "").unwrap();
    assert_eq!(ready, 200);
    let mut history = connection.receipt(&secret(another), &name(another, 0)).unwrap();
    assert_eq!((history.0, history.2["id"].take()), (200, name(another, 0).into()));
    all_is_there(running, folder.path(), &load);
}
