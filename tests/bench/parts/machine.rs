//! What the operating system says about the machine and about a process's cost.

use std::fs;

/// The processor's name and the number of cores, to stand beside every figure.
pub(crate) fn describe() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("unknown processor", |rest| {
            rest.trim_start_matches(['\t', ' ', ':'])
        });
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!("{name}, {cores} cores")
}

/// CPU time of this process so far, user and system, in microseconds; 0 where the system does not tell.
pub(crate) fn cpu_micros() -> u64 {
    let stat = fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let own: u64 = threads().iter().map(|stat| first_number(stat)).sum();
    if own > 0 {
        own / 1_000
    } else {
        first_number(&stat) / 1_000
    }
}

/// CPU time of the thread that asks, in microseconds; 0 where the system does not tell.
pub(crate) fn own_micros() -> u64 {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    first_number(&stat) / 1_000
}

/// Largest resident memory of this process so far, in KiB; 0 where the system does not tell.
pub(crate) fn peak_memory_kib() -> u64 {
    memory_kib("VmHWM:")
}

/// Resident memory of this process now, in KiB; 0 where the system does not tell.
pub(crate) fn memory_now_kib() -> u64 {
    memory_kib("VmRSS:")
}

fn memory_kib(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .map_or(0, first_number)
}

/// `schedstat` of every thread: its first number is the nanoseconds that it ran.
fn threads() -> Vec<String> {
    let folder = fs::read_dir("/proc/self/task");
    folder
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|task| fs::read_to_string(task.path().join("schedstat")).ok())
        .collect()
}

fn first_number(text: &str) -> u64 {
    text.split_whitespace()
        .next()
        .and_then(|word| word.parse().ok())
        .unwrap_or(0)
}
