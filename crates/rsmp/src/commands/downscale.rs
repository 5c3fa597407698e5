//! `rsmp downscale`: plan, run, report.

use crate::{
    cli::Downscale,
    config::Settings,
    exit, lower,
    output::{bytes, count, counted, print, shape, tell},
    progress::{Progress, Verbosity},
};
use anyhow::Result;
use rsmp_pipeline::{Error, Job, Plan, Report, Stop, VariablePlan};
use serde_json::{Value, json};
use std::{
    fmt::Write,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

pub(crate) async fn run(arguments: Downscale) -> Result<ExitCode> {
    let settings = Settings::load(
        arguments.config.as_deref(),
        &arguments.remote,
        lower::flags(&arguments)?,
    )?;
    let verbosity = match (arguments.quiet, arguments.verbose) {
        (true, _) => Verbosity::Quiet,
        (_, true) => Verbosity::Verbose,
        _ => Verbosity::Normal,
    };
    let job = lower::job(&settings, history()).await?;
    let plan = Plan::new(&job).await?;
    if arguments.dry_run {
        let text = if arguments.json {
            format!("{:#}\n", json!({"plan": plan_json(&job, &plan)}))
        } else {
            describe(&job, &plan, Verbosity::Verbose)
        };
        print(&text)?;
        return Ok(ExitCode::SUCCESS);
    }
    if verbosity != Verbosity::Quiet {
        tell(describe(&job, &plan, verbosity).trim_end());
    }
    let (report, elapsed, peak) = match execute(&plan, verbosity).await? {
        Ok(done) => done,
        Err(code) => return Ok(code),
    };
    if arguments.json {
        let report = report_json(&report, elapsed, peak);
        let all = json!({"plan": plan_json(&job, &plan), "report": report});
        print(&format!("{all:#}\n"))?;
    }
    if verbosity != Verbosity::Quiet {
        tell(&summary(&plan, &report, elapsed, peak));
        tell(&format!("wrote {}", job.destination));
    }
    Ok(ExitCode::SUCCESS)
}

/// A finished job: report, time and most memory; or the exit code of an interrupted one.
pub(crate) type Outcome = Result<(Report, Duration, u64), ExitCode>;

/// Runs a plan with progress, and ends it in order on SIGINT and SIGTERM; a second signal ends it at once.
pub(crate) async fn execute(plan: &Plan, verbosity: Verbosity) -> Result<Outcome> {
    let progress = Arc::new(Progress::new(plan, verbosity));
    let (stop, code) = (Stop::default(), Arc::new(AtomicU8::new(0)));
    let listener = tokio::spawn(listen(stop.clone(), Arc::clone(&code)));
    let observer = Arc::clone(&progress);
    let result = plan.run(observer, &stop).await;
    listener.abort();
    progress.clear();
    match result {
        Ok(report) => Ok(Ok((report, progress.elapsed(), progress.peak_memory()))),
        Err(error @ Error::Interrupted) => {
            exit::report(&error.into());
            Ok(Err(ExitCode::from(code.load(Ordering::Relaxed))))
        }
        Err(error) => Err(error.into()),
    }
}

async fn listen(stop: Stop, code: Arc<AtomicU8>) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        return;
    };
    loop {
        // A scheduler that terminates a job runs it again; a person who interrupts does not.
        let asked = tokio::select! {
            _ = interrupt.recv() => exit::INTERRUPTED,
            _ = terminate.recv() => exit::TRANSIENT,
        };
        if code.swap(asked, Ordering::Relaxed) != 0 {
            std::process::exit(asked.into());
        }
        stop.stop();
    }
}

/// The line for the `history` attribute: time, version and arguments.
pub(crate) fn history() -> String {
    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ");
    let arguments = std::env::args_os()
        .skip(1)
        .map(|word| word.to_string_lossy().into_owned());
    let arguments: Vec<String> = arguments.collect();
    format!(
        "{now} rsmp {}: rsmp {}",
        env!("CARGO_PKG_VERSION"),
        arguments.join(" ")
    )
}

/// The plan for a person.
pub(crate) fn describe(job: &Job, plan: &Plan, verbosity: Verbosity) -> String {
    let mut text = String::new();
    let mut line = |written: std::fmt::Arguments<'_>| {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{written}");
    };
    line(format_args!(
        "{} of {} to {}",
        job.method,
        job.source.location(),
        job.destination
    ));
    for dimension in plan.dimensions() {
        let target = dimension.target();
        let [start, stop] = target.range();
        let cells = counted(dimension.axis().len(), "cell", "cells");
        let windows = counted(target.len(), "window", "windows");
        if target.is_single() {
            line(format_args!(
                "  {}: {cells} to the one at {start}",
                dimension.name()
            ));
        } else {
            line(format_args!(
                "  {}: {cells} to {windows} from {start} to {stop}",
                dimension.name()
            ));
        }
    }
    for variable in plan.variables() {
        let output = variable.output();
        line(format_args!(
            "  {}: {} {} to {} {} in chunks of {}, {}",
            variable.name(),
            shape(variable.source().shape()),
            variable.source().data_type_name(),
            shape(&output.shape),
            output.data_type,
            shape(&output.chunk),
            output.compression,
        ));
        if verbosity == Verbosity::Verbose {
            line(format_args!("    {}", numbers(variable)));
        }
    }
    if verbosity == Verbosity::Verbose {
        let copies: Vec<&str> = plan.copies().collect();
        if !copies.is_empty() {
            line(format_args!("  copied as they are: {}", copies.join(", ")));
        }
        line(format_args!(
            "  {} workers, memory budget {} (this job needs at least {})",
            plan.limits().workers,
            bytes(plan.limits().memory),
            bytes(plan.least_memory()),
        ));
    }
    for note in plan.notes() {
        line(format_args!("note: {note}"));
    }
    text
}

fn numbers(variable: &VariablePlan) -> String {
    format!(
        "{} in {}; {} to read ({} decoded), {} to write ({})",
        counted(variable.n_windows(), "window", "windows"),
        counted(variable.n_batches(), "batch", "batches"),
        counted(variable.n_reads(), "chunk", "chunks"),
        bytes(variable.bytes_to_decode()),
        counted(variable.n_units(), "chunk", "chunks"),
        bytes(variable.bytes_to_write()),
    )
}

fn plan_json(job: &Job, plan: &Plan) -> Value {
    let dimensions = plan.dimensions().iter().map(|dimension| {
        json!({
            "name": dimension.name(),
            "cells": dimension.axis().len(),
            "windows": dimension.target().len(),
            "range": dimension.target().range(),
            "empty_windows": dimension.n_empty(),
        })
    });
    let variables = plan.variables().iter().map(|variable| {
        let output = variable.output();
        json!({
            "name": variable.name(),
            "source_shape": variable.source().shape(),
            "source_chunks": variable.source().chunk_shape(),
            "source_type": variable.source().data_type_name(),
            "dimensions": output.dimensions,
            "shape": output.shape,
            "chunks": output.chunk,
            "type": output.data_type.name(),
            "codec": output.compression.to_string(),
            "windows": variable.n_windows(),
            "batches": variable.n_batches(),
            "chunks_to_read": variable.n_reads(),
            "bytes_to_decode": variable.bytes_to_decode(),
            "chunks_to_write": variable.n_units(),
            "bytes_to_write": variable.bytes_to_write(),
        })
    });
    json!({
        "source": job.source.location().to_string(),
        "destination": job.destination.to_string(),
        "method": job.method.name(),
        "format": plan.format().to_string(),
        "workers": plan.limits().workers,
        "memory": plan.limits().memory,
        "least_memory": plan.least_memory(),
        "dimensions": dimensions.collect::<Vec<_>>(),
        "variables": variables.collect::<Vec<_>>(),
        "copies": plan.copies().collect::<Vec<_>>(),
        "notes": plan.notes(),
    })
}

fn report_json(report: &Report, elapsed: Duration, peak: u64) -> Value {
    json!({
        "seconds": elapsed.as_secs_f64(),
        "peak_memory": peak,
        "chunks_read": report.chunks_read,
        "chunks_absent": report.chunks_absent,
        "bytes_read": report.bytes_read,
        "bytes_decoded": report.bytes_decoded,
        "chunks_written": report.chunks_written,
        "bytes_written": report.bytes_written,
        "windows_valid": report.windows_valid,
        "windows_missing": report.windows_missing,
    })
}

/// One or two lines about a finished job.
pub(crate) fn summary(plan: &Plan, report: &Report, elapsed: Duration, peak: u64) -> String {
    let seconds = elapsed.as_secs_f64();
    let mut text = format!(
        "done in {seconds:.2} s: {} ({} missing), {} read, {} decoded at {}/s, {} written, \
         memory {}",
        counted(plan.n_windows(), "window", "windows"),
        count(report.windows_missing as usize),
        bytes(report.bytes_read),
        bytes(report.bytes_decoded),
        bytes((report.bytes_decoded as f64 / seconds.max(1e-9)) as u64),
        bytes(report.bytes_written),
        bytes(peak),
    );
    if report.chunks_absent > 0 {
        let absent = counted(report.chunks_absent as usize, "chunk", "chunks");
        let _ = write!(text, "\n{absent} absent in the source: read as fill value");
    }
    text
}
