//! From the text of a prompt to its parts.

use std::sync::Arc;

use super::{Part, Test, condition};
use crate::names::is_upper_snake;
use crate::problems::Problems;
use crate::region::{File, Region};
use crate::rules::{include_limit, malformed_condition, unbalanced_if, unknown_directive};

/// What stands in braces and is not text, in one file.
pub(super) const MOST_TAGS: usize = 20_000;

/// Conditions within conditions, in one file.
pub(super) const MOST_NESTED: usize = 16;

/// The parts of a prompt. What is wrong with its conditions is reported, and the rest is read on.
pub(crate) fn parse(problems: &mut Problems, file: File, text: &str) -> Vec<Part> {
    let mut parser = Parser {
        problems,
        open: Vec::new(),
        parts: Vec::new(),
        refused: 0,
    };
    let (mut done, mut from, mut tags) = (0, 0, 0);
    while let Some(close) = text[from..].find("}}") {
        let end = from + close + 2;
        if let Some(open) = text[from..end].rfind("{{") {
            let start = from + open;
            let region = Region::new(file, start, end);
            if parser.tag(&text[start..end], region, &text[done..start]) {
                done = end;
                tags += 1;
            }
        }
        if tags > MOST_TAGS {
            let problem = include_limit::tags(file, MOST_TAGS);
            parser.problems.push(problem);
            break;
        }
        if parser.problems.are_enough() {
            break;
        }
        from = end;
    }
    parser.text(&text[done..]);
    parser.finish()
}

/// An `{{#if}}` that is not closed yet.
struct Open {
    region: Region,
    /// The branches so far; `None` stands for a condition that could not be read.
    branches: Vec<(Option<Test>, Vec<Part>)>,
    /// The condition of the branch that is being read, or that it is the `{{else}}`.
    now: Now,
    /// What stands before the `{{#if}}`.
    before: Vec<Part>,
}

enum Now {
    Branch(Option<Test>),
    Otherwise,
}

struct Parser<'p> {
    problems: &'p mut Problems,
    open: Vec<Open>,
    parts: Vec<Part>,
    /// How many `{{#if}}` are open that stand too deep to be read.
    refused: usize,
}

impl Parser<'_> {
    fn text(&mut self, text: &str) {
        if !text.is_empty() {
            self.parts.push(Part::Text(Arc::from(text)));
        }
    }

    /// Reads one tag and the text `before` it; false where the tag is plain text.
    fn tag(&mut self, written: &str, region: Region, before: &str) -> bool {
        let inner = written[2..written.len() - 2].trim();
        if let Some(path) = inner.strip_prefix('@') {
            self.text(before);
            let path = path.trim_start();
            let name = Arc::from(path.strip_suffix(".md").unwrap_or(path));
            self.parts.push(Part::Include { name, region });
        } else if let Some(condition) = keyword(inner, "#if") {
            self.text(before);
            self.open_if(condition, region);
        } else if let Some(condition) = keyword(inner, "else").and_then(|it| keyword(it, "if")) {
            self.text(before);
            let test = self.test(condition, region);
            self.branch(Now::Branch(test), region);
        } else if inner == "else" {
            self.text(before);
            self.branch(Now::Otherwise, region);
        } else if inner == "/if" {
            self.text(before);
            self.close_if(region);
        } else if is_upper_snake(inner) {
            self.text(before);
            self.parts.push(Part::Label {
                name: Arc::from(inner),
                written: Arc::from(written),
                region,
            });
        } else {
            if inner.starts_with(['#', '/']) {
                self.problems
                    .push(unknown_directive::report(region, written));
            }
            return false;
        }
        true
    }

    fn open_if(&mut self, condition: &str, region: Region) {
        let test = self.test(condition, region);
        if self.open.len() >= MOST_NESTED {
            self.refused += 1;
            self.problems
                .push(unbalanced_if::too_deep(region, MOST_NESTED));
            return;
        }
        self.open.push(Open {
            region,
            branches: Vec::new(),
            now: Now::Branch(test),
            before: std::mem::take(&mut self.parts),
        });
    }

    fn test(&mut self, text: &str, region: Region) -> Option<Test> {
        let parsed = condition::parse(text);
        if parsed.is_none() {
            self.problems
                .push(malformed_condition::report(region, text));
        }
        parsed.map(|(name, kind)| Test { name, kind, region })
    }

    fn branch(&mut self, next: Now, region: Region) {
        if self.refused > 0 {
            return;
        }
        let Some(open) = self.open.last_mut() else {
            self.problems.push(unbalanced_if::else_outside(region));
            return;
        };
        let parts = std::mem::take(&mut self.parts);
        match std::mem::replace(&mut open.now, next) {
            Now::Branch(test) => open.branches.push((test, parts)),
            Now::Otherwise => self.problems.push(unbalanced_if::after_else(region)),
        }
    }

    fn close_if(&mut self, region: Region) {
        if self.refused > 0 {
            self.refused -= 1;
            return;
        }
        let Some(mut open) = self.open.pop() else {
            self.problems.push(unbalanced_if::nothing_to_close(region));
            return;
        };
        let parts = std::mem::replace(&mut self.parts, open.before);
        let otherwise = match open.now {
            Now::Branch(test) => {
                open.branches.push((test, parts));
                Vec::new()
            }
            Now::Otherwise => parts,
        };
        let branches = open.branches.into_iter();
        self.parts.push(Part::If {
            branches: branches
                .filter_map(|(test, parts)| Some((test?, parts)))
                .collect(),
            otherwise,
        });
    }

    fn finish(mut self) -> Vec<Part> {
        while let Some(open) = self.open.pop() {
            self.problems.push(unbalanced_if::not_closed(open.region));
            let inside = std::mem::replace(&mut self.parts, open.before);
            self.parts.extend(inside);
        }
        self.parts
    }
}

/// What follows a keyword, if the tag begins with it.
fn keyword<'t>(inner: &'t str, keyword: &str) -> Option<&'t str> {
    let rest = inner.strip_prefix(keyword)?;
    (rest.is_empty() || rest.starts_with(char::is_whitespace)).then(|| rest.trim_start())
}
