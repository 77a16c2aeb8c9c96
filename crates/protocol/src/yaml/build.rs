//! From the parser's events to the tree, within limits.

use std::collections::{HashMap, hash_map};
use std::sync::Arc;

use granit_parser::{ErrorKind, Event, Options, Parser, ScalarStyle, Span, Tag};

use super::{Entry, Key, Node, Value, scalar};
use crate::problems::Problems;
use crate::region::{File, Region};
use crate::rules::{duplicate_key, merge_key, yaml_feature, yaml_limit, yaml_syntax};

const MOST_BYTES: usize = 2 << 20;
/// Nodes, those that aliases repeat counted each time. A list or a map costs as much as two scalars.
const MOST_NODES: usize = 100_000;
const DEEPEST: usize = 64;
/// Text that an alias repeats counts, too: so many bytes are as much as a node.
const BYTES_PER_NODE: usize = 64;

/// What the parser does for an anchor costs as much as so many nodes.
const NODES_PER_ANCHOR: usize = 5;

/// A text, and where in which file it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    pub(crate) file: File,
    pub(crate) text: &'a str,
    /// How many bytes of the file are before it.
    pub(crate) offset: usize,
    /// The length of the longest text that is read.
    pub(crate) most: usize,
}

impl Source<'_> {
    fn region(&self, start: usize, end: usize) -> Region {
        Region::new(self.file, self.offset + start, self.offset + end)
    }
}

/// The tree of the protocol.
pub(crate) fn parse(text: &str, problems: &mut Problems) -> Option<Node> {
    let source = Source {
        file: File::Protocol,
        text,
        offset: 0,
        most: MOST_BYTES,
    };
    let root = parse_part(source, problems);
    if root.is_none() && !problems.has_errors() {
        problems.push(yaml_syntax::empty());
    }
    root
}

/// The tree of the only document of a text; `None` where there is nothing, or where the parser could not
/// go on, which is reported.
pub(crate) fn parse_part(source: Source<'_>, problems: &mut Problems) -> Option<Node> {
    let text = source.text;
    if text.len() > source.most {
        let whole = Region::whole(source.file);
        problems.push(yaml_limit::size(whole, text.len(), source.most));
        return None;
    }
    if let Some(at) = text.find('\0') {
        problems.push(yaml_syntax::nul(source.region(at, at + 1)));
        return None;
    }
    let mut builder = Builder::new(problems);
    for next in Parser::new_from_str_with_options(text, options()) {
        let (event, span) = match next {
            Ok(next) => next,
            Err(error) => {
                let at = error.marker().byte_offset().unwrap_or(text.len());
                let region = source.region(at, at);
                let deep = *error.kind() == ErrorKind::RecursionLimitExceeded;
                builder.problems.push(if deep {
                    yaml_limit::depth(region, DEEPEST)
                } else {
                    yaml_syntax::report(region, &error, text.get(at..).unwrap_or_default())
                });
                return None;
            }
        };
        let bytes = span.byte_range().unwrap_or(0..0);
        let region = source.region(bytes.start, bytes.end);
        builder.refuse_tag(source, &event, &span);
        builder.event(event, region)?;
        if builder.problems.are_enough() {
            return None;
        }
    }
    builder.root.take().filter(|root| !root.is_null())
}

fn options() -> Options {
    let mut options = Options::default();
    options.emit_comments = false;
    options.flow_nesting_limit = DEEPEST;
    options.block_nesting_limit = DEEPEST;
    options
}

/// A list or a map that has not ended yet.
struct Open {
    region: Region,
    anchor: usize,
    held: Held,
}

enum Held {
    List(Vec<Node>),
    Map {
        keys: Keys,
        entries: Vec<Entry>,
        next: Next,
    },
}

/// What a map waits for.
enum Next {
    Key,
    /// The value of a key; of none where the key was refused and its value is dropped.
    Value(Option<Key>),
}

struct Builder<'p> {
    problems: &'p mut Problems,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    nodes: usize,
    root: Option<Node>,
}

impl<'p> Builder<'p> {
    fn new(problems: &'p mut Problems) -> Self {
        Self {
            problems,
            open: Vec::new(),
            anchors: HashMap::new(),
            nodes: 0,
            root: None,
        }
    }

    /// `None` ends the whole parse: a limit was passed.
    fn event(&mut self, event: Event<'_>, region: Region) -> Option<()> {
        match event {
            Event::DocumentStart(..) => {
                if self.root.is_some() {
                    self.problems.push(yaml_feature::second_document(region));
                    return None;
                }
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.count(node_cost(anchor), region)?;
                let value = scalar_value(&text, style, tag.as_deref());
                self.complete(leaf(value, region), anchor, Some(&text), style);
            }
            Event::Alias(anchor) => self.alias(anchor, region)?,
            Event::SequenceStart(_, anchor, _) => {
                self.start(Held::List(Vec::new()), anchor, region)?;
            }
            Event::MappingStart(_, anchor, _) => {
                let map = Held::Map {
                    keys: Keys::default(),
                    entries: Vec::new(),
                    next: Next::Key,
                };
                self.start(map, anchor, region)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(region),
            // The parser is not asked for the last three, and says nothing else of values.
            Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentEnd
            | Event::Comment(..)
            | Event::Anchor(..)
            | Event::UnresolvedAlias(_)
            | _ => {}
        }
        Some(())
    }

    fn count(&mut self, nodes: usize, region: Region) -> Option<()> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > MOST_NODES {
            self.problems.push(yaml_limit::nodes(region, MOST_NODES));
            return None;
        }
        Some(())
    }

    /// Only `!!str` says something that the language has a use for.
    fn refuse_tag(&mut self, source: Source<'_>, event: &Event<'_>, span: &Span) {
        let Some(written) = span.tag_span().and_then(|tag| tag.byte_range()) else {
            return;
        };
        if event.scalar().is_none() || !event.tag().is_some_and(is_text_tag) {
            let region = source.region(written.start, written.end);
            let tag = source.text.get(written).unwrap_or_default();
            self.problems.push(yaml_feature::tag(region, tag));
        }
    }

    fn alias(&mut self, anchor: usize, region: Region) -> Option<()> {
        let Some(target) = self.anchors.get(&anchor).cloned() else {
            self.problems
                .push(yaml_feature::alias_inside_anchor(region));
            return None;
        };
        self.count(target.weight, region)?;
        if self.open.len() + target.depth > DEEPEST {
            self.problems.push(yaml_limit::depth(region, DEEPEST));
            return None;
        }
        let node = Node { region, ..target };
        self.complete(node, 0, None, ScalarStyle::Plain);
        Some(())
    }

    fn start(&mut self, held: Held, anchor: usize, region: Region) -> Option<()> {
        self.count(1 + node_cost(anchor), region)?;
        if self.open.len() >= DEEPEST {
            self.problems.push(yaml_limit::depth(region, DEEPEST));
            return None;
        }
        self.open.push(Open {
            region,
            anchor,
            held,
        });
        Some(())
    }

    fn end(&mut self, end: Region) {
        let Some(open) = self.open.pop() else { return };
        let (value, held) = match open.held {
            Held::List(items) => {
                let held = items.iter().fold(Extent::default(), Extent::with);
                (Value::List(items.into()), held)
            }
            Held::Map { entries, .. } => {
                let held = entries.iter().fold(Extent::default(), Extent::with_entry);
                (Value::Map(entries.into()), held)
            }
        };
        // A block ends where its last part does, not where the next line begins.
        let is_flow = end.end > end.start;
        let end = if is_flow { end.end } else { held.end };
        let node = Node {
            region: Region::new(
                open.region.file,
                open.region.start,
                end.max(open.region.end),
            ),
            value,
            weight: held.weight + 2,
            depth: held.depth + 1,
        };
        self.complete(node, open.anchor, None, ScalarStyle::Plain);
    }

    /// Puts a finished node where it belongs. `text` is what a scalar reads.
    fn complete(&mut self, node: Node, anchor: usize, text: Option<&str>, style: ScalarStyle) {
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        let Some(parent) = self.open.last_mut() else {
            self.root = Some(node);
            return;
        };
        match &mut parent.held {
            Held::List(items) => items.push(node),
            Held::Map {
                keys,
                entries,
                next,
            } => match std::mem::replace(next, Next::Key) {
                Next::Value(Some(key)) => entries.push(Entry { key, value: node }),
                Next::Value(None) => {}
                Next::Key => *next = Next::Value(key(self.problems, keys, &node, text, style)),
            },
        }
    }
}

fn node_cost(anchor: usize) -> usize {
    if anchor == 0 { 1 } else { 1 + NODES_PER_ANCHOR }
}

/// What the parts of a list or a map amount to.
#[derive(Default)]
struct Extent {
    weight: usize,
    depth: usize,
    /// Where the last part ends.
    end: usize,
}

impl Extent {
    fn with(self, node: &Node) -> Self {
        Self {
            weight: self.weight + node.weight,
            depth: self.depth.max(node.depth),
            end: node.region.end,
        }
    }

    fn with_entry(mut self, entry: &Entry) -> Self {
        self.weight += entry.key.name.len() / BYTES_PER_NODE;
        self.with(&entry.value)
    }
}

fn is_text_tag(tag: &Tag) -> bool {
    tag.is_yaml_core_schema_tag("str")
}

fn scalar_value(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Value {
    if style == ScalarStyle::Plain && !tag.is_some_and(is_text_tag) {
        scalar::resolve(text)
    } else {
        Value::Text(Arc::from(text))
    }
}

fn leaf(value: Value, region: Region) -> Node {
    let mut node = Node {
        region,
        value,
        weight: 1,
        depth: 0,
    };
    let bytes = node.as_text().map_or(0, |text| text.len());
    node.weight += bytes / BYTES_PER_NODE;
    node
}

/// The key that a node stands for, if it can be one; what it can't be is reported.
fn key(
    problems: &mut Problems,
    keys: &mut Keys,
    node: &Node,
    text: Option<&str>,
    style: ScalarStyle,
) -> Option<Key> {
    let region = node.region;
    let Some(text) = text else {
        problems.push(yaml_feature::complex_key(region));
        return None;
    };
    if text == "<<" && style == ScalarStyle::Plain {
        problems.push(merge_key::report(region));
        return None;
    }
    let name = node.as_text().map_or_else(|| Arc::from(text), Arc::clone);
    if let Some(first) = keys.insert(&name, region) {
        problems.push(duplicate_key::report(&name, first, region));
        return None;
    }
    Some(Key { name, region })
}

/// The keys of a map so far.
#[derive(Default)]
struct Keys {
    /// Most maps are small, and looking through a few keys costs less than a table of them.
    few: Vec<(Arc<str>, Region)>,
    many: HashMap<Arc<str>, Region>,
}

impl Keys {
    const FEW: usize = 8;

    /// Where the key stands already; it is added where it does not.
    fn insert(&mut self, name: &Arc<str>, region: Region) -> Option<Region> {
        if let Some((_, first)) = self.few.iter().find(|(it, _)| it == name) {
            return Some(*first);
        }
        if self.few.len() < Self::FEW {
            self.few.push((Arc::clone(name), region));
            return None;
        }
        match self.many.entry(Arc::clone(name)) {
            hash_map::Entry::Occupied(first) => Some(*first.get()),
            hash_map::Entry::Vacant(place) => {
                place.insert(region);
                None
            }
        }
    }
}
