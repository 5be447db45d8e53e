//! What the person sees while the toolbox works: numbered steps, elapsed time, a sign of life.

use std::{
    io::{self, IsTerminal as _, Write as _},
    time::{Duration, Instant},
};

use crate::failure::Failure;

/// Prints a line to standard output.
///
/// A closed pipe (`cargo xtask size | head`) is no reason to fail.
pub(crate) fn say(line: impl AsRef<str>) {
    let mut out = io::stdout().lock();
    drop(writeln!(out, "{}", line.as_ref()));
    drop(out.flush());
}

/// Prints why the command failed.
pub(crate) fn complain(failure: &Failure) {
    drop(writeln!(io::stderr(), "error: {failure}"));
}

/// A duration as people read it: `0.4 s`, `12 s`, `3 min 20 s`.
pub(crate) fn spell(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        _ => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

/// A numbered list of things to do, `[2/5] Building the relay`.
#[derive(Debug)]
pub(crate) struct Steps {
    total: usize,
    current: usize,
    began: Instant,
    started: Instant,
    times: Vec<(String, Duration)>,
    name: String,
}

impl Steps {
    /// A list of `total` steps.
    pub(crate) fn new(total: usize) -> Self {
        let now = Instant::now();
        Self {
            total,
            current: 0,
            began: now,
            started: now,
            times: Vec::new(),
            name: String::new(),
        }
    }

    /// Ends the running step, if any, and begins the next.
    pub(crate) fn begin(&mut self, name: &str) {
        self.end();
        self.current += 1;
        self.began = Instant::now();
        self.name = name.to_owned();
        say(format!("[{}/{}] {name}…", self.current, self.total));
    }

    /// Ends the running step and says how long it took, when that was worth saying.
    pub(crate) fn end(&mut self) {
        if self.name.is_empty() {
            return;
        }
        let time = self.began.elapsed();
        if time >= Duration::from_secs(1) {
            say(format!("      done in {}", spell(time)));
        }
        self.times.push((std::mem::take(&mut self.name), time));
    }

    /// Time since the list was made.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// A table of the steps with their times in minutes.
    pub(crate) fn minutes(&mut self) -> String {
        self.end();
        let mut table = String::from("minutes  step\n");
        for (name, time) in &self.times {
            table.push_str(&format!("{:7.1}  {name}\n", time.as_secs_f64() / 60.0));
        }
        table.push_str(&format!(
            "{:7.1}  in all",
            self.elapsed().as_secs_f64() / 60.0
        ));
        table
    }
}

/// Shows that something is alive while nothing else is printed: a line that changes on a terminal,
/// a dot every five seconds elsewhere.
#[derive(Debug)]
pub(crate) struct Heartbeat {
    began: Instant,
    last: Instant,
    first_pause: Duration,
    terminal: bool,
    shown: bool,
}

impl Heartbeat {
    /// Begins to count; nothing is shown before `first_pause` has gone by without a word.
    pub(crate) fn new(first_pause: Duration) -> Self {
        let now = Instant::now();
        Self {
            began: now,
            last: now,
            first_pause,
            terminal: io::stderr().is_terminal(),
            shown: false,
        }
    }

    /// Called often; draws at most once a second. `detail` is what is being done right now.
    pub(crate) fn beat(&mut self, detail: &str) {
        let pause = match (self.shown, self.terminal) {
            (false, _) => self.first_pause,
            (true, true) => Duration::from_secs(1),
            (true, false) => Duration::from_secs(5),
        };
        if self.last.elapsed() < pause {
            return;
        }
        self.last = Instant::now();
        let mut err = io::stderr().lock();
        if self.terminal {
            let detail: String = detail.chars().take(60).collect();
            let seconds = self.began.elapsed().as_secs();
            drop(write!(err, "\r\x1b[2K      {seconds} s  {detail}"));
        } else if self.shown {
            drop(write!(err, "."));
        } else {
            drop(write!(err, "      ."));
        }
        drop(err.flush());
        self.shown = true;
    }

    /// Clears the line or ends the row of dots.
    pub(crate) fn end(&mut self) {
        self.last = Instant::now();
        if !self.shown {
            return;
        }
        let mut err = io::stderr().lock();
        if self.terminal {
            drop(write!(err, "\r\x1b[2K"));
        } else {
            drop(writeln!(err));
        }
        drop(err.flush());
        self.shown = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_people_say_them() {
        assert_eq!(spell(Duration::from_millis(420)), "0.4 s");
        assert_eq!(spell(Duration::from_secs(12)), "12 s");
        assert_eq!(spell(Duration::from_secs(200)), "3 min 20 s");
    }
}
