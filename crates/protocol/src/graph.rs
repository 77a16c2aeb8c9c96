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

/// A node on the way from where the search began, and its references that are still to be followed.
struct Visit {
    node: usize,
    todo: std::vec::IntoIter<Edge>,
}

/// Walks over `nodes` nodes; calls `on_circle` with the nodes of each circle, which begins and ends
/// with the same one, and with the place that closes it.
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
    for first in 0..nodes {
        if done[first] {
            continue;
        }
        let mut visit = |node| Visit {
            node,
            todo: edges(node).into_iter(),
        };
        let mut way = vec![visit(first)];
        place_on_way[first] = Some(0);
        while let Some(last) = way.last_mut() {
            let Some((target, region)) = last.todo.next() else {
                done[last.node] = true;
                place_on_way[last.node] = None;
                found.order.push(last.node);
                way.pop();
                continue;
            };
            if let Some(start) = place_on_way[target] {
                let mut circle: Vec<usize> = way[start..].iter().map(|visit| visit.node).collect();
                found.circular.extend(circle.iter().copied());
                circle.push(target);
                on_circle(&circle, region);
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
}
