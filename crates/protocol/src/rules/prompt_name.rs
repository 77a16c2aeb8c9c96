//! Prompts are `lower-case-with-dashes`, in folders of the same.

use domain::Bundle;

use super::Rule;
use crate::names::{Quoted, is_kebab_path};
use crate::problems::Problems;
use crate::region::{File, Region};

pub(crate) const RULE: Rule = Rule::warning("OCT0610");

pub(crate) fn check(problems: &mut Problems, bundle: &Bundle) {
    for (index, prompt) in bundle.prompts.iter().enumerate() {
        if !is_kebab_path(&prompt.name) {
            let message = format!(
                "the prompt name {} is not lower-case-with-dashes",
                Quoted(&prompt.name)
            );
            let region = Region::whole(File::Prompt(index));
            problems.push(RULE.at(region, message).help("rename the file"));
        }
    }
}
