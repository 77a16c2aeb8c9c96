//! From a place back to the names that lead to it.

use super::{Node, Value};
use crate::region::{File, Region};

/// The path of the innermost thing that holds `region`: `agent.tools[1]`. The document itself has none.
pub(crate) fn path_of(root: &Node, region: Region) -> Option<String> {
    if region.file != File::Protocol || region.is_whole() {
        return None;
    }
    let mut path = String::new();
    let mut node = root;
    loop {
        // A region that is the whole value is about this value, not about its first part.
        if node.region == region && !path.is_empty() {
            break;
        }
        match &node.value {
            Value::Map(entries) => {
                let after = entries.partition_point(|it| it.key.region.start <= region.start);
                let Some(entry) = after.checked_sub(1).and_then(|at| entries.get(at)) else {
                    break;
                };
                let in_key = entry.key.region.contains(region);
                if !in_key && !entry.value.region.contains(region) {
                    break;
                }
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(&entry.key.name);
                if in_key {
                    break;
                }
                node = &entry.value;
            }
            Value::List(items) => {
                let after = items.partition_point(|item| item.region.start <= region.start);
                let found = after
                    .checked_sub(1)
                    .and_then(|at| Some((at, items.get(at)?)));
                let Some((at, item)) = found.filter(|(_, item)| item.region.contains(region))
                else {
                    break;
                };
                path.push_str(&format!("[{at}]"));
                node = item;
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => break,
        }
    }
    (!path.is_empty()).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problems::Problems;
    use crate::yaml;

    /// The path of the first place in `text` that reads `what`.
    #[track_caller]
    fn check(text: &str, what: &str, expected: Option<&str>) {
        let root = yaml::parse(text, &mut Problems::default()).expect("valid YAML");
        let start = text.find(what).expect("it stands there");
        let region = Region::new(File::Protocol, start, start + what.len());
        assert_eq!(path_of(&root, region).as_deref(), expected);
    }

    #[test]
    fn keys_and_values() {
        let text = "agent:\n  model: a/b\n  tools: [x, yy]\nhandlers:\n  h:\n    Say it:\n      block: q\n";
        check(text, "agent", Some("agent"));
        check(text, "model", Some("agent.model"));
        check(text, "a/b", Some("agent.model"));
        check(text, "yy", Some("agent.tools[1]"));
        check(text, "[x, yy]", Some("agent.tools"));
        check(text, "Say it", Some("handlers.h.Say it"));
        check(text, "block", Some("handlers.h.Say it.block"));
    }

    #[test]
    fn what_is_in_no_value_belongs_to_what_holds_it() {
        check("# note\na: b\n", "# note", None);
        check("a: [b, c] # note\n", "# note", None);
    }

    #[test]
    fn an_alias_is_where_it_is_used() {
        check("a: &x\n  k: v\nb: *x\n", "*x", Some("b"));
        check("a: &x\n  k: v\nb: *x\n", "v", Some("a.k"));
    }
}
