//! `rsmp config show`: every setting, and which layer it comes from.

use crate::{
    cli::ConfigShow,
    config::{SECRETS, Settings, layers, origin},
    output::print,
};
use anyhow::Result;
use serde_json::{Map, Value, json};
use std::{fmt::Write, process::ExitCode};

/// Every setting, and what holds where nobody gives it.
const SETTINGS: [(&str, &str); 22] = [
    ("source", "none"),
    ("dest", "none"),
    ("variables", "all that have the dimensions"),
    ("method", "mean"),
    ("closed", "left"),
    ("min_valid", "0"),
    ("dtype", "by the source's type"),
    ("format", "the source's"),
    ("chunks", "about 1 MiB, at most 512 a side"),
    ("codec", "the source's"),
    ("batch_size", "64 destination chunks"),
    ("workers", "all cores"),
    ("memory", "half of what is available"),
    ("endpoint_url", "AWS"),
    ("region", "us-east-1"),
    ("bucket", "none"),
    ("anonymous", "false"),
    ("allow_http", "false"),
    ("aws_access_key_id", "none"),
    ("aws_secret_access_key", "none"),
    ("aws_session_token", "none"),
    ("resample", "none"),
];

pub(crate) fn run(arguments: &ConfigShow) -> Result<ExitCode> {
    let figment = layers(
        arguments.config.as_deref(),
        &arguments.remote,
        Settings::default(),
    )?;
    // What a job would refuse is refused here, too.
    let _: Settings = figment.extract()?;
    let (mut text, mut all) = (String::new(), Map::new());
    for (name, default) in SETTINGS {
        let value = figment.extract_inner::<Value>(name).ok();
        let given = value
            .filter(|value| *value != json!(""))
            .zip(origin(&figment, name));
        let (value, from) = match given {
            Some((_, from)) if SECRETS.contains(&name) => (json!("***"), from),
            Some((value, from)) => (value, from),
            None => {
                // Writing to a string does not fail.
                let _ = writeln!(text, "# {name}: default, {default}");
                all.insert(name.to_owned(), json!({"value": null, "default": default}));
                continue;
            }
        };
        let _ = writeln!(text, "{name} = {value}  # from {from}");
        all.insert(name.to_owned(), json!({"value": value, "from": from}));
    }
    print(&if arguments.json {
        format!("{:#}\n", Value::Object(all))
    } else {
        text
    })?;
    Ok(ExitCode::SUCCESS)
}
