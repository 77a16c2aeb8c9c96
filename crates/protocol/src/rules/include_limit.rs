//! Prompts are more, longer, or with their includes deeper than any that a person writes.

use domain::Bundle;

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::region::{File, Region};

/// Prompts and references of one agent.
pub(crate) const MOST_FILES: usize = 10_000;
/// One prompt.
pub(crate) const MOST_BYTES: usize = 1 << 20;
/// All prompts together.
const MOST_BYTES_IN_ALL: usize = 8 << 20;

pub(crate) const RULE: Rule = Rule::error("OCT0603");

/// What keeps the files of a bundle from being read at all.
pub(crate) fn files(bundle: &Bundle) -> Option<Problem> {
    let whole = Region::whole(File::Protocol);
    if bundle.prompts.len() + bundle.references.len() > MOST_FILES {
        let message = format!("the agent has more than {MOST_FILES} prompts and references");
        return Some(RULE.at(whole, message));
    }
    let mut prompts = bundle.prompts.iter().enumerate();
    if let Some((index, prompt)) = prompts.find(|(_, it)| it.content.len() > MOST_BYTES) {
        let whole = Region::whole(File::Prompt(index));
        return Some(length(whole, &prompt.name, MOST_BYTES));
    }
    let bytes: usize = bundle.prompts.iter().map(|it| it.content.len()).sum();
    (bytes > MOST_BYTES_IN_ALL).then(|| total(whole, MOST_BYTES_IN_ALL))
}

pub(crate) fn tags(file: File, most: usize) -> Problem {
    let message = format!("there are more than {most} labels, includes and conditions");
    RULE.at(Region::whole(file), message)
        .help("pass long data as one value")
}

pub(crate) fn parts(region: Region, most: usize) -> Problem {
    RULE.at(
        region,
        format!("the prompts of the agent have more than {most} parts in all"),
    )
}

pub(crate) fn depth(region: Region, prompt: &str, most: usize) -> Problem {
    let message = format!(
        "the includes of {} are nested deeper than {most} levels",
        Quoted(prompt)
    );
    RULE.at(region, message)
        .help("put the text of the innermost prompts where they are included")
}

pub(crate) fn length(region: Region, prompt: &str, most: usize) -> Problem {
    let message = format!(
        "the prompt {} is longer than {most} bytes with its includes",
        Quoted(prompt)
    );
    RULE.at(region, message)
        .help("move what the model needs now and then to `references/`")
}

pub(crate) fn total(region: Region, most: usize) -> Problem {
    RULE.at(
        region,
        format!("the prompts of the agent are longer than {most} bytes in all"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::check;

    #[test]
    fn a_mebibyte_is_enough() {
        check(
            &RULE,
            "agent: { model: a/b, system: system }",
            &[
                ("system", "{{@b.md}}{{@b.md}}"),
                ("b", &"x".repeat(600_000)),
            ],
            &[
                "prompts/system.md:1:1 the prompt `system` is longer than 1048576 bytes with its includes",
            ],
        );
    }
}
