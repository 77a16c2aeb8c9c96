//! The tree.

use std::rc::Rc;
use std::sync::Arc;

use crate::region::Region;

/// A value with its place. Cloning is cheap: an alias shares what its anchor holds.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) region: Region,
    pub(crate) value: Value,
    /// What it costs to walk the node with all that it holds.
    pub(super) weight: usize,
    /// Levels of lists and maps, itself counted.
    pub(super) depth: usize,
}

/// What a node is, as the core schema of YAML 1.2 has it.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Number(serde_json::Number),
    Text(Arc<str>),
    List(Rc<[Node]>),
    Map(Rc<[Entry]>),
}

/// A key of a map and what it stands for. Keys are unique and in the author's order.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: Key,
    pub(crate) value: Node,
}

/// A key, as the text that the author wrote.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) name: Arc<str>,
    pub(crate) region: Region,
}

impl Node {
    pub(crate) fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    pub(crate) fn as_text(&self) -> Option<&Arc<str>> {
        if let Value::Text(text) = &self.value {
            return Some(text);
        }
        None
    }

    pub(crate) fn as_number(&self) -> Option<&serde_json::Number> {
        if let Value::Number(number) = &self.value {
            return Some(number);
        }
        None
    }

    pub(crate) fn as_bool(&self) -> Option<bool> {
        if let Value::Bool(flag) = self.value {
            return Some(flag);
        }
        None
    }

    pub(crate) fn as_list(&self) -> Option<&[Node]> {
        if let Value::List(items) = &self.value {
            return Some(items);
        }
        None
    }

    pub(crate) fn as_map(&self) -> Option<&[Entry]> {
        if let Value::Map(entries) = &self.value {
            return Some(entries);
        }
        None
    }

    /// For messages: "a list".
    pub(crate) fn kind(&self) -> &'static str {
        match &self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::Text(_) => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        }
    }

    pub(crate) fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(flag) => (*flag).into(),
            Value::Number(number) => number.clone().into(),
            Value::Text(text) => (&**text).into(),
            Value::List(items) => items.iter().map(Self::to_json).collect(),
            Value::Map(entries) => entries
                .iter()
                .map(|entry| (entry.key.name.to_string(), entry.value.to_json()))
                .collect(),
        }
    }
}
