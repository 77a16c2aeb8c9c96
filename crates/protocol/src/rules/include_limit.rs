//! Includes make a prompt deeper or longer than any that a person writes.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0603");

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
