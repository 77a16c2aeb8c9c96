//! THE definition of the language: every map, every key, what each takes, and its documentation.
//!
//! The shape check, the JSON Schema for editors and the suggestions all read it, so a key is written
//! down once. To add a key: a line in its section here, and a field of the program that it is lowered
//! into. A key whose feature cannot run yet is marked [`Key::later`], which warns of it.

mod agent;
mod blocks;
mod declarations;
mod settings;

use crate::names::one_of;
use crate::yaml::{Entry, Node};

pub(crate) use agent::AGENT;
pub(crate) use blocks::{BLOCK, BLOCKS, BlockRow, block};
pub(crate) use declarations::{LIST, PROPERTY, PROTOCOL, UNION};
pub(crate) use settings::{FRONT_MATTER, SETTINGS};

/// The keys of one kind of map.
#[derive(Debug)]
pub(crate) struct Section {
    /// With its article, for messages.
    pub(crate) what: &'static str,
    /// Keys that several kinds of maps share are one group.
    groups: &'static [&'static [Key]],
}

impl Section {
    const fn new(what: &'static str, groups: &'static [&'static [Key]]) -> Self {
        Self { what, groups }
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &'static Key> {
        self.groups.iter().copied().flatten()
    }

    pub(crate) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys().find(|key| key.name == name)
    }
}

/// A key of a map.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    /// What an editor shows for it.
    pub(crate) doc: &'static str,
    pub(crate) required: bool,
    /// Whether it compiles, and has no effect yet.
    pub(crate) later: bool,
}

impl Key {
    const fn new(name: &'static str, shape: Shape, doc: &'static str) -> Self {
        Self {
            name,
            shape,
            doc,
            required: false,
            later: false,
        }
    }

    const fn required(self) -> Self {
        Self {
            required: true,
            ..self
        }
    }

    const fn later(self) -> Self {
        Self {
            later: true,
            ..self
        }
    }
}

/// What stands behind a key.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    Scalar(Scalar),
    /// The definition of a type.
    Form,
    /// A list; the words are for what it holds, in the plural.
    List(&'static str, &'static Shape),
    /// A map whose keys the author chooses; the words are for what it holds.
    Map(&'static str, &'static Shape),
    /// A map with the keys of a section.
    Table(&'static Section),
    /// What a prompt is given: names, or labels with names.
    Mapping,
    /// A block, whose keys are those of its kind.
    Block,
}

/// A value without parts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scalar {
    Text,
    /// Text that often is one of a few words, which an editor offers.
    Suggested(&'static [&'static str]),
    Flag,
    /// A whole number within bounds, both included.
    Whole {
        min: u32,
        max: u32,
    },
    /// A number within bounds, both included.
    Number {
        min: f64,
        max: f64,
    },
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// `provider/model-id`.
    Model,
    /// Any value at all, also one with parts.
    Any,
    /// The value itself, or the name of the input or variable that holds it.
    Setting(&'static Scalar),
    /// The value itself, or `off`.
    OrOff(&'static Scalar),
}

const TEXT: Shape = Shape::Scalar(Scalar::Text);
const FLAG: Shape = Shape::Scalar(Scalar::Flag);
const MODEL_NAME: Shape = Shape::Scalar(Scalar::Model);
const ANY: Shape = Shape::Scalar(Scalar::Any);

const fn choice(words: &'static [&'static str]) -> Shape {
    Shape::Scalar(Scalar::Choice(words))
}

const fn whole(min: u32, max: u32) -> Shape {
    Shape::Scalar(Scalar::Whole { min, max })
}

const fn number(min: f64, max: f64) -> Shape {
    Shape::Scalar(Scalar::Number { min, max })
}

const fn setting(of: &'static Scalar) -> Shape {
    Shape::Scalar(Scalar::Setting(of))
}

impl Shape {
    /// With its article, for messages: "a list of tool names".
    pub(crate) fn wanted(&self) -> String {
        match self {
            Self::Scalar(scalar) => scalar.wanted(),
            Self::List(what, _) => format!("a list of {what}"),
            Self::Map(what, _) => format!("a map that describes {what}"),
            Self::Table(section) => format!("a map that describes {}", section.what),
            Self::Form => "a map that describes a type".to_owned(),
            Self::Mapping => "a list of names, or a map from labels to names".to_owned(),
            Self::Block => "a map that describes a block".to_owned(),
        }
    }
}

impl Scalar {
    /// With its article, for messages: "a number".
    pub(crate) fn wanted(&self) -> String {
        match self {
            Self::Text | Self::Suggested(_) => "text".to_owned(),
            Self::Flag => "true or false".to_owned(),
            Self::Whole { .. } => "a whole number".to_owned(),
            Self::Number { .. } => "a number".to_owned(),
            Self::Choice(words) => one_of(words),
            Self::Model => "a model as `provider/model-id`".to_owned(),
            Self::Any => "a value".to_owned(),
            Self::Setting(Self::OrOff(inner)) => {
                format!("{}, `off` or the name of an input", inner.wanted())
            }
            Self::Setting(inner) => format!("{}, or the name of an input", inner.wanted()),
            Self::OrOff(inner) => format!("{} or `off`", inner.wanted()),
        }
    }
}

/// How a type is defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FormKind {
    /// The keys are the properties.
    Object,
    /// The keys are those of [`LIST`].
    List,
    /// The keys are those of [`UNION`].
    Union,
}

/// How the type of a definition is meant. A list says `type: array`, and a union lists its variants; an
/// object may have properties of these names, but they are maps.
pub(crate) fn form_of(node: &Node) -> FormKind {
    let entries = node.as_map().unwrap_or_default();
    let value = |name: &str| Some(&entries.iter().find(|it| *it.key.name == *name)?.value);
    let is_text = |name: &str| value(name).is_some_and(|node| node.as_text().is_some());
    if value("anyOf").is_some_and(|node| node.as_map().is_none()) || is_text("discriminator") {
        FormKind::Union
    } else if is_text("type") {
        FormKind::List
    } else {
        FormKind::Object
    }
}

/// Whether an entry of an object type describes the type itself. A property of that name is a map.
pub(crate) fn is_description(entry: &Entry) -> bool {
    *entry.key.name == *"description" && entry.value.as_text().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit(shape: &Shape, seen: &mut Vec<&'static Section>) {
        match shape {
            Shape::List(_, inner) | Shape::Map(_, inner) => visit(inner, seen),
            Shape::Table(section) => {
                seen.push(section);
                section.keys().for_each(|key| visit(&key.shape, seen));
            }
            Shape::Block => {
                for row in BLOCKS {
                    seen.push(row.section);
                    row.section.keys().for_each(|key| visit(&key.shape, seen));
                }
            }
            Shape::Form => [&PROPERTY, &UNION, &LIST].into_iter().for_each(|section| {
                visit(&Shape::Table(section), seen);
            }),
            Shape::Scalar(_) | Shape::Mapping => {}
        }
    }

    #[test]
    fn a_key_stands_once_in_a_section_and_is_documented() {
        let mut sections = Vec::new();
        visit(&Shape::Table(&PROTOCOL), &mut sections);
        assert!(sections.len() > 30);
        for section in sections {
            let mut names: Vec<&str> = section.keys().map(|key| key.name).collect();
            names.sort_unstable();
            let count = names.len();
            names.dedup();
            assert_eq!(names.len(), count, "{}", section.what);
            for key in section.keys() {
                let sentence = key.doc.ends_with('.') && key.doc.len() > 15;
                assert!(sentence, "{}: {}", section.what, key.name);
            }
        }
    }
}
