//! Runs another program: quietly with a sign of life, or passing its lines through.

use std::{
    ffi::OsStr,
    io::{BufRead as _, BufReader, Read},
    path::Path,
    process::{Command, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    thread,
    time::Duration,
};

use crate::{
    children::{Child, interrupted},
    failure::{Failure, Outcome},
    progress::{self, Heartbeat},
};

/// How many lines of a failed quiet program are shown.
const LINES_OF_A_FAILURE: usize = 120;

/// A program about to be run.
#[derive(Debug)]
pub(crate) struct Task {
    command: Command,
    name: String,
}

/// What a program left behind.
#[derive(Debug)]
pub(crate) struct Finished {
    /// Whether it left with 0.
    pub(crate) success: bool,
    /// Everything it printed, both streams, in the order in which lines arrived.
    pub(crate) output: String,
}

impl Task {
    /// Names a program; nothing runs yet.
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let program = program.as_ref();
        Self {
            name: Path::new(program)
                .file_name()
                .unwrap_or(program)
                .to_string_lossy()
                .into_owned(),
            command: Command::new(program),
        }
    }

    /// Adds arguments.
    pub(crate) fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command.args(args);
        self
    }

    /// Sets a variable of its environment.
    pub(crate) fn env(mut self, key: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(key, value);
        self
    }

    /// Removes a variable of its environment.
    pub(crate) fn without_env(mut self, key: &str) -> Self {
        self.command.env_remove(key);
        self
    }

    /// Sets where it runs.
    pub(crate) fn current_dir(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Runs it without showing what it prints, unless it fails.
    pub(crate) fn quiet(self) -> Outcome<String> {
        let name = self.name.clone();
        let finished = self.run(false)?;
        if finished.success {
            return Ok(finished.output);
        }
        let lines: Vec<&str> = finished.output.lines().collect();
        let from = lines.len().saturating_sub(LINES_OF_A_FAILURE);
        for line in lines.iter().skip(from) {
            progress::say(line);
        }
        Err(Failure::new(format!(
            "{name} failed; what it said is above"
        )))
    }

    /// Runs it and passes every line through; a failure is the caller's to judge.
    pub(crate) fn tee(self) -> Outcome<Finished> {
        self.run(true)
    }

    /// Runs it without a word and gives back what it wrote to standard output.
    pub(crate) fn output(mut self) -> Outcome<String> {
        let output = self
            .command
            .stdin(Stdio::null())
            .output()
            .map_err(|why| Failure::new(format!("could not start {}: {why}", self.name)))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            return Ok(text);
        }
        Err(Failure::new(format!(
            "{} failed: {}",
            self.name,
            String::from_utf8_lossy(&output.stderr).trim()
        )))
    }

    /// Starts it as a companion that lives until it is dropped, and hears what it prints.
    /// Its error stream goes to ours; its input is a pipe that ends when we do, however that happens.
    pub(crate) fn spawn_and_listen(mut self) -> Outcome<(Child, Receiver<String>)> {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = Child::spawn(&mut self.command, &self.name)?;
        let (lines, arrived) = mpsc::channel();
        forward(child.stdout(), lines);
        Ok((child, arrived))
    }

    fn run(mut self, show: bool) -> Outcome<Finished> {
        self.command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = Child::spawn(&mut self.command, &self.name)?;
        let (lines, arrived) = mpsc::channel();
        forward(child.stdout(), lines.clone());
        forward(child.stderr(), lines);

        let mut output = String::new();
        let mut heartbeat = Heartbeat::new(if show {
            Duration::from_secs(10)
        } else {
            Duration::from_secs(1)
        });
        let mut latest = String::new();
        loop {
            match arrived.recv_timeout(Duration::from_millis(200)) {
                Ok(line) => {
                    if show {
                        heartbeat.end();
                        progress::say(&line);
                    }
                    output.push_str(&line);
                    output.push('\n');
                    latest = line.trim().to_owned();
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if interrupted() {
                heartbeat.end();
                child.stop();
                return Err(Failure::new("stopped by you"));
            }
            heartbeat.beat(&latest);
        }
        heartbeat.end();
        let success = child.wait()?;
        Ok(Finished { success, output })
    }
}

fn forward(stream: Option<impl Read + Send + 'static>, lines: Sender<String>) {
    let Some(stream) = stream else { return };
    thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut line = Vec::new();
        while reader
            .read_until(b'\n', &mut line)
            .is_ok_and(|count| count > 0)
        {
            let text = String::from_utf8_lossy(&line)
                .trim_end_matches(['\n', '\r'])
                .to_owned();
            if lines.send(text).is_err() {
                return;
            }
            line.clear();
        }
    });
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn both_streams_of_a_program_are_kept() {
        let finished = Task::new("sh")
            .args(["-c", "echo one; echo two >&2; exit 3"])
            .run(false)
            .unwrap();
        assert!(!finished.success);
        assert!(finished.output.contains("one\n"));
        assert!(finished.output.contains("two\n"));
    }

    #[test]
    fn a_program_that_is_missing_is_named() {
        let failure = Task::new("no-such-program-here").quiet().unwrap_err();
        assert!(failure.to_string().contains("no-such-program-here"));
    }
}
