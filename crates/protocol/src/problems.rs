//! Collects what the passes find, and turns it into diagnostics at the end.

use std::collections::{BTreeMap, HashSet};

use crate::diagnostic::{Diagnostic, Severity};
use crate::line_index::LineIndex;
use crate::region::{File, Region};
use crate::rules::{Rule, too_many_problems};
use crate::sources::Sources;
use crate::suggest;
use crate::yaml::{self, Node};

/// More are only counted: nobody reads them, and a hostile bundle could hold a quarter of a million.
const KEPT: usize = 200;
/// Pairs of letters to compare in search of near names: far more than for an agent that a person wrote.
const MOST_COMPARED: usize = 2_000_000;

/// A diagnostic in the making: it knows its bytes, not yet its line or its YAML path.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) rule: &'static Rule,
    pub(crate) region: Region,
    pub(crate) message: String,
    pub(crate) label: Option<String>,
    pub(crate) help: Option<String>,
    /// The name that was meant, as far as one can guess.
    pub(crate) meant: Option<String>,
    /// Where the same thing stands first, for a thing that must stand once.
    pub(crate) first: Option<Region>,
}

impl Problem {
    pub(crate) fn first(mut self, region: Region) -> Self {
        self.first = Some(region);
        self
    }

    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With the known name that is nearest to the one that stands there, if one is near.
    pub(crate) fn did_you_mean(self, nearest: Option<&str>) -> Self {
        match nearest {
            Some(name) => self.help(format!("did you mean `{name}`?")).meant(name),
            None => self,
        }
    }

    /// The name that was surely meant: nothing more is said of it.
    pub(crate) fn meant(mut self, name: &str) -> Self {
        self.meant = Some(name.to_owned());
        self
    }
}

/// The problems found so far.
#[derive(Debug)]
pub(crate) struct Problems {
    kept: Vec<Problem>,
    /// A template that is used twice, or an anchor, must not be reported twice.
    seen: HashSet<(Region, &'static str, String)>,
    /// Names that were misspelt somewhere: a slip is reported once, not also as an unused name.
    meant: HashSet<String>,
    overflow: bool,
    errors: bool,
    /// How many pairs of letters may still be compared in search of a near name.
    comparisons: usize,
}

impl Default for Problems {
    fn default() -> Self {
        Self {
            kept: Vec::new(),
            seen: HashSet::new(),
            meant: HashSet::new(),
            overflow: false,
            errors: false,
            comparisons: MOST_COMPARED,
        }
    }
}

impl Problems {
    pub(crate) fn push(&mut self, problem: Problem) {
        self.errors |= problem.rule.severity == Severity::Error;
        if let Some(name) = &problem.meant {
            self.meant.insert(name.clone());
        }
        if self.is_full() {
            self.overflow = true;
            return;
        }
        let key = (problem.region, problem.rule.code, problem.message.clone());
        if self.seen.insert(key) {
            self.kept.push(problem);
        }
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.errors
    }

    /// Whether nothing that is still found can change the answer: there is an error, and problems that
    /// are not shown. Whoever goes through something long may stop.
    pub(crate) fn are_enough(&self) -> bool {
        self.errors && self.overflow
    }

    pub(crate) fn has_errors_in(&self, file: File) -> bool {
        let mut errors = self
            .kept
            .iter()
            .filter(|it| it.rule.severity == Severity::Error);
        errors.any(|it| it.region.file == file)
    }

    /// Whether a problem guessed that this name was meant.
    pub(crate) fn guessed(&self, name: &str) -> bool {
        self.meant.contains(name)
    }

    #[cfg(test)]
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.kept.iter()
    }

    fn is_full(&self) -> bool {
        self.kept.len() >= KEPT
    }

    /// The candidate nearest to `name`; not looked for when nobody would read it, nor for ever.
    pub(crate) fn nearest<'n>(
        &mut self,
        name: &str,
        candidates: impl IntoIterator<Item = &'n str>,
    ) -> Option<&'n str> {
        if self.is_full() {
            return None;
        }
        suggest::nearest(name, candidates, &mut self.comparisons)
    }

    /// In the order of the files, then of the text.
    pub(crate) fn finish(mut self, sources: Sources<'_>, root: Option<&Node>) -> Vec<Diagnostic> {
        if self.overflow {
            self.kept.push(too_many_problems::report(KEPT, self.errors));
        }
        self.kept
            .sort_by(|a, b| (a.region, a.rule.code).cmp(&(b.region, b.rule.code)));
        let mut lines: BTreeMap<File, LineIndex<'_>> = BTreeMap::new();
        let diagnostic = |problem: Problem| {
            let file = problem.region.file;
            let index = lines
                .entry(file)
                .or_insert_with(|| LineIndex::new(sources.text(file)));
            let first = problem.first.map(|region| index.span(region).from);
            let first =
                first.map(|at| format!("the first is at line {}, column {}", at.line, at.column));
            Diagnostic {
                code: problem.rule.code,
                severity: problem.rule.severity,
                file: file.path(sources.bundle),
                span: index.span(problem.region),
                path: root.and_then(|root| yaml::path_of(root, problem.region)),
                message: problem.message,
                label: problem.label,
                help: problem.help.or(first),
            }
        };
        self.kept.into_iter().map(diagnostic).collect()
    }
}
