//! Draws diagnostics for a terminal.

use std::path::Path;

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use domain::Bundle;

use crate::diagnostic::{Diagnostic, Severity};
use crate::folder::Folder;
use crate::sources::Sources;

/// A longer line is not drawn: nobody wrote it by hand.
const LONGEST_LINE: usize = 500;

/// All diagnostics, as rustc draws its own, without colours.
#[must_use]
pub fn render(diagnostics: &[Diagnostic], bundle: &Bundle) -> String {
    let sources = Sources {
        bundle,
        folder: None,
    };
    draw(diagnostics, sources, Path::new(""))
}

/// The same for an agent that was read from a folder. `path` leads to the folder; it is put before the
/// paths of the files.
#[must_use]
pub fn render_folder(
    diagnostics: &[Diagnostic],
    bundle: &Bundle,
    folder: &Folder,
    path: &Path,
) -> String {
    let sources = Sources {
        bundle,
        folder: Some(folder),
    };
    draw(diagnostics, sources, path)
}

fn draw(diagnostics: &[Diagnostic], sources: Sources<'_>, root: &Path) -> String {
    let renderer = Renderer::plain();
    let drawn: Vec<String> = diagnostics
        .iter()
        .map(|diagnostic| {
            let file = sources.file(&diagnostic.file);
            let text = file.map_or("", |file| sources.text(file));
            let path = root.join(&diagnostic.file).display().to_string();
            renderer.render(&[report(diagnostic, &path, text)]) + "\n"
        })
        .collect();
    drawn.join("\n")
}

fn report<'a>(diagnostic: &'a Diagnostic, path: &'a str, text: &'a str) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level
        .primary_title(&*diagnostic.message)
        .id(diagnostic.code);
    let mut group = title.element(place(diagnostic, path, text));
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(&**help));
    }
    group
}

/// The first line of the span with its mark; only the place where the line can't be shown.
fn place<'a>(diagnostic: &'a Diagnostic, path: &'a str, text: &'a str) -> Element<'a> {
    let span = diagnostic.span;
    match line_at(text, span.start) {
        _ if span.start == 0 && span.end == 0 => Origin::path(path).into(),
        Some((start, line)) => {
            // On the line, and on its characters, even where the text is not the one that was compiled.
            let from = line.floor_char_boundary(span.start - start);
            let to = line.floor_char_boundary(span.end.saturating_sub(start));
            let mark = AnnotationKind::Primary
                .span(from..to.max(from))
                .label(diagnostic.label.as_deref());
            Snippet::source(line)
                .line_start(span.from.line)
                .path(path)
                .annotation(mark)
                .into()
        }
        None => Origin::path(path)
            .line(span.from.line)
            .char_column(span.from.column)
            .into(),
    }
}

/// The line around an offset and where it begins; `None` where it is too long, or the text another one.
fn line_at(text: &str, offset: usize) -> Option<(usize, &str)> {
    let (before, after) = text.split_at_checked(offset)?;
    // A longer line is not looked through for its ends.
    let near = |bytes: &mut dyn Iterator<Item = u8>| {
        let mut bytes = bytes.take(LONGEST_LINE + 1);
        bytes.position(|byte| byte == b'\n')
    };
    let to_start = near(&mut before.bytes().rev()).unwrap_or(before.len());
    let to_end = near(&mut after.bytes()).unwrap_or(after.len());
    let start = offset - to_start;
    let line = text.get(start..offset + to_end)?;
    let line = line.trim_end_matches('\r');
    (line.len() <= LONGEST_LINE).then_some((start, line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{bundle, compile};

    /// The protocol's first error, drawn with the text of `shown`.
    fn first(protocol: &str, shown: &str) -> String {
        let diagnostics = compile(&bundle(protocol, &[])).diagnostics;
        let errors: Vec<Diagnostic> = diagnostics
            .into_iter()
            .filter(|it| it.severity == Severity::Error)
            .take(1)
            .collect();
        render(&errors, &bundle(shown, &[]))
    }

    #[test]
    fn only_the_first_line_of_a_span_is_drawn() {
        let protocol = "agent:\r\n  model: a/b\r\n  tools:\r\n    a: b\r\n    c: d\r\n";
        insta::assert_snapshot!(first(protocol, protocol), @"
        error[OCT0201]: `tools` must be a list of tool names, not a map
         --> protocol.yaml:4:5
          |
        4 |     a: b
          |     ^^^^
        ");
    }

    #[test]
    fn a_line_that_nobody_wrote_is_not_drawn() {
        let protocol = format!("agent: {{ tools: [{}], model: [] }}", " ".repeat(600));
        insta::assert_snapshot!(first(&protocol, &protocol), @"
        error[OCT0201]: `model` must be a model as `provider/model-id`, or the name of an input, not a list
        --> protocol.yaml:1:628
        ");
    }

    #[test]
    fn another_text_than_the_compiled_one_is_no_panic() {
        insta::assert_snapshot!(first("agent: { model: a/b, tools: 1 }", "äöü"), @"
        error[OCT0201]: `tools` must be a list of tool names, not a number
        --> protocol.yaml:1:29
        ");
    }
}
