//! What the compiler says about a bundle.

use std::fmt;

use serde::ser::{Serialize, SerializeStruct, Serializer};

/// Whether a bundle can be used in spite of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// There is no program.
    Error,
    /// There is one, and it may not do what its author meant.
    Warning,
}

impl Severity {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A line and a column, both from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

/// A range of a file: as bytes, and as a reader counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub start: usize,
    pub end: usize,
    pub from: Position,
    pub to: Position,
}

/// A problem of a bundle, with its place and, where one is known, its cure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable across versions, as `OCT0402`.
    pub code: &'static str,
    pub severity: Severity,
    /// The path inside the agent's folder.
    pub file: String,
    pub span: Span,
    /// The path inside `protocol.yaml`, as `agent.tools[1]`.
    pub path: Option<String>,
    pub message: String,
    /// What stands at the span, in few words.
    pub label: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// Whether it keeps the bundle from being a program.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// One line: `protocol.yaml:3:5: message (help)`.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column } = self.span.from;
        write!(f, "{}:{line}:{column}: {}", self.file, self.message)?;
        match &self.help {
            Some(help) => write!(f, " ({help})"),
            None => Ok(()),
        }
    }
}

impl Serialize for Diagnostic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = 8 + usize::from(self.path.is_some()) + usize::from(self.help.is_some());
        let mut out = serializer.serialize_struct("Diagnostic", fields)?;
        out.serialize_field("message", &self.message)?;
        if let Some(path) = &self.path {
            out.serialize_field("path", path)?;
        }
        out.serialize_field("severity", self.severity.as_str())?;
        out.serialize_field("code", self.code)?;
        out.serialize_field("file", &self.file)?;
        out.serialize_field("line", &self.span.from.line)?;
        out.serialize_field("column", &self.span.from.column)?;
        out.serialize_field("endLine", &self.span.to.line)?;
        out.serialize_field("endColumn", &self.span.to.column)?;
        if let Some(help) = &self.help {
            out.serialize_field("help", help)?;
        }
        out.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_what_the_validate_endpoint_answers_and_the_place() {
        let diagnostic = Diagnostic {
            code: "OCT0402",
            severity: Severity::Error,
            file: "protocol.yaml".into(),
            span: Span {
                start: 30,
                end: 35,
                from: Position {
                    line: 3,
                    column: 11,
                },
                to: Position {
                    line: 3,
                    column: 16,
                },
            },
            path: Some("agent.tools[0]".into()),
            message: "there is no tool `serch`".into(),
            label: None,
            help: Some("did you mean `search`?".into()),
        };
        let json = |it: &Diagnostic| serde_json::to_string(it).expect("JSON");
        assert_eq!(
            json(&diagnostic),
            r#"{"message":"there is no tool `serch`","path":"agent.tools[0]","severity":"error","#
                .to_owned()
                + r#""code":"OCT0402","file":"protocol.yaml","line":3,"column":11,"#
                + r#""endLine":3,"endColumn":16,"help":"did you mean `search`?"}"#
        );
        let bare = Diagnostic {
            path: None,
            help: None,
            severity: Severity::Warning,
            ..diagnostic
        };
        assert!(!json(&bare).contains("path"));
        assert!(!json(&bare).contains("help"));
        assert!(json(&bare).contains(r#""severity":"warning""#));
    }
}
