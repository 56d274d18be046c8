//! PostgreSQL: connections from a pool, and statements on them.

use bytes::BytesMut;
use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod};
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use super::sql::{Row, Value};
use super::{Error, Result, tls};

/// The kinds of columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Whole numbers.
    Int,
    /// Bytes.
    Bytes,
}

/// Connections to the database of an address, as `postgres://user@host/name`.
pub(super) fn pool(address: &str, most: usize) -> Result<Pool> {
    let (config, tls) = tls::read(address)?;
    let manager =
        Manager::from_config(config, tls, ManagerConfig { recycling_method: RecyclingMethod::Fast });
    let pool = Pool::builder(manager).max_size(most).build();
    pool.map_err(|_| Error::Engine("no pool of connections".into()))
}

/// A connection that is in a transaction or not. In doubt it is closed and never used again.
pub(super) struct Link {
    client: Option<Object>,
    open: bool,
}

impl Drop for Link {
    fn drop(&mut self) {
        if let Some(client) = self.client.take()
            && self.open
        {
            // Closing it rolls back; the pool must not get it with half a transaction.
            drop(Object::take(client));
        }
    }
}

impl Link {
    /// One from the pool.
    pub(super) async fn of(pool: &Pool) -> Result<Link> {
        let client = pool.get().await.map_err(|error| {
            tracing::warn!(%error, "no connection to the database");
            Error::Busy
        })?;
        Ok(Link { client: Some(client), open: false })
    }

    fn client(&self) -> Result<&Object> {
        self.client.as_ref().ok_or(Error::Busy)
    }

    /// Begins. A reader sees one state throughout.
    pub(super) async fn begin(&mut self, write: bool) -> Result<()> {
        self.open = true;
        self.batch(if write {
            "BEGIN ISOLATION LEVEL READ COMMITTED"
        } else {
            "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"
        })
        .await
    }

    /// Commits. If the connection breaks here, nobody knows; the caller must not acknowledge.
    pub(super) async fn commit(&mut self) -> Result<()> {
        let done = self.batch("COMMIT").await;
        self.open = done.is_err();
        done
    }

    /// Leaves nothing behind.
    pub(super) async fn roll_back(&mut self) {
        self.open = self.batch("ROLLBACK").await.is_err();
    }

    /// Runs statements without arguments.
    pub(super) async fn batch(&self, sql: &str) -> Result<()> {
        self.client()?.batch_execute(sql).await.map_err(told)
    }

    /// The rows that a statement answers.
    pub(super) async fn rows(&self, sql: &str, args: &[Value]) -> Result<Vec<Row>> {
        let statement = self.client()?.prepare_cached(sql).await.map_err(told)?;
        let args: Vec<&(dyn ToSql + Sync)> = args.iter().map(|value| value as _).collect();
        let answer = self.client()?.query(&statement, &args).await.map_err(told)?;
        answer.iter().map(read).collect()
    }

    /// Runs a statement, and tells how many rows it touched.
    pub(super) async fn run(&self, sql: &str, args: &[Value]) -> Result<u64> {
        let statement = self.client()?.prepare_cached(sql).await.map_err(told)?;
        let args: Vec<&(dyn ToSql + Sync)> = args.iter().map(|value| value as _).collect();
        self.client()?.execute(&statement, &args).await.map_err(told)
    }

    /// Runs a statement over arrays.
    pub(super) async fn run_many(&self, sql: &str, kinds: &[Kind], rows: &[Vec<Value>]) -> Result<()> {
        self.rows_many(sql, kinds, rows).await.map(|_| ())
    }

    /// What a statement over arrays answers; the first column is the number of the row that asked, from 1 on.
    pub(super) async fn rows_many(
        &self,
        sql: &str,
        kinds: &[Kind],
        rows: &[Vec<Value>],
    ) -> Result<Vec<(usize, Row)>> {
        let statement = self.client()?.prepare_cached(sql).await.map_err(told)?;
        let columns = columns(kinds, rows)?;
        let args: Vec<&(dyn ToSql + Sync)> = columns.iter().map(|column| column.as_ref() as _).collect();
        let answer = self.client()?.query(&statement, &args).await.map_err(told)?;
        let mut found = Vec::with_capacity(answer.len());
        for row in &answer {
            let mut row = read(row)?;
            let number = usize::try_from(row.int(0)?).ok().and_then(|number| number.checked_sub(1));
            row.0.remove(0);
            found.push((number.ok_or_else(|| Error::damaged("an answer to nobody"))?, row));
        }
        Ok(found)
    }
}

type Column = Box<dyn ToSql + Sync + Send>;

/// Rows as columns.
fn columns(kinds: &[Kind], rows: &[Vec<Value>]) -> Result<Vec<Column>> {
    let mut columns: Vec<Column> = Vec::with_capacity(kinds.len());
    for (position, kind) in kinds.iter().enumerate() {
        let values = rows.iter().map(|row| row.get(position).unwrap_or(&Value::Null));
        let wrong = || Error::Engine(format!("column {position} is of another kind"));
        columns.push(match kind {
            Kind::Int => Box::new(
                values
                    .map(|value| match value {
                        Value::Int(number) => Ok(Some(*number)),
                        Value::Null => Ok(None),
                        _ => Err(wrong()),
                    })
                    .collect::<Result<Vec<Option<i64>>>>()?,
            ),
            Kind::Bytes => Box::new(
                values
                    .map(|value| match value {
                        Value::Bytes(bytes) => Ok(Some(bytes.clone())),
                        Value::Null => Ok(None),
                        _ => Err(wrong()),
                    })
                    .collect::<Result<Vec<Option<Vec<u8>>>>>()?,
            ),
        });
    }
    Ok(columns)
}

fn read(row: &tokio_postgres::Row) -> Result<Row> {
    let mut values = Vec::with_capacity(row.len());
    for (position, column) in row.columns().iter().enumerate() {
        let value = match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(position).map(Value::from),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(position).map(Value::from),
            Type::TEXT => row.try_get::<_, Option<String>>(position).map(Value::from),
            _ => return Err(Error::damaged(format!("column {position} has a foreign type"))),
        };
        values.push(value.map_err(told)?);
    }
    Ok(Row(values))
}

impl ToSql for Value {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(number) => number.to_sql_checked(ty, out),
            Value::Bytes(bytes) => bytes.to_sql_checked(ty, out),
            Value::Text(text) => text.to_sql_checked(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT8 | Type::BYTEA | Type::TEXT)
    }

    to_sql_checked!();
}

/// Their failure in our words. Only the code is told: messages may hold values.
fn told(error: tokio_postgres::Error) -> Error {
    let Some(failure) = error.as_db_error() else {
        // The connection is gone, or the statement and we disagree about types.
        return if error.is_closed()
            || std::error::Error::source(&error).is_some_and(|e| e.is::<std::io::Error>())
        {
            Error::Busy
        } else {
            Error::Engine("PostgreSQL refuses a statement".into())
        };
    };
    let code = failure.code().code();
    match code {
        // Serialisation, deadlock, unique key: somebody else was quicker.
        "40001" | "40P01" | "23505" => Error::retry(code),
        // Out of disk.
        "53100" => Error::Full,
        // Connections, resources, operator intervention.
        _ if ["08", "53", "57"].iter().any(|class| code.starts_with(class)) => Error::Busy,
        // I/O.
        _ if code.starts_with("58") => Error::Engine(format!("I/O, {code}")),
        _ if code.starts_with("XX") => Error::damaged(code),
        _ => Error::Engine(code.into()),
    }
}
