//! `octavusd schema`: the JSON Schema by which an editor completes and documents an agent's files.

use super::say;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The file that the schema is of
    #[arg(value_enum, default_value_t)]
    file: File,
}

#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum File {
    /// protocol.yaml
    #[default]
    Protocol,
    /// settings.json
    Settings,
}

pub(crate) fn run(arguments: &Arguments) {
    let schema = match arguments.file {
        File::Protocol => protocol::protocol_schema(),
        File::Settings => protocol::settings_schema(),
    };
    say(&format!("{schema:#}"));
}
