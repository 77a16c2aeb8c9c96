//! A reference has a description, by which a model chooses whether to read it.

use domain::Bundle;

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problems;
use crate::region::{File, Region};

pub(crate) const RULE: Rule = Rule::error("OCT0703");

pub(crate) fn check(problems: &mut Problems, bundle: &Bundle) {
    for (index, reference) in bundle.references.iter().enumerate() {
        let file = File::Reference(index);
        // Of front matter that could not be read, the reason was reported.
        if reference.description.trim().is_empty() && !problems.has_errors_in(file) {
            let message = format!(
                "the reference {} has no description",
                Quoted(&reference.name)
            );
            let region = Region::whole(file);
            let problem = RULE.at(region, message);
            problems.push(problem.help("begin the file with `---`, `description: …` and `---`"));
        }
    }
}
