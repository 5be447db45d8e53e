//! Whatever arrives, nothing that reads it panics or takes long, and what can be written is read back as it was.
//!
//! A stand-in for fuzzing that needs nothing but the compiler: `cargo xtask test fuzz` tries every property 256 times,
//! with `--full` 20,000 times (`PROPTEST_CASES`). What is private to a crate has its properties there.

mod config;
mod frames;
mod queries;
mod words;

use std::time::{Duration, Instant};

/// The longest that reading one input may take; a thousandth of it is usual. Wide, because other programs run beside.
const PATIENCE: Duration = Duration::from_secs(2);

/// Runs `read`, which must not take long.
fn in_time<T>(read: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let value = read();
    assert!(began.elapsed() < PATIENCE, "it took {:?}", began.elapsed());
    value
}
