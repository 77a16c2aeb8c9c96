//! A reference has a description, by which a model chooses whether to read it.

use domain::Bundle;

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problems;
use crate::region::{File, Region};

pub(crate) const RULE: Rule = Rule::error("OCT0703");

pub(crate) fn check(problems: &mut Problems, bundle: &Bundle) {
    for (index, reference) in bundle.references.iter().enumerate() {
        if reference.description.trim().is_empty() {
            let message = format!(
                "the reference {} has no description",
                Quoted(&reference.name)
            );
            let region = Region::whole(File::Reference(index));
            let problem = RULE.at(region, message);
            problems.push(problem.help("begin the file with `---`, `description: …` and `---`"));
        }
    }
}
