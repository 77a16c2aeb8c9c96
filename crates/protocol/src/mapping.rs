//! `input` beside a prompt: which labels it may use, and where their values come from.
//!
//! ```yaml
//! input: [A, B]
//! input: [A, { LABEL: SOURCE }]
//! input: { LABEL: SOURCE }
//! ```

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::cx::Cx;
use crate::program::Place;
use crate::region::Region;
use crate::rules::{mapping_unused, unknown_source, variable_name};
use crate::scope::Scope;
use crate::table::{Table, Text};
use crate::yaml::{Entry, Node};

/// Where the labels of a prompt come from.
#[derive(Debug, Default)]
pub(crate) struct Mapping {
    labels: BTreeMap<Arc<str>, Label>,
    broken: bool,
}

#[derive(Debug)]
struct Label {
    /// `None` where the source is unknown, which is reported.
    place: Option<Place>,
    region: Region,
    /// Whether the prompt has the label.
    met: Cell<bool>,
}

impl Mapping {
    /// Reads the key `input` of an agent or a block.
    pub(crate) fn read(cx: &mut Cx<'_>, scope: &Scope<'_>, owner: &Table<'_>) -> Self {
        let mut mapping = Self::default();
        let Some(node) = owner.get("input") else {
            return mapping;
        };
        mapping.renamed(cx, scope, node.as_map().unwrap_or_default());
        for item in node.as_list().unwrap_or_default() {
            mapping.item(cx, scope, item);
        }
        mapping
    }

    fn item(&mut self, cx: &mut Cx<'_>, scope: &Scope<'_>, item: &Node) {
        if let Some(text) = Text::of(item) {
            let place = unknown_source::check(cx, scope, text);
            self.insert(text, place);
        }
        self.renamed(cx, scope, item.as_map().unwrap_or_default());
    }

    fn renamed(&mut self, cx: &mut Cx<'_>, scope: &Scope<'_>, entries: &[Entry]) {
        for entry in entries {
            let label = Text::of_key(&entry.key);
            variable_name::check(cx.problems, label.value, label.region);
            let source = Text::of(&entry.value);
            let place = source.and_then(|text| unknown_source::check(cx, scope, text));
            self.insert(label, place);
        }
    }

    fn insert(&mut self, label: Text<'_>, place: Option<Place>) {
        self.broken |= place.is_none();
        let (name, region, met) = (Arc::clone(label.value), label.region, Cell::new(false));
        self.labels.insert(name, Label { place, region, met });
    }

    /// Whether a source was reported: then nothing is certain about what was meant to be passed.
    pub(crate) fn is_broken(&self) -> bool {
        self.broken
    }

    pub(crate) fn labels(&self) -> impl Iterator<Item = &str> {
        self.labels.keys().map(|label| &**label)
    }

    /// Whether the label is passed, and from where; the inner `None` is a source that was reported.
    pub(crate) fn get(&self, label: &str) -> Option<Option<&Place>> {
        let label = self.labels.get(label)?;
        label.met.set(true);
        Some(label.place.as_ref())
    }

    /// Notes the labels that the prompt did not ask for.
    pub(crate) fn note_unasked(&self, cx: &mut Cx<'_>, prompt: &str) {
        for (name, label) in &self.labels {
            if label.place.is_some() && !label.met.get() && !cx.problems.guessed(name) {
                let problem = mapping_unused::report(label.region, name, prompt);
                cx.uses.unasked.push(problem);
            }
        }
    }
}
