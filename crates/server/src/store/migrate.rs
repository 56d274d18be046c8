//! From an empty or older database to the present one.
//!
//! What this is: the embedded migrations in their order, each applied once in a transaction of its own and remembered
//! with its checksum. A database that was made by other files than these is refused, as is one from the future.

use aws_lc_rs::digest::{SHA256, digest};

use super::sql::Tx;
use super::{Error, Result};

/// All migrations: number, name, text. One that was released is never changed.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "archive", include_str!("../../migrations/0001_archive.sql")),
    (2, "erased", include_str!("../../migrations/0002_erased.sql")),
    (3, "statistics", include_str!("../../migrations/0003_statistics.sql")),
    (4, "breach", include_str!("../../migrations/0004_breach.sql")),
    (5, "admin", include_str!("../../migrations/0005_admin.sql")),
    (6, "counts", include_str!("../../migrations/0006_counts.sql")),
    (7, "rewrap", include_str!("../../migrations/0007_rewrap.sql")),
];

const MEMORY: &str = "CREATE TABLE IF NOT EXISTS migration (
    version INT8 NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum BYTES NOT NULL, applied_at INT8 NOT NULL){strict}";

/// Brings the database up to date. Several processes may do so at once.
pub(super) async fn migrate(tx: &mut Tx, now: i64) -> Result<()> {
    apply(tx, MIGRATIONS, now).await
}

async fn apply(tx: &mut Tx, migrations: &[(i64, &str, &str)], now: i64) -> Result<()> {
    if !tx.is_sqlite() {
        // On SQLite the transaction itself keeps others out. The number is any that nobody else uses.
        tx.batch("SELECT pg_advisory_xact_lock(4702116873)").await?;
    }
    let memory = dialect(MEMORY, tx.is_sqlite());
    tx.batch(&memory).await?;
    let applied = tx.rows("SELECT version, checksum FROM migration ORDER BY version", &[]).await?;
    if applied.len() > migrations.len() {
        return Err(Error::Refused(
            "the database was made by a newer version: install that version or a later one",
        ));
    }
    for (position, (version, name, text)) in migrations.iter().enumerate() {
        let checksum = digest(&SHA256, text.as_bytes());
        if let Some(row) = applied.get(position) {
            if row.int(0)? != *version || row.bytes(1)? != checksum.as_ref() {
                return Err(Error::Refused(
                    "the database was made by other migrations than these: restore the program that made it",
                ));
            }
            continue;
        }
        let text = dialect(text, tx.is_sqlite());
        tx.batch(&text).await?;
        let args = [(*version).into(), (*name).into(), checksum.as_ref().into(), now.into()];
        tx.run("INSERT INTO migration (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)", &args)
            .await?;
        tracing::info!(version, name, "database brought up to date");
    }
    Ok(())
}

/// The words of the engine in place of ours.
fn dialect(text: &str, sqlite: bool) -> String {
    let words: &[(&str, &str)] = if sqlite {
        &[
            ("INT8", "INTEGER"),
            ("BYTES", "BLOB"),
            ("{strict}", " STRICT"),
            ("{rowless}", " STRICT, WITHOUT ROWID"),
        ]
    } else {
        &[("BYTES", "BYTEA"), ("{strict}", ""), ("{rowless}", "")]
    };
    words.iter().fold(text.to_string(), |text, (ours, theirs)| text.replace(ours, theirs))
}
