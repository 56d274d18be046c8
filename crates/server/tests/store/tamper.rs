//! What a look at everything finds: whatever was changed, and where.

use assent_server::store::verify_database;

use super::stand::{Person, Stand, each};

/// Changes, each to one column, with a word that has to be in the fault. `{x}` flips a bit of bytes.
const CHANGES: &[(&str, &str)] = &[
    ("UPDATE record SET kind = 2 WHERE at = {leaf}", "leaf 5"),
    ("UPDATE record SET kind = 99 WHERE at = {leaf}", "leaf 5"),
    ("UPDATE record SET site = 2 WHERE at = {leaf}", "leaf 5"),
    ("UPDATE record SET site = NULL WHERE at = {leaf}", "leaf 5"),
    ("UPDATE record SET id = {bytes16} WHERE at = {leaf}", "leaf 5"),
    ("UPDATE record SET id = NULL WHERE at = {leaf}", "leaf 5"),
    ("UPDATE record SET subject = {bytes32} WHERE at = {leaf}", "leaf 5"),
    ("UPDATE record SET prev = 1 WHERE at = {leaf}", "leaf 5"),
    ("UPDATE record SET received_at = received_at + 1 WHERE at = {leaf}", "leaf 5"),
    ("UPDATE record SET commitment = {bytes32} WHERE at = {leaf}", "leaf 5"),
    ("UPDATE record SET sealed = {bytes32} WHERE at = {leaf}", "leaf 5"),
    ("UPDATE record SET sealed = NULL WHERE at = {leaf}", "leaf 5"),
    ("UPDATE record SET gone = {leaf} + 1 WHERE at = {leaf}", "leaf 5"),
    (
        "UPDATE record SET gone = {leaf} + 1, id = NULL, subject = NULL, prev = NULL, received_at = NULL,
            sealed = NULL WHERE at = {leaf}",
        "no tombstone names it",
    ),
    ("UPDATE record SET gone = NULL WHERE gone IS NOT NULL", "leaf"),
    ("DELETE FROM record WHERE at = {leaf}", "leaf 5: missing"),
    ("UPDATE record SET at = at + 1000 WHERE at = {leaf}", "leaf 5: missing"),
    (
        "UPDATE record SET sealed = (SELECT sealed FROM record WHERE at = {leaf} + 1) WHERE at = {leaf}",
        "leaf 5",
    ),
    ("UPDATE tile SET hashes = {bytes32} WHERE level = 0", "tile/0/000"),
    ("UPDATE tile SET hashes = {bytes32} WHERE level = 1", "tile/1/000"),
    ("UPDATE tile SET n = 7 WHERE level = 1", "tile"),
    ("DELETE FROM tile WHERE level = 0", "tile/0/000"),
    ("UPDATE log SET size = size - 1", "leaves"),
    ("UPDATE log SET frontier = {bytes32}", "frontier"),
    ("UPDATE log SET note = replace(note, '302', '303')", "checkpoint"),
    ("UPDATE log SET origin = 'elsewhere'", "elsewhere"),
    ("UPDATE log SET state = 2", "dropped"),
    ("DELETE FROM signer", "sign"),
    ("UPDATE signer SET verifier = 'x'", "sign"),
    ("UPDATE subject SET auth = {bytes32} WHERE last = {last}", "token"),
    ("UPDATE subject SET dek = {bytes32} WHERE last = {last}", "key"),
    ("UPDATE subject SET kek = 9 WHERE last = {last}", "key"),
    ("UPDATE subject SET last = last - 1 WHERE last = {last}", "history"),
    ("UPDATE subject SET subject = {bytes32} WHERE last = {last}", "pseudonym"),
    ("DELETE FROM subject WHERE last = {last}", "no key"),
    ("UPDATE policy SET document = '{}'", "policy 1"),
    ("UPDATE policy SET digest = {bytes32}", "policy 1"),
    ("UPDATE policy SET version = 2", "policy 2"),
    ("DELETE FROM policy", "policy is missing"),
    ("UPDATE site SET origins = 'https://evil.example'", "site 1"),
    ("UPDATE site SET erasure_delay = 1", "site 1"),
    ("UPDATE site SET retention = 1", "site 1"),
];

#[test]
fn whatever_is_changed_is_found_and_named() {
    each(async |engine| {
        let stand = Stand::new(engine).await;
        let (archive, site) = stand.shop().await;
        let erased = Person::new(900);
        for number in 0..297 {
            Person::new(number).choose(&archive, &site, 1).await.unwrap();
        }
        erased.choose(&archive, &site, 1).await.unwrap();
        archive.erase(&erased.bearer(&site)).await.unwrap();
        let last = Person::new(0).choose(&archive, &site, 2).await.unwrap();
        archive.close().await;
        drop(archive);
        let found = verify_database(&stand.database, Some(&stand.keys())).await.unwrap();
        assert_eq!(found.faults, Vec::<String>::new());
        let saved = Saved::of(&stand).await;
        let at = |index: u64| ((1u64 << 40) + index).to_string();
        for (change, word) in CHANGES {
            let bytes = |count: usize| match engine {
                super::stand::Engine::Sqlite => format!("X'{}'", "ab".repeat(count)),
                super::stand::Engine::Postgres => format!("'\\x{}'::bytea", "ab".repeat(count)),
            };
            let change = change
                .replace("{leaf}", &at(5))
                .replace("{last}", &at(last.place.index))
                .replace("{bytes16}", &bytes(16))
                .replace("{bytes32}", &bytes(32));
            assert!(stand.tamper_freely(&change).await > 0, "{change}");
            let faults = verify_database(&stand.database, Some(&stand.keys())).await.unwrap().faults;
            assert!(faults.iter().any(|fault| fault.contains(word)), "{change}: {faults:?}");
            saved.restore(&stand).await;
        }
        let found = verify_database(&stand.database, Some(&stand.keys())).await.unwrap();
        assert_eq!(found.faults, Vec::<String>::new());
    });
}

/// A database as it was.
enum Saved {
    Sqlite(Vec<u8>),
    Postgres,
}

impl Saved {
    async fn of(stand: &Stand) -> Saved {
        match &stand.database {
            assent_server::store::Database::Sqlite(path) => Saved::Sqlite(std::fs::read(path).unwrap()),
            assent_server::store::Database::Postgres(_) => {
                for table in TABLES {
                    stand.tamper(&format!("CREATE TABLE saved_{table} AS SELECT * FROM {table}")).await;
                }
                Saved::Postgres
            }
        }
    }

    async fn restore(&self, stand: &Stand) {
        match (self, &stand.database) {
            (Saved::Sqlite(bytes), assent_server::store::Database::Sqlite(path)) => {
                for ending in ["-wal", "-shm"] {
                    let mut file = path.clone().into_os_string();
                    file.push(ending);
                    let _ = std::fs::remove_file(file);
                }
                std::fs::write(path, bytes).unwrap();
            }
            _ => {
                for table in TABLES {
                    stand.tamper_freely(&format!("DELETE FROM {table}")).await;
                    stand.tamper_freely(&format!("INSERT INTO {table} SELECT * FROM saved_{table}")).await;
                }
            }
        }
    }
}

const TABLES: [&str; 7] = ["log", "signer", "record", "subject", "tile", "site", "policy"];
