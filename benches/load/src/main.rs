//! The command: all of it is in the library.

use std::process::ExitCode;

#[expect(clippy::print_stdout, reason = "the report is what the command is for")]
#[expect(
    clippy::print_stderr,
    reason = "the only place where a person sees what went wrong"
)]
fn main() -> ExitCode {
    match ventanilla_bench::command() {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("ventanilla-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}
