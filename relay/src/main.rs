//! The program: everything it does is in the library, where it is tested.

use std::process::ExitCode;

/// A post is some hundred small texts that one thread makes and another drops: what the system's allocator does slowly. Without huge
/// pages, which would double the memory of an idle relay (docs/performance.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    relay::cli::run()
}
