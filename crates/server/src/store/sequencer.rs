//! The one who writes, and the queue before it.
//!
//! What this is: a thread that takes what waits, gives it a turn together, commits, and answers. There is no timer: a
//! batch is what arrived during the last commit. Nothing is answered before the commit has returned.
//!
//! If a commit fails in a way that leaves open what is on the disk, nothing is acknowledged any more, ever: the process
//! has to start again and look (what fsync reports is reported once).

use std::sync::Arc;
use std::thread;

use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot, watch};

use super::engine::{Boxed, Writer};
use super::house::House;
use super::people::{Group, Pending};
use super::turn::{Batch, Turn, TurnStart};
use super::{Error, Result};

/// How often a turn is tried again when somebody else was in the way.
const TRIES: usize = 10;

/// Something to be done in a turn.
pub(super) trait Task: Send {
    /// Does it. May be called again if the transaction had to be rolled back.
    fn run<'t>(&'t mut self, turn: &'t mut Turn) -> Boxed<'t, Result<()>>;
    /// Is told what became of it, when it is durable or will never be.
    fn done(&mut self, outcome: Result<Option<Arc<Batch>>>);
}

/// What waits.
pub(super) enum Order {
    /// A person's record, which shares its turn with others.
    Person(Box<Pending>),
    /// Anything else, in a turn of its own.
    Task(Box<dyn Task>),
    /// Traces are to go from the files.
    Scrub(oneshot::Sender<Result<bool>>),
    /// The end. What came before it is done.
    Close(oneshot::Sender<()>),
}

/// How one reaches the one who writes.
#[derive(Clone)]
pub(super) struct Queue {
    orders: mpsc::Sender<Order>,
    capacity: usize,
    failure: watch::Receiver<Option<Error>>,
    /// The newest checkpoint: the log's number and the note.
    pub(super) notes: watch::Receiver<Option<(i64, String)>>,
}

struct Sequencer {
    writer: Writer,
    house: Arc<House>,
    orders: mpsc::Receiver<Order>,
    most: usize,
    failure: watch::Sender<Option<Error>>,
    notes: watch::Sender<Option<(i64, String)>>,
}

impl Queue {
    /// Starts the thread.
    pub(super) fn start(writer: Writer, house: Arc<House>, (queue, batch): (usize, usize)) -> Result<Queue> {
        let capacity = queue.max(1);
        let (sender, orders) = mpsc::channel(capacity);
        let (failure, failed) = watch::channel(None);
        let (notes, noted) = watch::channel(None);
        let sequencer = Sequencer { writer, house, orders, most: batch.max(1), failure, notes };
        let handle =
            Handle::try_current().map_err(|_| Error::Refused("no runtime to open the archive in"))?;
        let run = move || handle.block_on(sequencer.run());
        let started = thread::Builder::new().name("assent-writer".into()).spawn(run);
        started.map_err(|_| Error::Engine("no thread to write with".into()))?;
        Ok(Queue { orders: sender, capacity, failure: failed, notes: noted })
    }

    /// How many orders wait.
    pub(super) fn waiting(&self) -> usize {
        self.capacity - self.orders.capacity()
    }

    /// Puts an order into the queue, if there is room.
    pub(super) fn put(&self, order: Order) -> Result<()> {
        self.check()?;
        self.orders.try_send(order).map_err(|_| Error::Busy)
    }

    /// Puts an order into the queue, and waits for room. For what the house itself does.
    pub(super) async fn put_patiently(&self, order: Order) -> Result<()> {
        self.check()?;
        self.orders.send(order).await.map_err(|_| Error::Busy)
    }

    /// Does something in a turn of its own, and waits until it is durable.
    pub(super) async fn turn<T, F>(&self, work: F) -> Result<(T, Option<Arc<Batch>>)>
    where
        T: Send + 'static,
        F: for<'t> FnMut(&'t mut Turn) -> Boxed<'t, Result<T>> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Job { work, outcome: None, reply: Some(reply) };
        self.put_patiently(Order::Task(Box::new(job))).await?;
        answer.await.map_err(|_| self.lost())?
    }

    /// What to say when an answer will never come: the writer has gone.
    pub(super) fn lost(&self) -> Error {
        self.failure.borrow().clone().unwrap_or(Error::Busy)
    }

    /// Whether writes are taken.
    pub(super) fn check(&self) -> Result<()> {
        self.failure.borrow().clone().map_or(Ok(()), Err)
    }

    /// Waits for the failure after which nothing is acknowledged.
    pub(super) async fn failed(&self) -> Error {
        let mut failure = self.failure.clone();
        match failure.wait_for(Option::is_some).await.map(|failure| failure.clone()) {
            Ok(Some(error)) => error,
            // It went without a word: closed, or gone in a panic.
            _ => Error::Failed("the writer has ended".into()),
        }
    }
}

impl Sequencer {
    async fn run(mut self) {
        let mut closing: Option<oneshot::Sender<()>> = None;
        let mut held: Option<Order> = None;
        loop {
            let order = match held.take() {
                Some(order) => Some(order),
                None => self.orders.recv().await,
            };
            match order {
                None => break,
                Some(Order::Person(pending)) => {
                    let mut group = Group::new(*pending);
                    while group.len() < self.most {
                        match self.orders.try_recv() {
                            Ok(Order::Person(pending)) => group.push(*pending),
                            Ok(order) => {
                                held = Some(order);
                                break;
                            }
                            Err(_) => break,
                        }
                    }
                    self.give(&mut group).await;
                }
                Some(Order::Task(mut task)) => self.give(&mut *task).await,
                Some(Order::Scrub(reply)) => {
                    let scrubbed = self.writer.scrub().await;
                    // Whoever asked may have gone.
                    let _ = reply.send(scrubbed);
                }
                Some(Order::Close(reply)) => {
                    closing = Some(reply);
                    // Nothing new gets in, what is in is done.
                    self.orders.close();
                }
            }
        }
        self.writer.settle();
        drop(self);
        if let Some(reply) = closing {
            let _ = reply.send(());
        }
    }

    /// Gives a task its turn and tells it the outcome.
    async fn give(&mut self, task: &mut dyn Task) {
        if let Some(error) = self.failure.borrow().clone() {
            return task.done(Err(error));
        }
        let mut outcome = Err(Error::Busy);
        for _ in 0..TRIES {
            outcome = self.attempt(task).await;
            if !outcome.as_ref().is_err_and(Error::is_retry) {
                break;
            }
        }
        let outcome = match outcome {
            Ok(batch) => Ok(batch.map(Arc::new)),
            Err(error) if error.is_retry() => Err(Error::Busy),
            Err(error) => Err(error),
        };
        match &outcome {
            Ok(Some(batch)) => {
                self.notes.send_replace(Some((batch.log, batch.note.clone())));
            }
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(%error, "a turn was lost");
                if matches!(error, Error::Failed(_)) {
                    self.failure.send_replace(Some(error.clone()));
                }
            }
        }
        task.done(outcome);
    }

    async fn attempt(&mut self, task: &mut dyn Task) -> Result<Option<Batch>> {
        let mut tx = self.writer.begin().await?;
        let start = match TurnStart::read(&mut tx, &self.house).await {
            Ok(start) => start,
            Err(error) => {
                self.writer.roll_back(tx).await;
                return Err(error);
            }
        };
        let mut turn = Turn::of(tx, &self.house, start);
        let done = match task.run(&mut turn).await {
            Ok(()) => turn.finish().await,
            Err(error) => Err(error),
        };
        let Turn { tx, .. } = turn;
        match done {
            Ok(batch) => self.writer.commit(tx).await.map(|()| batch),
            Err(error) => {
                self.writer.roll_back(tx).await;
                Err(error)
            }
        }
    }
}

type Answer<T> = Result<(T, Option<Arc<Batch>>)>;

/// A task that is a function.
struct Job<T, F> {
    work: F,
    outcome: Option<T>,
    reply: Option<oneshot::Sender<Answer<T>>>,
}

impl<T, F> Task for Job<T, F>
where
    T: Send,
    F: for<'t> FnMut(&'t mut Turn) -> Boxed<'t, Result<T>> + Send,
{
    fn run<'t>(&'t mut self, turn: &'t mut Turn) -> Boxed<'t, Result<()>> {
        let Job { work, outcome, .. } = self;
        Box::pin(async move {
            *outcome = Some(work(turn).await?);
            Ok(())
        })
    }

    fn done(&mut self, outcome: Result<Option<Arc<Batch>>>) {
        let answer = match (outcome, self.outcome.take()) {
            (Ok(batch), Some(value)) => Ok((value, batch)),
            (Ok(_), None) => Err(Error::Engine("a task without an outcome".into())),
            (Err(error), _) => Err(error),
        };
        if let Some(reply) = self.reply.take() {
            // Whoever asked may have gone; it is done all the same.
            let _ = reply.send(answer);
        }
    }
}
