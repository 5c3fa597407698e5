//! Running a plan: fetch, compute, commit, all at once and within the budget.

use crate::{
    Error, Event, Observer, Plan, Report, Result,
    batch::{Batch, Finished},
    plan::{MEMORY_UNIT, memory_units},
    variable_plan::VariablePlan,
};
use rayon::{ThreadPool, ThreadPoolBuilder};
use rsmp_storage::{ArraySpec, ArrayWriter, Compression, DataType, Writer};
use serde_json::Map;
use std::{fmt, panic::AssertUnwindSafe, sync::Arc};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch},
    task::JoinSet,
};

/// Asks a running job to stop. Clones ask the same job.
#[derive(Debug, Clone)]
pub struct Stop(watch::Sender<bool>);

impl Default for Stop {
    fn default() -> Self {
        Self(watch::channel(false).0)
    }
}

impl Stop {
    /// Stops the job: no new work is started, work in flight ends, [`Plan::run`] returns
    /// [`Error::Interrupted`]. A job whose last chunk is in flight already ends as if it was not asked.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Plan {
    /// Does the work. Chunks are fetched on the caller's tokio runtime, decoded and reduced on a thread
    /// pool of the job's own, written as batches become complete; metadata come last.
    ///
    /// When it fails, everything that it wrote is removed again.
    ///
    /// # Errors
    /// The first [`Error`] of any task; [`Error::Interrupted`] after [`Stop::stop`].
    pub async fn run(&self, observer: Arc<dyn Observer>, stop: &Stop) -> Result<Report> {
        let mut writer = Writer::create(&self.destination, self.format).await?;
        let result = self.write(&mut writer, &observer, stop).await;
        let result = match result {
            Ok(report) => writer
                .finish(&self.attributes)
                .await
                .map(|()| report)
                .map_err(Into::into),
            Err(error) => Err(error),
        };
        match result {
            Ok(report) => {
                observer.event(&Event::Finished);
                Ok(report)
            }
            Err(error) => {
                // The first error is the one to tell; what cannot be removed is refused next time.
                let _ = writer.abort().await;
                Err(error)
            }
        }
    }

    async fn write(
        &self,
        writer: &mut Writer,
        observer: &Arc<dyn Observer>,
        stop: &Stop,
    ) -> Result<Report> {
        let pool = ThreadPoolBuilder::new()
            .num_threads(self.limits.workers)
            .thread_name(|i| format!("rsmp-compute-{i}"))
            .build()
            .map_err(|error| Error::Task(error.to_string()))?;
        let budget = self.limits.memory / MEMORY_UNIT;
        let mut flow = Flow {
            pool: Arc::new(pool),
            memory: Arc::new(Semaphore::new(budget.min(u32::MAX.into()) as usize)),
            slots: Arc::new(Semaphore::new(
                2 * self.limits.workers + self.limits.requests,
            )),
            tasks: JoinSet::new(),
            stop: stop.0.subscribe(),
            observer: Arc::clone(observer),
            report: Report::default(),
        };
        // Before any work is in flight: what fails here may return at once.
        let mut arrays = Vec::new();
        for variable in &self.variables {
            arrays.push(writer.add(variable.output.clone())?);
        }
        let mut result = Ok(());
        for (variable, array) in self.variables.iter().zip(&arrays) {
            result = flow.variable(variable, array).await;
            if result.is_err() {
                break;
            }
        }
        // Also after an error: what is in flight has to end before anything can be removed.
        let rest = flow.drain().await;
        result.and(rest)?;
        self.coordinates(writer).await?;
        for variable in &self.copies {
            if *stop.0.borrow() {
                return Err(Error::Interrupted);
            }
            writer.copy(variable).await?;
        }
        Ok(flow.report)
    }

    /// Writes the coordinates and bounds of the resampled dimensions.
    async fn coordinates(&self, writer: &mut Writer) -> Result<()> {
        for dimension in &self.dimensions {
            let (centres, attributes) = dimension.coordinate();
            let name = dimension.name().to_owned();
            let spec = ArraySpec {
                name: name.clone(),
                dimensions: vec![name.clone()],
                shape: vec![centres.len()],
                chunk: vec![centres.len()],
                data_type: DataType::Float64,
                missing: None,
                compression: Compression::None,
                attributes,
            };
            let bounds = ArraySpec {
                name: dimension.bounds_name().to_owned(),
                dimensions: vec![name, "bnds".to_owned()],
                shape: vec![centres.len(), 2],
                chunk: vec![centres.len(), 2],
                attributes: Map::new(),
                ..spec.clone()
            };
            writer.add(spec)?.write(&bytes_of(&centres)).await?;
            if dimension.has_bounds() {
                writer
                    .add(bounds)?
                    .write(&bytes_of(&dimension.bounds()))
                    .await?;
            }
        }
        Ok(())
    }
}

fn bytes_of(values: &[f64]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_ne_bytes())
        .collect()
}

/// Units to take from the semaphore for some bytes; a plan whose pieces do not fit it was refused before.
fn units_of(bytes: u64) -> u32 {
    u32::try_from(memory_units(bytes)).unwrap_or(u32::MAX)
}

/// The work in flight.
struct Flow {
    pool: Arc<ThreadPool>,
    /// The only back-pressure: every chunk and every batch takes its memory here before it starts, in
    /// order, and gives it back when it is done. Work never waits for work behind it, so it always goes on.
    memory: Arc<Semaphore>,
    /// Chunks between their request and the end of their reduction: as many as keep the workers busy.
    slots: Arc<Semaphore>,
    tasks: JoinSet<Result<Report>>,
    stop: watch::Receiver<bool>,
    observer: Arc<dyn Observer>,
    report: Report,
}

impl fmt::Debug for Flow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flow")
            .field("tasks", &self.tasks.len())
            .finish_non_exhaustive()
    }
}

impl Flow {
    async fn variable(&mut self, plan: &Arc<VariablePlan>, array: &ArrayWriter) -> Result<()> {
        self.observer.event(&Event::VariableStarted {
            variable: plan.name(),
            n_batches: plan.n_batches(),
            n_windows: plan.n_windows(),
        });
        for number in 0..plan.n_batches() {
            let memory = Arc::clone(&self.memory);
            let permit = self.admit(memory, units_of(plan.batch_cost())).await?;
            let batch = Arc::new(Batch::new(Arc::clone(plan), number, array.clone(), permit));
            for ordinal in 0..batch.n_chunks() {
                let slot = self.admit(Arc::clone(&self.slots), 1).await?;
                let memory = Arc::clone(&self.memory);
                let permit = self.admit(memory, units_of(plan.chunk_cost())).await?;
                let task = ChunkTask {
                    batch: Arc::clone(&batch),
                    ordinal,
                    pool: Arc::clone(&self.pool),
                    observer: Arc::clone(&self.observer),
                };
                self.tasks.spawn(task.run(slot, permit));
            }
            if batch.n_chunks() == 0 {
                let worker = Arc::clone(&batch);
                let finished = on_pool(&self.pool, move || worker.take_nothing()).await?;
                let mut report = Report::default();
                commit(&batch, finished, &self.observer, &mut report).await?;
                self.report.add(&report);
            }
        }
        Ok(())
    }

    /// Waits for its turn, and meanwhile for tasks that fail and for the order to stop.
    async fn admit(&mut self, from: Arc<Semaphore>, n: u32) -> Result<OwnedSemaphorePermit> {
        let permit = from.acquire_many_owned(n);
        tokio::pin!(permit);
        loop {
            if *self.stop.borrow_and_update() {
                return Err(Error::Interrupted);
            }
            tokio::select! {
                biased;
                Some(done) = self.tasks.join_next() => self.done(done)?,
                permit = &mut permit => return permit.map_err(|e| Error::Task(e.to_string())),
                // The sender lives as long as the job, so this never resolves by its end.
                Ok(()) = self.stop.changed() => {}
            }
        }
    }

    fn done(&mut self, done: Result<Result<Report>, tokio::task::JoinError>) -> Result<()> {
        let report = done.map_err(|error| Error::Task(error.to_string()))??;
        self.report.add(&report);
        Ok(())
    }

    async fn drain(&mut self) -> Result<()> {
        let mut first = Ok(());
        while let Some(done) = self.tasks.join_next().await {
            let done = self.done(done);
            first = first.and(done);
        }
        first
    }
}

/// One source chunk on its way through a batch.
struct ChunkTask {
    batch: Arc<Batch>,
    ordinal: usize,
    pool: Arc<ThreadPool>,
    observer: Arc<dyn Observer>,
}

impl ChunkTask {
    async fn run(self, slot: OwnedSemaphorePermit, permit: OwnedSemaphorePermit) -> Result<Report> {
        let Self {
            batch,
            ordinal,
            pool,
            observer,
        } = self;
        let bytes = batch
            .plan
            .variable
            .fetch(&batch.chunk_index(ordinal))
            .await?;
        let mut report = Report::default();
        match &bytes {
            Some(bytes) => {
                report.chunks_read = 1;
                report.bytes_read = bytes.len() as u64;
                report.bytes_decoded = batch.plan.chunk_bytes();
            }
            None => report.chunks_absent = 1,
        }
        let worker = Arc::clone(&batch);
        let taken = on_pool(&pool, move || worker.take(ordinal, bytes.as_ref(), permit));
        let finished = taken.await?;
        drop(slot);
        observer.event(&Event::ChunkDone {
            stored_bytes: report.bytes_read,
            chunk_bytes: batch.plan.chunk_bytes(),
        });
        commit(&batch, finished, &observer, &mut report).await?;
        Ok(report)
    }
}

/// From the async side to the pool and back: neither ever waits for the other on its own threads.
async fn on_pool<T: Send + 'static>(
    pool: &ThreadPool,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let (answer, result) = oneshot::channel();
    pool.spawn(move || {
        // A panic that leaves the pool's thread would end the process and leave its output behind.
        let done = std::panic::catch_unwind(AssertUnwindSafe(work));
        let done = done.unwrap_or_else(|_| Err(Error::Task("a worker panicked".to_owned())));
        // The receiver is gone only when the job has failed already.
        let _ = answer.send(done);
    });
    result
        .await
        .map_err(|_| Error::Task("a worker gave no answer".to_owned()))?
}

async fn commit(
    batch: &Batch,
    finished: Option<Finished>,
    observer: &Arc<dyn Observer>,
    report: &mut Report,
) -> Result<()> {
    let Some(finished) = finished else {
        return Ok(());
    };
    let (chunks, bytes) = batch.commit(&finished).await?;
    report.chunks_written += chunks;
    report.bytes_written += bytes;
    report.windows_valid += finished.valid;
    report.windows_missing += finished.missing;
    observer.event(&Event::BatchDone {
        variable: batch.plan.name(),
        batch: batch.number,
        n_windows: batch.plan.n_windows_of(batch.number),
    });
    Ok(())
}
