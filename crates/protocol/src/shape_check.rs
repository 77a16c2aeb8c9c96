//! Compares the tree with the language, key by key: what is of another shape, missing, unknown or out
//! of bounds is reported here, so that lowering only reads.

use serde_json::Number;

use crate::language::{self, FormKind, Key, Scalar, Section, Shape, form_of, is_description};
use crate::problems::{Problem, Problems};
use crate::region::Region;
use crate::rules::{
    missing_key, model_format, not_built_yet, out_of_range, unknown_block, unknown_key,
    unknown_value, wrong_shape,
};
use crate::setting;
use crate::table::{Table, Text};
use crate::yaml::{self, Entry, Node, Value};

/// Checks the whole protocol.
pub(crate) fn check(problems: &mut Problems, name: &yaml::Key, root: &Node) {
    section(problems, &language::PROTOCOL, name, root);
}

/// Checks a map of one kind.
pub(crate) fn section(
    problems: &mut Problems,
    section: &'static Section,
    name: &yaml::Key,
    root: &Node,
) {
    Check { problems }.value(&Shape::Table(section), name, root);
}

struct Check<'p> {
    problems: &'p mut Problems,
}

impl Check<'_> {
    /// A value that stands behind a name.
    fn value(&mut self, shape: &Shape, name: &yaml::Key, node: &Node) {
        if self.problems.are_enough() {
            return;
        }
        match shape {
            Shape::Table(section) => self.table(section, shape, name, node),
            Shape::Map(_, of) => {
                for entry in self.entries(shape, name, node) {
                    self.value(of, &entry.key, &entry.value);
                }
            }
            Shape::Block => self.block(name, node),
            Shape::Form => self.form(name, node),
            Shape::List(plural, of) => self.list(plural, of, shape, name, node),
            Shape::Mapping => self.mapping(name, node),
            Shape::Scalar(scalar) => self.scalar(scalar, name, node),
        }
    }

    fn wrong(&mut self, shape: &Shape, name: &yaml::Key, node: &Node) {
        let problem = wrong_shape::report(node, &name.name, &shape.wanted());
        self.problems.push(problem);
    }

    /// The entries of a map; none where the value is absent, or is something else.
    fn entries<'a>(&mut self, shape: &Shape, name: &yaml::Key, node: &'a Node) -> &'a [Entry] {
        if let Some(entries) = node.as_map() {
            return entries;
        }
        if !node.is_null() {
            self.wrong(shape, name, node);
        }
        &[]
    }

    fn table(&mut self, section: &Section, shape: &Shape, name: &yaml::Key, node: &Node) {
        let is_map = node.as_map().is_some() || node.is_null();
        let entries = self.entries(shape, name, node);
        for entry in entries {
            self.key(section, entry);
        }
        if !is_map {
            return;
        }
        for key in section.keys().filter(|key| key.required) {
            let mut there = entries.iter().filter(|it| !it.value.is_null());
            if !there.any(|it| *it.key.name == *key.name) {
                let problem = missing_key::report(name.region, section.what, key.name);
                self.problems.push(problem);
            }
        }
    }

    fn key(&mut self, section: &Section, entry: &Entry) {
        let Some(key) = section.key(&entry.key.name) else {
            let known = section.keys().map(|key| key.name);
            let nearest = self.problems.nearest(&entry.key.name, known);
            let (name, region) = (&entry.key.name, entry.key.region);
            let problem = unknown_key::report(region, section, name, nearest);
            return self.problems.push(problem);
        };
        if entry.value.is_null() {
            return;
        }
        if key.later && !is_idle(key, &entry.value) {
            let problem = not_built_yet::key(entry.key.region, key.name);
            self.problems.push(problem);
        }
        self.value(&key.shape, &entry.key, &entry.value);
    }

    fn list(&mut self, plural: &str, of: &Shape, shape: &Shape, name: &yaml::Key, node: &Node) {
        let Some(items) = node.as_list() else {
            return self.wrong(shape, name, node);
        };
        for item in items {
            if matches!(of, Shape::Scalar(Scalar::Text)) && item.as_text().is_none() {
                let problem = wrong_shape::item(item, &name.name, plural);
                self.problems.push(problem);
            }
        }
    }

    fn mapping(&mut self, name: &yaml::Key, node: &Node) {
        if let Some(entries) = node.as_map() {
            return self.renamed(entries);
        }
        let Some(items) = node.as_list() else {
            return self.wrong(&Shape::Mapping, name, node);
        };
        for item in items {
            if let Some(entries) = item.as_map() {
                self.renamed(entries);
            } else if item.as_text().is_none() {
                let wanted = "names, or maps from labels to names";
                let problem = wrong_shape::item(item, &name.name, wanted);
                self.problems.push(problem);
            }
        }
    }

    fn renamed(&mut self, entries: &[Entry]) {
        for entry in entries {
            self.scalar(&Scalar::Text, &entry.key, &entry.value);
        }
    }

    fn block(&mut self, name: &yaml::Key, node: &Node) {
        let is_map = node.as_map().is_some() || node.is_null();
        let entries = self.entries(&Shape::Block, name, node);
        let mut there = entries.iter().filter(|it| !it.value.is_null());
        let Some(kind) = there.find(|it| *it.key.name == *"block") else {
            if is_map {
                let problem = missing_key::report(name.region, "a block", "block");
                self.problems.push(problem);
            }
            return;
        };
        let Some(kind) = Text::of(&kind.value) else {
            return self.scalar(&Scalar::Text, &kind.key, &kind.value);
        };
        let Some(row) = language::block(kind.value) else {
            return unknown_block::report(self.problems, kind);
        };
        if row.later {
            let problem = not_built_yet::block(kind.region, row.kind);
            self.problems.push(problem);
        }
        self.table(row.section, &Shape::Block, name, node);
    }

    fn form(&mut self, name: &yaml::Key, node: &Node) {
        match form_of(node) {
            FormKind::List => self.list_form(name, node),
            FormKind::Union => self.table(&language::UNION, &Shape::Form, name, node),
            FormKind::Object => {
                let property = &Shape::Table(&language::PROPERTY);
                for entry in self.entries(&Shape::Form, name, node) {
                    if !is_description(entry) {
                        self.value(property, &entry.key, &entry.value);
                    }
                }
            }
        }
    }

    fn list_form(&mut self, name: &yaml::Key, node: &Node) {
        let table = Table::of(name, node);
        let written = table.and_then(|table| table.text("type"));
        match written.filter(|text| **text.value != *"array") {
            Some(text) => self.problems.push(unknown_value::form(text)),
            None => self.table(&language::LIST, &Shape::Form, name, node),
        }
    }

    fn scalar(&mut self, scalar: &Scalar, name: &yaml::Key, node: &Node) {
        match fit(scalar, &name.name, node) {
            Fit::Right => {}
            Fit::OtherKind => {
                let problem = wrong_shape::report(node, &name.name, &scalar.wanted());
                self.problems.push(problem);
            }
            Fit::Model(text) => {
                let may_be_named = matches!(scalar, Scalar::Setting(_));
                model_format::check(self.problems, text, may_be_named);
            }
            Fit::NoWord(text, words) => {
                unknown_value::report(self.problems, text, &name.name, words);
            }
            Fit::OutOfRange(problem) => self.problems.push(problem),
        }
    }
}

/// How a value fits its key.
enum Fit<'a> {
    Right,
    /// It is a list, say, where text is wanted.
    OtherKind,
    /// Whether it is a model is a rule of its own.
    Model(Text<'a>),
    NoWord(Text<'a>, &'static [&'static str]),
    OutOfRange(Problem),
}

impl Fit<'_> {
    fn when(right: bool) -> Self {
        if right { Self::Right } else { Self::OtherKind }
    }
}

fn fit<'a>(scalar: &Scalar, key: &str, node: &'a Node) -> Fit<'a> {
    let text = Text::of(node);
    match scalar {
        Scalar::Any => Fit::Right,
        Scalar::Text | Scalar::Suggested(_) => Fit::when(text.is_some()),
        Scalar::Flag => Fit::when(node.as_bool().is_some()),
        Scalar::Whole { min, max } => match node.as_number() {
            Some(number) if is_whole(number, *min, *max) => Fit::Right,
            Some(_) => Fit::OutOfRange(out_of_range::whole(node.region, key, *min, *max)),
            None => Fit::OtherKind,
        },
        Scalar::Number { min, max } => match node.as_number().and_then(Number::as_f64) {
            Some(number) if (*min..=*max).contains(&number) => Fit::Right,
            Some(_) => Fit::OutOfRange(out_of_range::number(node.region, key, *min, *max)),
            None => Fit::OtherKind,
        },
        Scalar::Choice(words) => match text {
            Some(text) if words.contains(&&**text.value) => Fit::Right,
            Some(text) => Fit::NoWord(text, words),
            None => Fit::OtherKind,
        },
        Scalar::Model => text.map_or(Fit::OtherKind, Fit::Model),
        Scalar::Setting(_) if text.is_some_and(setting::is_name) => Fit::Right,
        Scalar::OrOff(_) if text.is_some_and(|text| **text.value == *"off") => Fit::Right,
        Scalar::Setting(inner) | Scalar::OrOff(inner) => fit(inner, key, node),
    }
}

fn is_whole(number: &Number, min: u32, max: u32) -> bool {
    let range = u64::from(min)..=u64::from(max);
    number
        .as_u64()
        .is_some_and(|number| range.contains(&number))
}

/// Whether a key is written with a value by which nothing would happen.
fn is_idle(key: &Key, node: &Node) -> bool {
    let scalar = match &key.shape {
        Shape::Scalar(Scalar::Setting(inner)) => Some(*inner),
        Shape::Scalar(scalar) => Some(scalar),
        Shape::Form
        | Shape::List(..)
        | Shape::Map(..)
        | Shape::Table(_)
        | Shape::Mapping
        | Shape::Block => None,
    };
    match (&node.value, scalar) {
        (Value::Null | Value::Bool(false), _) => true,
        (Value::List(items), _) => items.is_empty(),
        (Value::Map(entries), _) => entries.is_empty(),
        // The first word is the default.
        (Value::Text(text), Some(Scalar::Choice(words))) => words.first() == Some(&&**text),
        (Value::Bool(true) | Value::Number(_) | Value::Text(_), _) => false,
    }
}

/// The place of a whole file, as a key that names it.
pub(crate) fn protocol_key(region: Region) -> yaml::Key {
    yaml::Key {
        name: "protocol.yaml".into(),
        region,
    }
}
