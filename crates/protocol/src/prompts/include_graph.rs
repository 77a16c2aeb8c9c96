//! Which prompt includes which: finds missing ones and circles.

use std::collections::BTreeSet;

use super::Prompts;
use crate::graph::{self, Edge};
use crate::problems::Problems;
use crate::rules::{include_cycle, unknown_prompt};
use crate::template::Part;

/// Reports missing includes and circles, and answers which prompts are in one.
pub(super) fn check(problems: &mut Problems, prompts: &Prompts) -> BTreeSet<usize> {
    let mut circles = Vec::new();
    let includes = |prompt| {
        let mut edges = Vec::new();
        collect(problems, prompts, prompts.parts(prompt), &mut edges);
        edges
    };
    let found = graph::walk(prompts.files.len(), includes, |circle, region| {
        let chain: Vec<&str> = circle.iter().map(|prompt| prompts.name(*prompt)).collect();
        circles.push(include_cycle::report(region, &chain));
    });
    circles.into_iter().for_each(|circle| problems.push(circle));
    found.circular
}

fn collect(problems: &mut Problems, prompts: &Prompts, parts: &[Part], edges: &mut Vec<Edge>) {
    for part in parts {
        if problems.are_enough() {
            return;
        }
        match part {
            Part::Include { name, region } => {
                let target = unknown_prompt::check(problems, prompts, name, *region);
                edges.extend(target.map(|target| (target, *region)));
            }
            Part::If {
                branches,
                otherwise,
            } => {
                for (_, parts) in branches {
                    collect(problems, prompts, parts, edges);
                }
                collect(problems, prompts, otherwise, edges);
            }
            Part::Text(_) | Part::Label { .. } => {}
        }
    }
}
