//! The prompts of a bundle: read once, and expanded wherever one is used.

mod expand;
mod include_graph;

use std::collections::{BTreeMap, BTreeSet};

use domain::Bundle;

use crate::problems::Problems;
use crate::region::{File, Region};
use crate::rules::include_limit;
use crate::template::{self, Part};

pub(crate) use expand::expand;

/// The parts of all files together.
const MOST_PARTS: usize = 150_000;

/// All templates, by name.
#[derive(Debug, Default)]
pub(crate) struct Prompts {
    files: Vec<PromptTemplate>,
    index: BTreeMap<String, usize>,
    /// Prompts that include themselves, directly or not: they are never expanded.
    circular: BTreeSet<usize>,
}

#[derive(Debug)]
struct PromptTemplate {
    name: String,
    parts: Vec<Part>,
}

impl Prompts {
    /// Reads every file, used or not, so that the problems of all are known.
    pub(crate) fn read(problems: &mut Problems, bundle: &Bundle) -> Self {
        let mut prompts = Self::default();
        let mut read = 0;
        for (index, prompt) in bundle.prompts.iter().enumerate() {
            let parts = if read > MOST_PARTS || problems.are_enough() {
                Vec::new()
            } else {
                template::parse(problems, File::Prompt(index), &prompt.content)
            };
            read += 1 + parts.len();
            prompts.index.entry(prompt.name.clone()).or_insert(index);
            prompts.files.push(PromptTemplate {
                name: prompt.name.clone(),
                parts,
            });
        }
        if read > MOST_PARTS {
            problems.push(include_limit::parts(
                Region::whole(File::Protocol),
                MOST_PARTS,
            ));
        }
        prompts.circular = include_graph::check(problems, &prompts);
        prompts
    }

    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.index.get(name).copied()
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.index.keys().map(String::as_str)
    }

    /// The names in the order of the files.
    pub(crate) fn all(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| &*file.name)
    }

    fn parts(&self, index: usize) -> &[Part] {
        self.files.get(index).map_or(&[], |file| &file.parts)
    }

    fn name(&self, index: usize) -> &str {
        self.files.get(index).map_or("", |file| &file.name)
    }
}
