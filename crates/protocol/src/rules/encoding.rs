//! A file of the folder is not UTF-8 text.

use super::Rule;
use crate::problems::Problem;
use crate::region::{File, Region};

pub(crate) const RULE: Rule = Rule::error("OCT0107");

/// `byte` is where the file ceases to be UTF-8.
pub(crate) fn report(file: File, byte: usize) -> Problem {
    RULE.at(Region::new(file, byte, byte), "the file is not UTF-8 text")
        .help("save it as UTF-8")
}
