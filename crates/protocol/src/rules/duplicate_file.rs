//! Two files of a bundle have the same name.

use std::collections::BTreeSet;

use domain::Bundle;

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problems;
use crate::region::{File, Region};

pub(crate) const RULE: Rule = Rule::error("OCT0612");

pub(crate) fn check(problems: &mut Problems, bundle: &Bundle) {
    let prompts = bundle.prompts.iter().map(|file| &file.name).enumerate();
    let references = bundle.references.iter().map(|file| &file.name).enumerate();
    let prompts = prompts.map(|(index, name)| (File::Prompt(index), name));
    let references = references.map(|(index, name)| (File::Reference(index), name));
    for files in [prompts.collect::<Vec<_>>(), references.collect()] {
        let mut seen = BTreeSet::new();
        for (file, name) in files {
            if !seen.insert(name) {
                let message = format!("the file {} is there twice", Quoted(&file.path(bundle)));
                let problem = RULE.at(Region::whole(file), message);
                problems.push(problem.help("give each file a name of its own"));
            }
        }
    }
}
