//! One way to speak SQL to both engines.
//!
//! What this is: values, rows, and [`Tx`], an open transaction. Everything above is written once against it.
//! On SQLite its futures are ready at once, since they run on a thread that may block.
//!
//! What it is not: a builder. Each statement is a constant that both engines read; arguments are always bound.
//! In each, `$1` stands before `$2` and so on, since SQLite counts them in that order.

use super::postgres::{self, Link};
use super::sqlite;
use super::{Error, Result};

/// A value in a statement or a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A whole number.
    Int(i64),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A text.
    Text(String),
}

impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value::Int(number)
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Value {
        Value::Bytes(bytes.into())
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Value {
        Value::Bytes(bytes)
    }
}

impl<const N: usize> From<[u8; N]> for Value {
    fn from(bytes: [u8; N]) -> Value {
        Value::Bytes(bytes.into())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, T::into)
    }
}

/// One row of an answer. Reading a column that is not there, or of another type, says that the database is damaged.
#[derive(Debug)]
pub struct Row(pub(super) Vec<Value>);

impl Row {
    fn at(&self, column: usize) -> Result<&Value> {
        self.0.get(column).ok_or_else(|| Error::damaged(format!("no column {column}")))
    }

    /// A number.
    pub fn int(&self, column: usize) -> Result<i64> {
        self.maybe_int(column)?.ok_or_else(|| wrong(column))
    }

    /// A number or nothing.
    pub fn maybe_int(&self, column: usize) -> Result<Option<i64>> {
        match self.at(column)? {
            Value::Int(number) => Ok(Some(*number)),
            Value::Null => Ok(None),
            _ => Err(wrong(column)),
        }
    }

    /// A number that counts something.
    pub fn count(&self, column: usize) -> Result<u64> {
        u64::try_from(self.int(column)?).map_err(|_| wrong(column))
    }

    /// Bytes.
    pub fn bytes(&self, column: usize) -> Result<&[u8]> {
        self.maybe_bytes(column)?.ok_or_else(|| wrong(column))
    }

    /// Bytes or nothing.
    pub fn maybe_bytes(&self, column: usize) -> Result<Option<&[u8]>> {
        match self.at(column)? {
            Value::Bytes(bytes) => Ok(Some(bytes)),
            Value::Null => Ok(None),
            _ => Err(wrong(column)),
        }
    }

    /// So many bytes.
    pub fn array<const N: usize>(&self, column: usize) -> Result<[u8; N]> {
        self.bytes(column)?.try_into().map_err(|_| wrong(column))
    }

    /// So many bytes or nothing.
    pub fn maybe_array<const N: usize>(&self, column: usize) -> Result<Option<[u8; N]>> {
        let array = |bytes: &[u8]| bytes.try_into().map_err(|_| wrong(column));
        self.maybe_bytes(column)?.map(array).transpose()
    }

    /// A text.
    pub fn text(&self, column: usize) -> Result<&str> {
        match self.at(column)? {
            Value::Text(text) => Ok(text),
            _ => Err(wrong(column)),
        }
    }
}

fn wrong(column: usize) -> Error {
    Error::damaged(format!("column {column} has not the form it must have"))
}

/// A statement for many rows at once. PostgreSQL takes the columns as arrays, SQLite repeats the statement: it has no
/// arrays, and no way to the server that a second statement could save.
#[derive(Clone, Copy, Debug)]
pub struct Many {
    /// With `$1` and so on as one row's values.
    pub sqlite: &'static str,
    /// With `$1` and so on as arrays. An answer's first column is the number of the row that asked, from 1 on.
    pub postgres: &'static str,
}

/// An open transaction, alone with its connection. Dropped without [`Tx::commit`] it leaves nothing behind.
pub struct Tx {
    link: Option<Engine>,
}

/// What a transaction runs on.
pub(super) enum Engine {
    Sqlite(rusqlite::Connection),
    Postgres(Link),
}

impl Tx {
    /// Begins.
    pub(super) async fn begin(mut engine: Engine, write: bool) -> (Engine, Result<()>) {
        let begun = match &mut engine {
            Engine::Sqlite(link) => sqlite::batch(link, if write { "BEGIN IMMEDIATE" } else { "BEGIN" }),
            Engine::Postgres(link) => link.begin(write).await,
        };
        (engine, begun)
    }

    /// A transaction that has begun.
    pub(super) fn of(engine: Engine) -> Tx {
        Tx { link: Some(engine) }
    }

    fn link(&mut self) -> Result<&mut Engine> {
        self.link.as_mut().ok_or_else(|| Error::Engine("the transaction is over".into()))
    }

    /// The rows that a statement answers.
    pub async fn rows(&mut self, sql: &'static str, args: &[Value]) -> Result<Vec<Row>> {
        match self.link()? {
            Engine::Sqlite(link) => sqlite::rows(link, sql, args),
            Engine::Postgres(link) => link.rows(sql, args).await,
        }
    }

    /// The first row that a statement answers.
    pub async fn row(&mut self, sql: &'static str, args: &[Value]) -> Result<Option<Row>> {
        Ok(self.rows(sql, args).await?.into_iter().next())
    }

    /// Runs a statement, and tells how many rows it touched.
    pub async fn run(&mut self, sql: &'static str, args: &[Value]) -> Result<u64> {
        match self.link()? {
            Engine::Sqlite(link) => sqlite::run(link, sql, args),
            Engine::Postgres(link) => link.run(sql, args).await,
        }
    }

    /// Runs a statement for each of `rows`; all have `kinds.len()` values of these kinds.
    pub async fn run_many(
        &mut self,
        many: Many,
        kinds: &[postgres::Kind],
        rows: &[Vec<Value>],
    ) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        match self.link()? {
            Engine::Sqlite(link) => sqlite::run_many(link, many.sqlite, rows),
            Engine::Postgres(link) => link.run_many(many.postgres, kinds, rows).await,
        }
    }

    /// What a statement answers for each of `rows`, with the position of the row that asked.
    pub async fn rows_many(
        &mut self,
        many: Many,
        kinds: &[postgres::Kind],
        rows: &[Vec<Value>],
    ) -> Result<Vec<(usize, Row)>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        match self.link()? {
            Engine::Sqlite(link) => sqlite::rows_many(link, many.sqlite, rows),
            Engine::Postgres(link) => link.rows_many(many.postgres, kinds, rows).await,
        }
    }

    /// Runs statements without arguments, as they stand in a migration.
    pub(super) async fn batch(&mut self, sql: &str) -> Result<()> {
        match self.link()? {
            Engine::Sqlite(link) => sqlite::batch(link, sql),
            Engine::Postgres(link) => link.batch(sql).await,
        }
    }

    /// Whether this is SQLite.
    pub(super) fn is_sqlite(&self) -> bool {
        matches!(self.link, Some(Engine::Sqlite(_)))
    }

    /// Makes it durable. If this returns an error, it may or may not have happened, and must not be acknowledged.
    pub(super) async fn commit(mut self) -> (Option<Engine>, Result<()>) {
        match self.link.take() {
            Some(Engine::Sqlite(link)) => {
                let done = sqlite::commit(&link);
                (Some(Engine::Sqlite(link)), done)
            }
            Some(Engine::Postgres(mut link)) => {
                let done = link.commit().await;
                (Some(Engine::Postgres(link)), done)
            }
            None => (None, Err(Error::Engine("the transaction is over".into()))),
        }
    }

    /// Leaves nothing behind, and gives the connection back.
    pub(super) async fn roll_back(mut self) -> Option<Engine> {
        match self.link.take()? {
            Engine::Sqlite(link) => {
                // Some failures have already rolled it back.
                let _ = sqlite::batch(&link, "ROLLBACK");
                Some(Engine::Sqlite(link))
            }
            Engine::Postgres(mut link) => {
                link.roll_back().await;
                Some(Engine::Postgres(link))
            }
        }
    }
}
