//! A reference has a `lower-case-with-dashes` name, and a description by which a model chooses it.

use domain::Bundle;

use super::Rule;
use crate::names::{Quoted, is_kebab};
use crate::problems::Problems;
use crate::region::{File, Region};

pub(crate) const RULE: Rule = Rule::error("OCT0702");

pub(crate) fn check(problems: &mut Problems, bundle: &Bundle) {
    for (index, reference) in bundle.references.iter().enumerate() {
        let region = Region::whole(File::Reference(index));
        let name = Quoted(&reference.name);
        if !is_kebab(&reference.name) {
            let message = format!("the reference name {name} is not lower-case-with-dashes");
            problems.push(RULE.at(region, message).help("rename the file"));
        }
        if reference.description.trim().is_empty() {
            let message = format!("the reference {name} has no description");
            problems.push(
                RULE.at(region, message)
                    .help("add `description` to its front matter"),
            );
        }
    }
}
