//! A serving process as the benchmark starts it and asks it what it costs.

use std::process::Stdio;

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
};

/// What a process has cost so far.
pub(crate) struct Cost {
    /// User and system time.
    pub(crate) cpu_micros: u64,
    /// The most memory that it held.
    pub(crate) peak_mb: f64,
    /// What it holds now.
    pub(crate) now_mb: f64,
}

/// A serving process.
pub(crate) struct Server {
    pub(crate) port: u16,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    /// Held because dropping it ends the process.
    _process: Child,
}

impl Server {
    /// Starts the role in a process of its own; `upstream` is for the whole relay.
    pub(crate) async fn start(role: &str, upstream: &str) -> Result<Self, String> {
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut process = Command::new(program)
            .args(["--role", role, upstream])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| error.to_string())?;
        let input = process.stdin.take().ok_or("no input")?;
        let mut output = BufReader::new(process.stdout.take().ok_or("no output")?).lines();
        let line = output
            .next_line()
            .await
            .map_err(|error| error.to_string())?
            .unwrap_or_default();
        let port = line
            .strip_prefix("port ")
            .and_then(|it| it.parse().ok())
            .ok_or(format!("{role} did not start: {line:?}"))?;
        Ok(Self {
            port,
            input,
            output,
            _process: process,
        })
    }

    /// What the process has cost so far.
    pub(crate) async fn cost(&mut self) -> Result<Cost, String> {
        self.say("cost").await?;
        let line = self
            .output
            .next_line()
            .await
            .map_err(|error| error.to_string())?
            .unwrap_or_default();
        let numbers: Vec<u64> = line.split(' ').filter_map(|it| it.parse().ok()).collect();
        let [cpu_micros, peak_kib, now_kib] = numbers[..] else {
            return Err(format!("no cost in {line:?}"));
        };
        Ok(Cost {
            cpu_micros,
            peak_mb: peak_kib as f64 / 1_024.0,
            now_mb: now_kib as f64 / 1_024.0,
        })
    }

    /// Gives a command.
    pub(crate) async fn say(&mut self, line: &str) -> Result<(), String> {
        self.input
            .write_all(format!("{line}\n").as_bytes())
            .await
            .map_err(|error| error.to_string())
    }
}
