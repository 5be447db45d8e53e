//! The program: everything it does is in the library, where it is tested.

use std::process::ExitCode;

fn main() -> ExitCode {
    relay::cli::run()
}
