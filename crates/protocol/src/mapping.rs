//! `input` beside a prompt: which labels it may use, and where their values come from.
//!
//! ```yaml
//! input: [A, B]
//! input: [A, { LABEL: SOURCE }]
//! input: { LABEL: SOURCE }
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::cx::Cx;
use crate::program::Place;
use crate::rules::{unknown_source, variable_name, wrong_shape};
use crate::scope::Scope;
use crate::table::{self, Table, Text};
use crate::yaml::{Entry, Node};

const WANTED: &str = "a list of names, or a map from labels to names";

/// Where the labels of a prompt come from.
#[derive(Debug, Default)]
pub(crate) struct Mapping {
    /// `None` where the source is unknown, which is reported.
    places: BTreeMap<Arc<str>, Option<Place>>,
    broken: bool,
}

impl Mapping {
    /// Reads the key `input` of an agent or a block.
    pub(crate) fn read(cx: &mut Cx<'_>, scope: &Scope<'_>, owner: &Table<'_>) -> Self {
        let mut mapping = Self::default();
        let Some(node) = owner.get("input") else {
            return mapping;
        };
        if let Some(entries) = node.as_map() {
            mapping.renamed(cx, scope, entries);
        } else if let Some(items) = node.as_list() {
            for item in items {
                mapping.item(cx, scope, item);
            }
        } else {
            cx.problems.push(wrong_shape::report(node, "input", WANTED));
        }
        mapping
    }

    fn item(&mut self, cx: &mut Cx<'_>, scope: &Scope<'_>, item: &Node) {
        if let Some(text) = Text::of(item) {
            let place = unknown_source::check(cx, scope, text);
            self.insert(text.value, place);
        } else if let Some(entries) = item.as_map() {
            self.renamed(cx, scope, entries);
        } else {
            let problem = wrong_shape::item(item, "input", "names, or maps from labels to names");
            cx.problems.push(problem);
        }
    }

    fn renamed(&mut self, cx: &mut Cx<'_>, scope: &Scope<'_>, entries: &[Entry]) {
        for entry in entries {
            let label = &entry.key.name;
            variable_name::check(cx.problems, label, entry.key.region);
            let source = table::text(cx.problems, label, &entry.value);
            let place = source.and_then(|text| unknown_source::check(cx, scope, text));
            self.insert(label, place);
        }
    }

    fn insert(&mut self, label: &Arc<str>, place: Option<Place>) {
        self.broken |= place.is_none();
        self.places.insert(Arc::clone(label), place);
    }

    /// Whether a source was reported: then nothing is certain about what was meant to be passed.
    pub(crate) fn is_broken(&self) -> bool {
        self.broken
    }

    pub(crate) fn labels(&self) -> impl Iterator<Item = &str> {
        self.places.keys().map(|label| &**label)
    }

    /// Whether the label is passed, and from where; the inner `None` is a source that was reported.
    pub(crate) fn get(&self, label: &str) -> Option<Option<&Place>> {
        self.places.get(label).map(Option::as_ref)
    }
}
