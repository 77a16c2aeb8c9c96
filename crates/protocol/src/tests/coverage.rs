//! The valid agents of `tests/corpus/` use the whole language: every key of every map, and every word
//! of the keys that take a few.

use std::collections::BTreeSet;

use super::agent_files::corpus;
use crate::language::{self, FormKind, Key, Scalar, Section, Shape};
use crate::problems::Problems;
use crate::yaml::{self, Node};

/// What can be written, or is: `section: key`, or `section: key: word`.
#[derive(Default)]
struct Words(BTreeSet<String>);

impl Words {
    fn word(&mut self, section: &Section, key: &Key, word: &str) {
        let (what, key) = (section.what, key.name);
        self.0.insert(format!("{what}: {key}: {word}"));
    }

    /// Everything that a shape lets an author write.
    fn all(&mut self, shape: &Shape) {
        match shape {
            Shape::Table(section) => self.all_of(section),
            Shape::Block => {
                for row in language::BLOCKS {
                    self.all_of(row.section);
                }
            }
            Shape::Form => [&language::PROPERTY, &language::UNION, &language::LIST]
                .into_iter()
                .for_each(|section| self.all_of(section)),
            Shape::Map(_, inner) | Shape::List(_, inner) => self.all(inner),
            Shape::Scalar(_) | Shape::Mapping => {}
        }
    }

    fn all_of(&mut self, section: &Section) {
        for key in section.keys() {
            for word in choices(&key.shape) {
                self.word(section, key, word);
            }
            if self.0.insert(format!("{}: {}", section.what, key.name)) {
                self.all(&key.shape);
            }
        }
    }

    /// What an author wrote.
    fn written(&mut self, shape: &Shape, node: &Node) {
        match shape {
            Shape::Table(section) => self.table(section, node),
            Shape::Map(_, inner) => {
                for entry in node.as_map().into_iter().flatten() {
                    self.written(inner, &entry.value);
                }
            }
            Shape::Block => {
                let entries = node.as_map().unwrap_or_default();
                let kind = entries.iter().find(|it| *it.key.name == *"block");
                let kind = kind.and_then(|it| language::block(it.value.as_text()?));
                kind.into_iter()
                    .for_each(|row| self.table(row.section, node));
            }
            Shape::Form => match language::form_of(node) {
                FormKind::Union => self.table(&language::UNION, node),
                FormKind::List => self.table(&language::LIST, node),
                FormKind::Object => {
                    for entry in node.as_map().into_iter().flatten() {
                        self.table(&language::PROPERTY, &entry.value);
                    }
                }
            },
            Shape::Scalar(_) | Shape::List(..) | Shape::Mapping => {}
        }
    }

    fn table(&mut self, section: &Section, node: &Node) {
        for entry in node.as_map().into_iter().flatten() {
            let Some(key) = section.key(&entry.key.name) else {
                continue;
            };
            self.0.insert(format!("{}: {}", section.what, key.name));
            if let Some(text) = entry.value.as_text()
                && choices(&key.shape).contains(&&**text)
            {
                self.word(section, key, text);
            }
            self.written(&key.shape, &entry.value);
        }
    }
}

fn choices(shape: &Shape) -> &'static [&'static str] {
    let Shape::Scalar(scalar) = shape else {
        return &[];
    };
    if let Scalar::Choice(words) | Scalar::Setting(Scalar::Choice(words)) = scalar {
        words
    } else {
        &[]
    }
}

#[test]
fn every_key_and_every_word_is_used() {
    let mut all = Words::default();
    all.all_of(&language::PROTOCOL);
    all.all_of(&language::SETTINGS);
    assert!(all.0.len() > 250, "{}", all.0.len());
    let mut used = Words::default();
    for (name, folder) in corpus("valid") {
        let protocol = yaml::parse(&folder.protocol, &mut Problems::default());
        let settings = yaml::parse(&folder.settings, &mut Problems::default());
        used.table(&language::PROTOCOL, &protocol.expect(&name));
        used.table(&language::SETTINGS, &settings.expect(&name));
    }
    let missing: Vec<&String> = all.0.difference(&used.0).collect();
    assert!(missing.is_empty(), "no valid agent has {missing:#?}");
}
