//! `palisade`: the command line.

use std::io::Write;
use std::process::ExitCode;

use palisade::Surroundings;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    // A panic is our fault, never the input's: it is said as such and has an exit code of its own.
    match std::panic::catch_unwind(|| palisade::run(arguments, &Surroundings::of_process())) {
        Ok(code) => ExitCode::from(code),
        Err(_) => {
            let words = "palisade: internal error; please report it with the command and the message above";
            // A closed standard error must not become a second panic.
            let _ = writeln!(std::io::stderr(), "{words}");
            ExitCode::from(4)
        }
    }
}
