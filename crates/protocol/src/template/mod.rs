//! The template language of prompts, read once for each file.
//!
//! ```text
//! {{LABEL}}  {{@path.md}}  {{#if C}} … {{else if C}} … {{else}} … {{/if}}
//! ```
//!
//! Whatever else stands in braces is text.

mod condition;
mod parse;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::region::Region;

pub(crate) use parse::parse;

/// A part of a template.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    Text(Arc<str>),
    /// `{{LABEL}}`, with the text that it is again where nothing is passed for it.
    Label {
        name: Arc<str>,
        written: Arc<str>,
        region: Region,
    },
    /// `{{@path.md}}`; the name is that of the prompt, without `.md`.
    Include {
        name: Arc<str>,
        region: Region,
    },
    If {
        branches: Vec<(Test, Vec<Part>)>,
        otherwise: Vec<Part>,
    },
}

/// A condition before its name is looked up.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Test {
    pub(crate) name: Arc<str>,
    pub(crate) kind: TestKind,
    pub(crate) region: Region,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TestKind {
    Truthy,
    Falsy,
    Equals(Arc<str>),
    Differs(Arc<str>),
}
