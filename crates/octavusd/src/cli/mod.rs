//! The commands.

mod backup;
mod check;
mod dev;
mod doctor;
mod keys;
mod migrate;
mod schema;
mod serve;

use std::io::Write as _;
use std::process::ExitCode;

/// The data folder of a server, and of the commands that look after one.
const DATA_DIR: &str = "/var/lib/octavusd";

/// The Octavus agent platform as one self-hosted server.
#[derive(Debug, clap::Parser)]
#[command(name = "octavusd", version)]
pub enum Command {
    /// Serve on this machine with the agents of some folders; no model key is needed
    Dev(dev::Arguments),
    /// Serve, configured by the environment
    Serve,
    /// Compile agent folders and print what is wrong with them
    Check(check::Arguments),
    /// Make, list and revoke project keys
    #[command(subcommand)]
    Keys(keys::Command),
    /// Print the JSON Schema of an agent's files, for editors
    Schema(schema::Arguments),
    /// Print the OpenAPI document of the API
    Openapi,
    /// Look at everything that a server needs, and say what is wrong
    Doctor,
    /// Bring the database up to date; a server does the same at its start
    Migrate,
    /// Copy the database and the files to a folder, beside a running server
    Backup(backup::Backup),
    /// Fill a new data folder from a backup
    Restore(backup::Restore),
}

/// Runs a command to its end. A failure is printed with its causes.
#[must_use]
pub fn run(command: Command) -> ExitCode {
    let outcome = match command {
        Command::Check(arguments) => return check::run(&arguments),
        Command::Schema(arguments) => {
            schema::run(&arguments);
            return ExitCode::SUCCESS;
        }
        Command::Openapi => {
            say(&format!("{:#}", crate::http::document()));
            return ExitCode::SUCCESS;
        }
        Command::Dev(arguments) => block_on(dev::run(arguments)),
        Command::Serve => block_on(serve::run()),
        Command::Keys(command) => block_on(keys::run(command)),
        Command::Doctor => block_on(doctor::run()),
        Command::Migrate => block_on(migrate::run()),
        Command::Backup(arguments) => block_on(backup::backup(arguments)),
        Command::Restore(arguments) => block_on(backup::restore(arguments)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say_error(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn block_on(task: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(task)
}

/// Prints a line of a command's own output. A closed pipe is the reader's choice, no failure.
pub(crate) fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Prints a line beside a command's output.
pub(crate) fn say_error(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
