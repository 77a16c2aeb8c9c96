//! What refers to what: finds circles, and an order in which everything stands behind what it needs.

use std::collections::BTreeSet;

use crate::region::Region;

/// A reference: to which node, and where it stands.
pub(crate) type Edge = (usize, Region);

/// What a walk over all nodes has found.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// Every node, behind those that it refers to, but for circles.
    pub(crate) order: Vec<usize>,
    /// Nodes that refer to themselves, directly or not.
    pub(crate) circular: BTreeSet<usize>,
}

/// One more than anybody is shown, so that it is told that there are more.
const MOST_CIRCLES: usize = 201;

/// A node on the way from where the search began, and its references that are still to be followed.
struct Visit {
    node: usize,
    todo: std::vec::IntoIter<Edge>,
    /// The first place on the way that something behind this node refers back to.
    back_to: usize,
}

/// Walks over `nodes` nodes; calls `on_circle` with the nodes of each circle, which begins and ends
/// with the same one, and with the place that closes it, but not for ever.
///
/// The walk keeps its own stack: a chain may be as long as there are nodes.
pub(crate) fn walk(
    nodes: usize,
    mut edges: impl FnMut(usize) -> Vec<Edge>,
    mut on_circle: impl FnMut(&[usize], Region),
) -> Walk {
    let mut found = Walk::default();
    let mut done = vec![false; nodes];
    let mut place_on_way = vec![None; nodes];
    let mut circles = 0;
    for first in 0..nodes {
        if done[first] {
            continue;
        }
        let mut visit = |node| Visit {
            node,
            todo: edges(node).into_iter(),
            back_to: usize::MAX,
        };
        let mut way = vec![visit(first)];
        place_on_way[first] = Some(0);
        while let Some(last) = way.last_mut() {
            let Some((target, region)) = last.todo.next() else {
                let (node, back_to) = (last.node, last.back_to);
                done[node] = true;
                place_on_way[node] = None;
                found.order.push(node);
                way.pop();
                if back_to <= way.len() {
                    found.circular.insert(node);
                }
                if let Some(before) = way.last_mut() {
                    before.back_to = before.back_to.min(back_to);
                }
                continue;
            };
            if let Some(start) = place_on_way[target] {
                last.back_to = last.back_to.min(start);
                circles += 1;
                if circles <= MOST_CIRCLES {
                    let circle = way[start..].iter().map(|visit| visit.node);
                    let circle: Vec<usize> = circle.chain([target]).collect();
                    on_circle(&circle, region);
                }
            } else if !done[target] {
                place_on_way[target] = Some(way.len());
                way.push(visit(target));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::File;

    #[test]
    fn what_is_needed_comes_first() {
        let here = Region::whole(File::Protocol);
        let edges = |node: usize| match node {
            0 => vec![(1, here), (2, here)],
            1 => vec![(2, here)],
            3 => vec![(4, here)],
            4 => vec![(3, here), (4, here)],
            _ => Vec::new(),
        };
        let mut circles = Vec::new();
        let found = walk(5, edges, |circle, _| circles.push(circle.to_vec()));
        assert_eq!(found.order, [2, 1, 0, 4, 3]);
        assert_eq!(found.circular, BTreeSet::from([3, 4]));
        assert_eq!(circles, [vec![3, 4, 3], vec![4, 4]]);
    }

    #[test]
    fn what_leads_into_a_circle_is_in_none() {
        let here = Region::whole(File::Protocol);
        // 0 -> 1 -> 2 -> 3 -> 1, and 2 -> 4.
        let edges = |node: usize| match node {
            0 => vec![(1, here)],
            1 => vec![(2, here)],
            2 => vec![(4, here), (3, here)],
            3 => vec![(1, here)],
            _ => Vec::new(),
        };
        let found = walk(5, edges, |_, _| {});
        assert_eq!(found.circular, BTreeSet::from([1, 2, 3]));
    }

    #[test]
    fn circles_are_not_told_for_ever() {
        let here = Region::whole(File::Protocol);
        let edges = |node: usize| vec![(0, here), ((node + 1) % 1_000, here)];
        let mut told = 0;
        let found = walk(1_000, edges, |_, _| told += 1);
        assert_eq!(told, MOST_CIRCLES);
        assert_eq!(found.circular.len(), 1_000);
    }
}
