//! SQLite: connections, and statements on them.

use std::path::Path;
use std::time::Duration;

use rusqlite::types::{ToSqlOutput, Value as Theirs, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, Statement, ToSql};

use super::sql::{Row, Value};
use super::{Error, Result};

/// How long one waits for another process that writes.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long one waits for readers of an old state.
const BRIEFLY: Duration = Duration::from_millis(200);

/// How much of the database a connection keeps in memory, in KiB. Pseudonyms lie anywhere in their table: with less, the
/// one that writes reads most of its pages from the file.
const KEPT: (i64, i64) = (8 * 1024, 2 * 1024);

/// Statements that stay prepared per connection.
const STATEMENTS: usize = 64;

/// Opens a connection. The one that writes makes the file, readable by its owner alone.
pub(super) fn open(path: &Path, write: bool) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX
        | if write {
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE
        } else {
            OpenFlags::SQLITE_OPEN_READ_ONLY
        };
    let link = Connection::open_with_flags(path, flags).map_err(told)?;
    link.busy_timeout(PATIENCE).map_err(told)?;
    link.set_prepared_statement_cache_capacity(STATEMENTS);
    // A file that somebody prepared must not run code of its own, nor be believed without a look.
    batch(&link, "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA foreign_keys = ON;")?;
    let kept = if write { KEPT.0 } else { KEPT.1 };
    batch(&link, &format!("PRAGMA cache_size = -{kept};"))?;
    if write {
        // FULL: a commit is on the disk before it is answered. Overwriting what is deleted is what makes an erasure one.
        batch(
            &link,
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; \
             PRAGMA secure_delete = ON;",
        )?;
    } else {
        batch(&link, "PRAGMA query_only = ON;")?;
    }
    Ok(link)
}

/// Runs statements without arguments.
pub(super) fn batch(link: &Connection, sql: &str) -> Result<()> {
    link.execute_batch(sql).map_err(told)
}

/// Commits. Here a full disk is told apart from a broken one: after a failed sync nothing is known any more.
pub(super) fn commit(link: &Connection) -> Result<()> {
    batch(link, "COMMIT")
}

/// Moves everything from the write-ahead log into the database and empties the log, so that what was overwritten is in
/// neither. `false` if somebody still reads an old state.
pub(super) fn empty_log(link: &Connection) -> Result<bool> {
    // Writers wait meanwhile, so that a long look at everything must not hold this up; it is tried again.
    link.busy_timeout(BRIEFLY).map_err(told)?;
    let busy =
        link.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0)).map_err(told);
    link.busy_timeout(PATIENCE).map_err(told)?;
    match busy {
        Err(Error::Busy) => Ok(false),
        busy => busy.map(|busy| busy == 0),
    }
}

/// The rows that a statement answers.
pub(super) fn rows(link: &Connection, sql: &str, args: &[Value]) -> Result<Vec<Row>> {
    let mut statement = link.prepare_cached(sql).map_err(told)?;
    let mut rows = Vec::new();
    ask(&mut statement, args, |row| rows.push(row))?;
    Ok(rows)
}

/// The rows that a statement answers to each of `all`, with the position of the one that asked.
pub(super) fn rows_many(link: &Connection, sql: &str, all: &[Vec<Value>]) -> Result<Vec<(usize, Row)>> {
    let mut statement = link.prepare_cached(sql).map_err(told)?;
    let mut rows = Vec::new();
    for (position, args) in all.iter().enumerate() {
        ask(&mut statement, args, |row| rows.push((position, row)))?;
    }
    Ok(rows)
}

/// Runs a statement, and tells how many rows it touched.
pub(super) fn run(link: &Connection, sql: &str, args: &[Value]) -> Result<u64> {
    let mut statement = link.prepare_cached(sql).map_err(told)?;
    bind(&mut statement, args)?;
    let touched = statement.raw_execute().map_err(told)?;
    Ok(u64::try_from(touched).unwrap_or(u64::MAX))
}

/// Runs a statement for each of `all`.
pub(super) fn run_many(link: &Connection, sql: &str, all: &[Vec<Value>]) -> Result<()> {
    let mut statement = link.prepare_cached(sql).map_err(told)?;
    for args in all {
        bind(&mut statement, args)?;
        statement.raw_execute().map_err(told)?;
    }
    Ok(())
}

fn ask(statement: &mut Statement<'_>, args: &[Value], mut found: impl FnMut(Row)) -> Result<()> {
    bind(statement, args)?;
    let columns = statement.column_count();
    let mut answer = statement.raw_query();
    while let Some(row) = answer.next().map_err(told)? {
        let mut values = Vec::with_capacity(columns);
        for column in 0..columns {
            values.push(read(row.get_ref(column).map_err(told)?)?);
        }
        found(Row(values));
    }
    Ok(())
}

fn bind(statement: &mut Statement<'_>, args: &[Value]) -> Result<()> {
    for (position, value) in (1..).zip(args) {
        // `$2` before `$1` would be bound the wrong way round.
        debug_assert_eq!(statement.parameter_name(position), Some(format!("${position}").as_str()));
        statement.raw_bind_parameter(position, value).map_err(told)?;
    }
    Ok(())
}

fn read(value: ValueRef<'_>) -> Result<Value> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.into()),
        ValueRef::Text(text) => {
            Value::Text(String::from_utf8(text.into()).map_err(|_| Error::damaged("a text that is none"))?)
        }
        ValueRef::Real(_) => return Err(Error::damaged("a number with a fraction")),
    })
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Value::Null => ToSqlOutput::Owned(Theirs::Null),
            Value::Int(number) => ToSqlOutput::Owned(Theirs::Integer(*number)),
            Value::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            Value::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}

/// Their failure in our words. Only the code is told: messages may hold values.
pub(super) fn told(error: rusqlite::Error) -> Error {
    let rusqlite::Error::SqliteFailure(failure, _) = &error else {
        return Error::Engine("SQLite refuses a statement".into());
    };
    let what = rusqlite::ffi::code_to_str(failure.extended_code);
    match failure.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Error::Busy,
        ErrorCode::DiskFull => Error::Full,
        ErrorCode::ConstraintViolation => Error::retry(what),
        // The index of the write-ahead log grows first, and is told as a failure when there is no room.
        ErrorCode::SystemIoFailure if failure.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE => {
            Error::Full
        }
        ErrorCode::SystemIoFailure => Error::Failed(what.into()),
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Error::damaged(what),
        _ => Error::Engine(what.into()),
    }
}
