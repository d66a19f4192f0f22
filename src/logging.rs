//! What the program says of itself while it runs: on standard error, for people or for machines.
//!
//! No line holds a body, a credential, or who somebody is: requests are told by the pattern of
//! their route, callers by their kind.

use std::io::IsTerminal;

use serde::{Deserialize, Serialize};
use tracing::Level;

/// The form of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// A line for people, coloured on a terminal.
    #[default]
    Text,
    /// A JSON object a line.
    Json,
    /// As text, but only what somebody should look at: no line for each request.
    Quiet,
}

/// Begins to write the log; once in the life of the process.
pub fn begin(format: LogFormat) {
    let terminal = std::io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt().with_writer(std::io::stderr).with_target(false);
    // Whoever began before goes on.
    let _ = match format {
        LogFormat::Text => lines.with_ansi(terminal).with_max_level(Level::INFO).try_init(),
        LogFormat::Quiet => lines.with_ansi(terminal).with_max_level(Level::WARN).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).with_max_level(Level::INFO).try_init(),
    };
    // The message of a panic may quote what somebody sent; where it happened is enough.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a panic");
    }));
}
