//! The database as a whole: who writes, who reads.
//!
//! What this is: [`Writer`], which one thread owns, and [`Readers`], which everybody shares. Both hand out [`Tx`].

use std::future::Future;
use std::path::PathBuf;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use deadpool_postgres::Pool;
use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::postgres::{self, Link};
use super::sql::{Engine, Tx};
use super::{Database, Error, Result, sqlite};

/// A future that may go from thread to thread.
pub(super) type Boxed<'t, T> = Pin<Box<dyn Future<Output = T> + Send + 't>>;

/// The one that writes in this process. On SQLite it holds the only connection that can.
pub(super) enum Writer {
    Sqlite(Option<Connection>),
    Postgres(Pool),
}

impl Writer {
    /// Opens the database for writing.
    pub(super) fn open(database: &Database) -> Result<Writer> {
        Ok(match database {
            Database::Sqlite(path) => Writer::Sqlite(Some(sqlite::open(path, true)?)),
            Database::Postgres(address) => Writer::Postgres(postgres::pool(address, 2)?),
        })
    }

    /// Begins a transaction.
    pub(super) async fn begin(&mut self) -> Result<Tx> {
        let engine = match self {
            Writer::Sqlite(link) => Engine::Sqlite(link.take().ok_or_else(lost)?),
            Writer::Postgres(pool) => Engine::Postgres(Link::of(pool).await?),
        };
        let (engine, begun) = Tx::begin(engine, true).await;
        if let Err(error) = begun {
            self.back(Some(engine));
            return Err(error);
        }
        Ok(Tx::of(engine))
    }

    /// Commits. After an error it may or may not have happened.
    pub(super) async fn commit(&mut self, tx: Tx) -> Result<()> {
        let (engine, done) = tx.commit().await;
        match (engine, &done) {
            // A commit that failed leaves SQLite's transaction open.
            (Some(engine), Err(_)) => {
                let engine = Tx::of(engine).roll_back().await;
                self.back(engine);
            }
            (engine, _) => self.back(engine),
        }
        done
    }

    /// Leaves nothing behind.
    pub(super) async fn roll_back(&mut self, tx: Tx) {
        let engine = tx.roll_back().await;
        self.back(engine);
    }

    fn back(&mut self, engine: Option<Engine>) {
        if let (Writer::Sqlite(place), Some(Engine::Sqlite(link))) = (self, engine) {
            *place = Some(link);
        }
    }

    /// Before the end: leaves everything in the database's one file, so that a copy of it is whole.
    pub(super) fn settle(&mut self) {
        if let Writer::Sqlite(Some(link)) = self {
            // If somebody reads, the log stays beside it, as after a crash.
            let _ = sqlite::empty_log(link);
        }
    }

    /// Sees to it that what was overwritten is nowhere in the files any more. `false` if it has to be tried again.
    pub(super) async fn scrub(&mut self) -> Result<bool> {
        match self {
            Writer::Sqlite(link) => sqlite::empty_log(link.as_ref().ok_or_else(lost)?),
            Writer::Postgres(pool) => {
                // Frees the dead rows for overwriting. Older bytes stay in the server's own log as long as it keeps it.
                let link = Link::of(pool).await?;
                for table in ["VACUUM record", "VACUUM subject", "VACUUM erasure"] {
                    link.batch(table).await?;
                }
                Ok(true)
            }
        }
    }
}

fn lost() -> Error {
    Error::Failed("the connection that writes is gone".into())
}

/// Those who read, each one state of the database at a time.
#[derive(Clone)]
pub(super) enum Readers {
    Sqlite(Arc<Idle>),
    Postgres(Pool),
}

/// Connections that nobody uses now.
pub(super) struct Idle {
    path: PathBuf,
    links: Mutex<Vec<Connection>>,
    room: Semaphore,
}

impl Readers {
    /// Opens the database for `most` readers at once.
    pub(super) fn open(database: &Database, most: usize) -> Result<Readers> {
        Ok(match database {
            Database::Sqlite(path) => {
                let links = Mutex::new(vec![sqlite::open(path, false)?]);
                let room = Semaphore::new(most.max(1));
                Readers::Sqlite(Arc::new(Idle { path: path.clone(), links, room }))
            }
            Database::Postgres(address) => Readers::Postgres(postgres::pool(address, most.max(1))?),
        })
    }

    /// Runs `work` on one state of the database.
    pub(super) async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> Boxed<'t, Result<T>> + Send + 'static,
    {
        match self {
            Readers::Sqlite(idle) => {
                let _room = idle.room.acquire().await.map_err(|_| Error::Busy)?;
                let idle = idle.clone();
                let read = tokio::task::spawn_blocking(move || idle.read(work));
                read.await.map_err(|_| Error::Engine("a reader was lost".into()))?
            }
            Readers::Postgres(pool) => {
                let (engine, begun) = Tx::begin(Engine::Postgres(Link::of(pool).await?), false).await;
                begun?;
                let mut tx = Tx::of(engine);
                let answer = work(&mut tx).await;
                tx.roll_back().await;
                answer
            }
        }
    }
}

impl Idle {
    fn read<T, F>(&self, work: F) -> Result<T>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> Boxed<'t, Result<T>>,
    {
        let link = self.links.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let link = link.map_or_else(|| sqlite::open(&self.path, false), Ok)?;
        let (engine, begun) = at_once(Tx::begin(Engine::Sqlite(link), false))?;
        begun?;
        let mut tx = Tx::of(engine);
        let answer = at_once(work(&mut tx));
        if let Some(Engine::Sqlite(link)) = at_once(tx.roll_back())? {
            self.links.lock().unwrap_or_else(PoisonError::into_inner).push(link);
        }
        answer?
    }
}

/// The outcome of a future that never waits, as all on SQLite.
pub(super) fn at_once<T>(future: impl Future<Output = T>) -> Result<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => Ok(outcome),
        Poll::Pending => Err(Error::Engine("a statement that waits".into())),
    }
}
