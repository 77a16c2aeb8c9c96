//! Reads a map of the protocol by its keys. What is of another shape than the language has it was
//! reported by the shape check, and is as good as absent here.

use std::sync::Arc;

use serde_json::Number;

use crate::region::Region;
use crate::yaml::{Entry, Key, Node};

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

    /// The text of a key.
    pub(crate) fn of_key(key: &'a Key) -> Self {
        Self {
            value: &key.name,
            region: key.region,
        }
    }
}

/// A map with its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table<'a> {
    /// Where the thing is named that the map describes: problems with the whole are shown there.
    pub(crate) region: Region,
    entries: &'a [Entry],
}

impl<'a> Table<'a> {
    /// The map of a node; an absent value is an empty map.
    pub(crate) fn of(name: &Key, node: &'a Node) -> Option<Self> {
        let entries = match node.as_map() {
            Some(entries) => entries,
            None if node.is_null() => &[],
            None => return None,
        };
        Some(Self {
            region: name.region,
            entries,
        })
    }

    pub(crate) fn of_entry(entry: &'a Entry) -> Option<Self> {
        Self::of(&entry.key, &entry.value)
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

    pub(crate) fn text(&self, key: &str) -> Option<Text<'a>> {
        Text::of(self.get(key)?)
    }

    /// The text of a key that is kept as it is.
    pub(crate) fn string(&self, key: &str) -> Option<Arc<str>> {
        self.text(key).map(|text| Arc::clone(text.value))
    }

    pub(crate) fn bool(&self, key: &str) -> Option<bool> {
        self.get(key)?.as_bool()
    }

    /// A boolean, false where it is absent.
    pub(crate) fn flag(&self, key: &str) -> bool {
        self.bool(key).unwrap_or(false)
    }

    pub(crate) fn whole(&self, key: &str) -> Option<u32> {
        whole(self.get(key)?)
    }

    pub(crate) fn number(&self, key: &str) -> Option<f64> {
        self.get(key)?.as_number().and_then(Number::as_f64)
    }

    /// One of a few words.
    pub(crate) fn choice<T: Copy>(&self, key: &str, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text(key)?;
        let mut choices = choices.iter();
        let (_, found) = choices.find(|(word, _)| **text.value == **word)?;
        Some(*found)
    }

    /// The texts of a list.
    pub(crate) fn texts(&self, key: &str) -> impl Iterator<Item = Text<'a>> {
        let items = self.get(key).and_then(Node::as_list).unwrap_or_default();
        items.iter().filter_map(Text::of)
    }

    pub(crate) fn table(&self, key: &str) -> Option<Table<'a>> {
        Table::of_entry(self.entry(key)?)
    }

    /// The entries of a map.
    pub(crate) fn entries(&self, key: &str) -> &'a [Entry] {
        self.get(key).and_then(Node::as_map).unwrap_or_default()
    }
}

pub(crate) fn whole(node: &Node) -> Option<u32> {
    let number = node.as_number().and_then(Number::as_u64)?;
    u32::try_from(number).ok()
}
