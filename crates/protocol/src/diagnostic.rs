//! What the compiler says about a bundle.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;

/// Whether a bundle can be used in spite of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(into = "DiagnosticView")]
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

/// A problem of an agent, with its place and, where one is known, its cure.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Diagnostic")]
struct DiagnosticView {
    message: String,
    /// The path inside `protocol.yaml`, as `agent.tools[1]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    severity: Severity,
    /// Stable across versions, as `OCT0402`.
    code: &'static str,
    /// The path inside the agent's folder.
    file: String,
    /// From 1, as all lines and columns; columns count characters.
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    help: Option<String>,
}

impl JsonSchema for Diagnostic {
    fn schema_name() -> Cow<'static, str> {
        DiagnosticView::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        DiagnosticView::json_schema(generator)
    }
}

impl From<Diagnostic> for DiagnosticView {
    fn from(diagnostic: Diagnostic) -> Self {
        let (from, to) = (diagnostic.span.from, diagnostic.span.to);
        Self {
            message: diagnostic.message,
            path: diagnostic.path,
            severity: diagnostic.severity,
            code: diagnostic.code,
            file: diagnostic.file,
            line: from.line,
            column: from.column,
            end_line: to.line,
            end_column: to.column,
            help: diagnostic.help,
        }
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
