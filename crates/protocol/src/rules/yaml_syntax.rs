//! The protocol is not YAML.
//!
//! Nothing behind the place can be understood, so it is the only problem of the protocol that is shown.

use granit_parser::{ErrorKind, ScanError};

use super::Rule;
use crate::problems::Problem;
use crate::region::{File, Region};

pub(crate) const RULE: Rule = Rule::error("OCT0101");

/// `rest` is the text from the place on.
pub(crate) fn report(region: Region, error: &ScanError, rest: &str) -> Problem {
    let problem = RULE.at(
        region,
        format!("{} is not valid YAML: {}", what(region), error.info()),
    );
    if is_tab(error.kind()) {
        problem.help("indent with spaces")
    } else if rest.starts_with("[]") {
        problem.help("within braces a list type stands in quotes, as `\"string[]\"`")
    } else if error.info().starts_with("mapping values are not allowed") {
        problem.help("put a text that holds `: ` in quotes, or indent the key like the others")
    } else if *error.kind() == ErrorKind::UnknownAnchor {
        problem.help("an alias `*name` needs an anchor `&name` before it")
    } else {
        problem
    }
}

fn is_tab(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabInIndentation
            | ErrorKind::TabAtBlockScalarStart
    )
}

fn what(region: Region) -> &'static str {
    match region.file {
        File::Protocol => "the protocol",
        File::Settings | File::Prompt(_) => "the file",
        File::Reference(_) => "the front matter",
    }
}

pub(crate) fn nul(region: Region) -> Problem {
    RULE.at(
        region,
        format!(
            "{} is not valid YAML: it holds a NUL character",
            what(region)
        ),
    )
    .help("save the file as UTF-8 text")
}

pub(crate) fn empty() -> Problem {
    RULE.at(Region::whole(File::Protocol), "the protocol is empty")
        .help("an agent needs at least `agent:` with a `model`")
}
