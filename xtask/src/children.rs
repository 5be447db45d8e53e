//! Processes that the toolbox started, and the promise that none outlives it.

use std::{
    process::{self, Command},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crate::failure::{Failure, Outcome};

/// How long a process may take to end after it was asked to, before it is killed.
const GRACE: Duration = Duration::from_secs(5);

static STOP: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// From here on Ctrl-C and a polite kill set a flag, so that children are stopped before we leave.
pub(crate) fn listen_for_signals() -> Outcome {
    let flag = Arc::clone(STOP.get_or_init(Default::default));
    for signal in [
        signal_hook::consts::SIGINT,
        signal_hook::consts::SIGTERM,
        #[cfg(unix)]
        signal_hook::consts::SIGHUP,
    ] {
        signal_hook::flag::register(signal, Arc::clone(&flag))
            .map_err(|why| Failure::new(format!("could not listen for Ctrl-C: {why}")))?;
    }
    Ok(())
}

/// Whether the person asked us to stop.
pub(crate) fn interrupted() -> bool {
    STOP.get().is_some_and(|flag| flag.load(Ordering::Relaxed))
}

/// A running process; stopped when this value goes away, whatever the reason.
#[derive(Debug)]
pub(crate) struct Child {
    inner: process::Child,
    name: String,
}

impl Child {
    /// Starts `command` in a process group of its own, so that what it starts ends with it.
    pub(crate) fn spawn(command: &mut Command, name: &str) -> Outcome<Self> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let inner = command.spawn().map_err(|why| {
            Failure::new(format!(
                "could not start {}: {why}",
                command.get_program().to_string_lossy()
            ))
        })?;
        Ok(Self {
            inner,
            name: name.to_owned(),
        })
    }

    /// Takes its standard output, when that is a pipe.
    pub(crate) fn stdout(&mut self) -> Option<process::ChildStdout> {
        self.inner.stdout.take()
    }

    /// Takes its standard error, when that is a pipe.
    pub(crate) fn stderr(&mut self) -> Option<process::ChildStderr> {
        self.inner.stderr.take()
    }

    /// The program's name, for messages.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Whether it has ended, and if so whether well.
    pub(crate) fn ended(&mut self) -> Option<bool> {
        self.inner
            .try_wait()
            .ok()
            .flatten()
            .map(|status| status.success())
    }

    /// Waits for the end; `true` is a good one.
    pub(crate) fn wait(&mut self) -> Outcome<bool> {
        loop {
            if let Some(success) = self.ended() {
                return Ok(success);
            }
            if interrupted() {
                self.stop();
                return Err(Failure::new("stopped by you"));
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Asks it and its children to end, waits a little, then insists.
    pub(crate) fn stop(&mut self) {
        if self.ended().is_some() {
            return;
        }
        self.signal("-TERM");
        let asked = Instant::now();
        while asked.elapsed() < GRACE {
            if self.ended().is_some() {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
        self.signal("-KILL");
        drop(self.inner.kill());
        drop(self.inner.wait());
    }

    /// Sends a signal to the whole group; std can only kill a single process.
    fn signal(&mut self, signal: &str) {
        if cfg!(unix) {
            let group = format!("-{}", self.inner.id());
            drop(Command::new("kill").args([signal, "--", &group]).status());
        } else {
            drop(self.inner.kill());
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.stop();
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_child_takes_its_own_children_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let mark = folder.path().join("pid");
        let script = format!("sleep 300 & echo $! > {}; wait", mark.display());
        let child = Child::spawn(Command::new("sh").args(["-c", &script]), "sh").unwrap();
        let grandchild = loop {
            match std::fs::read_to_string(&mark) {
                Ok(text) if text.ends_with('\n') => break text.trim().to_owned(),
                _ => thread::sleep(Duration::from_millis(5)),
            }
        };
        drop(child);
        let begun = Instant::now();
        while Command::new("kill")
            .args(["-0", &grandchild])
            .stderr(process::Stdio::null())
            .status()
            .unwrap()
            .success()
        {
            assert!(begun.elapsed() < GRACE, "the grandchild is still alive");
            thread::sleep(Duration::from_millis(20));
        }
    }
}
