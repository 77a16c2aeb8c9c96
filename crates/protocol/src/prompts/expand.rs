//! Makes a [`Prompt`] of a template: includes are spliced in, names become places.

use std::sync::Arc;

use crate::cx::Cx;
use crate::mapping::Mapping;
use crate::program::{Condition, Piece, Place, Prompt};
use crate::region::{File, Region};
use crate::rules::include_limit::MOST_BYTES;
use crate::rules::{
    condition_literal, condition_not_mapped, condition_variable, include_limit, label_not_mapped,
    unknown_prompt,
};
use crate::scope::Scope;
use crate::table::Text;
use crate::template::{Part, Test, TestKind};

const DEEPEST: usize = 16;
/// A bundle could use one long prompt in each of thousands of blocks.
const MOST_BYTES_IN_ALL: usize = 4 << 20;
/// What a part costs beside its text, so that includes of nothing are not free.
const PART_BYTES: usize = 32;

/// The prompt that a `prompt` or `system` key names, with what `mapping` passes to it.
pub(crate) fn expand(
    cx: &mut Cx<'_>,
    scope: &Scope<'_>,
    mapping: &Mapping,
    name: Text<'_>,
) -> Option<Prompt> {
    let index = unknown_prompt::check(cx.problems, cx.prompts, name.value, name.region)?;
    if cx.prompt_bytes > MOST_BYTES_IN_ALL {
        let problem = include_limit::total(name.region, MOST_BYTES_IN_ALL);
        cx.problems.push(problem);
        return None;
    }
    let mut expansion = Expansion {
        cx,
        scope,
        mapping,
        root: index,
        depth: 0,
        bytes: 0,
    };
    let mut pieces = Vec::new();
    let complete = expansion.file(index, &mut pieces);
    let bytes = expansion.bytes;
    cx.prompt_bytes += bytes;
    complete?;
    mapping.note_unasked(cx, name.value);
    Some(Prompt {
        pieces: pieces.into(),
    })
}

struct Expansion<'x, 'n> {
    cx: &'x mut Cx<'n>,
    scope: &'x Scope<'x>,
    mapping: &'x Mapping,
    /// The prompt that is being made.
    root: usize,
    depth: usize,
    bytes: usize,
}

/// `None` from any of these ends the expansion: a limit was passed.
impl<'n> Expansion<'_, 'n> {
    fn file(&mut self, index: usize, pieces: &mut Vec<Piece>) -> Option<()> {
        self.cx.uses.prompt(index);
        if self.cx.prompts.circular.contains(&index) {
            return Some(());
        }
        let prompts = self.cx.prompts;
        self.parts(prompts.parts(index), pieces)
    }

    fn parts(&mut self, parts: &'n [Part], pieces: &mut Vec<Piece>) -> Option<()> {
        for part in parts {
            self.spend(part)?;
            match part {
                Part::Text(text) => pieces.push(Piece::Text(Arc::clone(text))),
                Part::Label {
                    name,
                    written,
                    region,
                } => pieces.push(self.label(name, written, *region)),
                Part::Include { name, region } => self.include(name, *region, pieces)?,
                Part::If {
                    branches,
                    otherwise,
                } => self.conditional(branches, otherwise, pieces)?,
            }
        }
        Some(())
    }

    fn spend(&mut self, part: &Part) -> Option<()> {
        self.bytes += PART_BYTES;
        if let Part::Text(text) = part {
            self.bytes += text.len();
        }
        if self.cx.problems.are_enough() {
            return None;
        }
        if self.bytes > MOST_BYTES {
            let (region, name) = (Region::whole(File::Prompt(self.root)), self.root_name());
            let problem = include_limit::length(region, name, MOST_BYTES);
            self.cx.problems.push(problem);
            return None;
        }
        Some(())
    }

    fn root_name(&self) -> &'n str {
        self.cx.prompts.name(self.root)
    }

    fn label(&mut self, name: &Arc<str>, written: &Arc<str>, region: Region) -> Piece {
        match self.mapping.get(name) {
            Some(Some(place)) => Piece::Value(place.clone()),
            Some(None) => Piece::Text(Arc::clone(written)),
            None => {
                self.asked(name);
                label_not_mapped::check(self.cx.problems, self.mapping, self.scope, name, region);
                Piece::Text(Arc::clone(written))
            }
        }
    }

    /// A value that is not passed is not also reported as unused.
    fn asked(&mut self, name: &str) -> bool {
        let place = self.scope.find(name);
        if let Some(place) = &place {
            self.cx.uses.read(self.scope.trigger(), place);
        }
        place.is_some()
    }

    fn include(&mut self, name: &str, region: Region, pieces: &mut Vec<Piece>) -> Option<()> {
        // A missing one was reported when the files were read.
        let Some(index) = self.cx.prompts.find(name) else {
            return Some(());
        };
        if self.depth >= DEEPEST {
            let problem = include_limit::depth(region, self.root_name(), DEEPEST);
            self.cx.problems.push(problem);
            return None;
        }
        self.depth += 1;
        self.file(index, pieces)?;
        self.depth -= 1;
        Some(())
    }

    /// A branch whose outcome is known is kept alone, or left out.
    fn conditional(
        &mut self,
        branches: &'n [(Test, Vec<Part>)],
        otherwise: &'n [Part],
        pieces: &mut Vec<Piece>,
    ) -> Option<()> {
        let (mut kept, mut rest) = (Vec::new(), Vec::new());
        let mut decided = false;
        for (test, parts) in branches {
            let outcome = self.test(test);
            let mut branch = Vec::new();
            // Also of a branch that is left out: its problems are problems.
            self.parts(parts, &mut branch)?;
            match outcome {
                Outcome::Open(condition) if !decided => kept.push((condition, branch)),
                Outcome::Always if !decided => {
                    rest = branch;
                    decided = true;
                }
                Outcome::Open(_) | Outcome::Always | Outcome::Never => {}
            }
        }
        let mut last = Vec::new();
        self.parts(otherwise, &mut last)?;
        if !decided {
            rest = last;
        }
        if kept.is_empty() {
            pieces.append(&mut rest);
        } else {
            pieces.push(Piece::If {
                branches: kept,
                otherwise: rest,
            });
        }
        Some(())
    }

    fn test(&mut self, test: &Test) -> Outcome {
        let Test { name, kind, region } = test;
        match self.mapping.get(name) {
            Some(Some(place)) => self.condition(place.clone(), name, kind, *region),
            Some(None) => Outcome::Never,
            None => {
                self.not_mapped(name, *region);
                without_value(kind)
            }
        }
    }

    fn not_mapped(&mut self, name: &str, region: Region) {
        if self.asked(name) {
            let problem = condition_not_mapped::report(region, name);
            self.cx.problems.push(problem);
        } else {
            let known = self.mapping.labels().chain(self.scope.names());
            condition_variable::report(self.cx.problems, known, name, region);
        }
    }

    fn condition(&mut self, place: Place, name: &str, kind: &TestKind, region: Region) -> Outcome {
        if let TestKind::Equals(literal) | TestKind::Differs(literal) = kind {
            let allowed = self.scope.allowed(&place);
            // It is compared with each of them.
            self.bytes += allowed.len();
            condition_literal::check(self.cx.problems, allowed, name, literal, region);
        }
        Outcome::Open(match kind {
            TestKind::Truthy => Condition::Truthy(place),
            TestKind::Falsy => Condition::Falsy(place),
            TestKind::Equals(literal) => Condition::Equals(place, Arc::clone(literal)),
            TestKind::Differs(literal) => Condition::Differs(place, Arc::clone(literal)),
        })
    }
}

/// What is known of a condition before anything runs.
enum Outcome {
    Open(Condition),
    Always,
    Never,
}

/// Of a name that is not passed. It has no value, which in a comparison is the empty text.
fn without_value(kind: &TestKind) -> Outcome {
    let holds = match kind {
        TestKind::Truthy => false,
        TestKind::Falsy => true,
        TestKind::Equals(literal) => literal.is_empty(),
        TestKind::Differs(literal) => !literal.is_empty(),
    };
    if holds {
        Outcome::Always
    } else {
        Outcome::Never
    }
}
