//! Which prompt includes which: finds missing ones and circles.

use std::collections::BTreeSet;

use super::Prompts;
use crate::problems::Problems;
use crate::region::Region;
use crate::rules::{include_cycle, unknown_prompt};
use crate::template::Part;

/// An include: to which prompt, from where.
type Edge = (usize, Region);

/// A prompt on the way from where the search began, and its includes that are still to be followed.
struct Visit {
    prompt: usize,
    todo: std::vec::IntoIter<Edge>,
}

/// Reports missing includes and circles, and answers which prompts are in one.
///
/// The walk keeps its own stack: a chain may be as long as there are files.
pub(super) fn check(problems: &mut Problems, prompts: &Prompts) -> BTreeSet<usize> {
    let mut circular = BTreeSet::new();
    let mut done = vec![false; prompts.files.len()];
    let mut place_on_way = vec![None; prompts.files.len()];
    for first in 0..prompts.files.len() {
        if done[first] {
            continue;
        }
        let mut way = vec![visit(problems, prompts, first)];
        place_on_way[first] = Some(0);
        while let Some(last) = way.last_mut() {
            let Some((target, region)) = last.todo.next() else {
                done[last.prompt] = true;
                place_on_way[last.prompt] = None;
                way.pop();
                continue;
            };
            if let Some(start) = place_on_way[target] {
                let members = way[start..].iter().map(|visit| visit.prompt);
                circular.extend(members.clone());
                let chain: Vec<&str> = members
                    .chain([target])
                    .map(|prompt| prompts.name(prompt))
                    .collect();
                problems.push(include_cycle::report(region, &chain));
            } else if !done[target] {
                place_on_way[target] = Some(way.len());
                way.push(visit(problems, prompts, target));
            }
        }
    }
    circular
}

fn visit(problems: &mut Problems, prompts: &Prompts, prompt: usize) -> Visit {
    let mut edges = Vec::new();
    collect(problems, prompts, prompts.parts(prompt), &mut edges);
    Visit {
        prompt,
        todo: edges.into_iter(),
    }
}

fn collect(problems: &mut Problems, prompts: &Prompts, parts: &[Part], edges: &mut Vec<Edge>) {
    for part in parts {
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
