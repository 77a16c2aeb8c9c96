//! Reads a map of the protocol by its keys, and says what is wrong with its shape.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::language::Section;
use crate::problems::Problems;
use crate::region::Region;
use crate::rules::{missing_key, not_supported_yet, unknown_key, unknown_value, wrong_shape};
use crate::yaml::{Entry, Key, Node, Value};

/// Text with its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text<'a> {
    pub(crate) value: &'a Arc<str>,
    pub(crate) region: Region,
}

impl<'a> Text<'a> {
    /// The text of a node; `None` where it is something else.
    pub(crate) fn of(node: &'a Node) -> Option<Self> {
        node.as_text().map(|value| Self {
            value,
            region: node.region,
        })
    }
}

/// A map whose keys are those of a [`Section`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table<'a> {
    section: &'static Section,
    /// Where the thing is named that the map describes: problems with the whole are shown there.
    pub(crate) region: Region,
    entries: &'a [Entry],
}

impl<'a> Table<'a> {
    /// Reports keys that are unknown or not built yet. An absent value is an empty map.
    pub(crate) fn open(
        problems: &mut Problems,
        section: &'static Section,
        name: &Key,
        node: &'a Node,
    ) -> Option<Self> {
        let entries = entries(problems, &name.name, section.what, node)?;
        for entry in entries {
            check_key(problems, section, entry);
        }
        Some(Self {
            section,
            region: name.region,
            entries,
        })
    }

    /// The entry of `key`; a key without a value is as good as absent.
    pub(crate) fn entry(&self, key: &str) -> Option<&'a Entry> {
        self.entries
            .iter()
            .find(|entry| *entry.key.name == *key && !entry.value.is_null())
    }

    pub(crate) fn get(&self, key: &str) -> Option<&'a Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// Reports the key as missing where it is.
    pub(crate) fn required(&self, problems: &mut Problems, key: &str) -> Option<&'a Node> {
        let found = self.get(key);
        if found.is_none() {
            problems.push(missing_key::report(self.region, self.section.what, key));
        }
        found
    }

    pub(crate) fn text(&self, problems: &mut Problems, key: &str) -> Option<Text<'a>> {
        text(problems, key, self.get(key)?)
    }

    pub(crate) fn required_text(&self, problems: &mut Problems, key: &str) -> Option<Text<'a>> {
        let node = self.required(problems, key)?;
        text(problems, key, node)
    }

    /// A boolean, false where it is absent.
    pub(crate) fn flag(&self, problems: &mut Problems, key: &str) -> bool {
        self.bool(problems, key).unwrap_or(false)
    }

    pub(crate) fn bool(&self, problems: &mut Problems, key: &str) -> Option<bool> {
        let node = self.get(key)?;
        let found = node.as_bool();
        if found.is_none() {
            problems.push(wrong_shape::report(node, key, "true or false"));
        }
        found
    }

    /// One of a few words; anything else is reported.
    pub(crate) fn choice<T: Copy>(
        &self,
        problems: &mut Problems,
        key: &str,
        choices: &[(&str, T)],
    ) -> Option<T> {
        let text = self.text(problems, key)?;
        let found = choices.iter().find(|(word, _)| **text.value == **word);
        if found.is_none() {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            unknown_value::report(problems, text, key, &words);
        }
        found.map(|(_, value)| *value)
    }
}

fn check_key(problems: &mut Problems, section: &Section, entry: &Entry) {
    let Key { name, region } = &entry.key;
    let name = &**name;
    if section.built.contains(&name) {
        return;
    }
    if !section.later.contains(&name) {
        let nearest = problems.nearest(name, section.known());
        problems.push(unknown_key::report(*region, section.what, name, nearest));
    } else if !is_idle(section, name, &entry.value) {
        problems.push(not_supported_yet::key(*region, name));
    }
}

/// Whether a key that is not built yet is written with a value by which nothing would happen.
fn is_idle(section: &Section, key: &str, node: &Node) -> bool {
    match &node.value {
        Value::Null => true,
        Value::List(items) => items.is_empty(),
        Value::Map(entries) => entries.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Text(_) => {
            let written = node.to_json();
            let mut idle = section.idle.iter().filter(|(name, _)| *name == key);
            idle.any(|(_, value)| serde_json::from_str::<Json>(value).is_ok_and(|it| it == written))
        }
    }
}

/// The entries of a map; none where the value is absent.
pub(crate) fn entries<'a>(
    problems: &mut Problems,
    name: &str,
    what: &str,
    node: &'a Node,
) -> Option<&'a [Entry]> {
    if node.is_null() {
        return Some(&[]);
    }
    let found = node.as_map();
    if found.is_none() {
        let wanted = format!("a map that describes {what}");
        problems.push(wrong_shape::report(node, name, &wanted));
    }
    found
}

/// The items of a list; `None` and a report where it is none.
pub(crate) fn items<'a>(
    problems: &mut Problems,
    name: &str,
    wanted: &str,
    node: &'a Node,
) -> Option<&'a [Node]> {
    let found = node.as_list();
    if found.is_none() {
        problems.push(wrong_shape::report(node, name, wanted));
    }
    found
}

/// The text of a node; `None` and a report where it is none.
pub(crate) fn text<'a>(problems: &mut Problems, name: &str, node: &'a Node) -> Option<Text<'a>> {
    let found = Text::of(node);
    if found.is_none() {
        problems.push(wrong_shape::report(node, name, "text"));
    }
    found
}
