//! References are `lower-case-with-dashes`: a model asks for them by name.

use domain::Bundle;

use super::Rule;
use crate::names::{Quoted, is_kebab};
use crate::problems::Problems;
use crate::region::{File, Region};

pub(crate) const RULE: Rule = Rule::error("OCT0702");

pub(crate) fn check(problems: &mut Problems, bundle: &Bundle) {
    for (index, reference) in bundle.references.iter().enumerate() {
        if !is_kebab(&reference.name) {
            let name = Quoted(&reference.name);
            let message = format!("the reference name {name} is not lower-case-with-dashes");
            let region = Region::whole(File::Reference(index));
            problems.push(RULE.at(region, message).help("rename the file"));
        }
    }
}
