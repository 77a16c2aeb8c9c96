//! Draws diagnostics for a terminal.

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use domain::Bundle;

use crate::diagnostic::{Diagnostic, Severity};
use crate::region::File;

/// A longer line is not drawn: nobody wrote it by hand.
const LONGEST_LINE: usize = 500;

/// All diagnostics, as rustc draws its own, without colours.
#[must_use]
pub fn render(diagnostics: &[Diagnostic], bundle: &Bundle) -> String {
    let renderer = Renderer::plain();
    let drawn: Vec<String> = diagnostics
        .iter()
        .map(|diagnostic| {
            let text = text_of(&diagnostic.file, bundle);
            renderer.render(&[report(diagnostic, text)]) + "\n"
        })
        .collect();
    drawn.join("\n")
}

fn text_of<'b>(path: &str, bundle: &'b Bundle) -> &'b str {
    let prompts = (0..bundle.prompts.len()).map(File::Prompt);
    std::iter::once(File::Protocol)
        .chain(prompts)
        .find(|file| file.path(bundle) == path)
        .map_or("", |file| file.text(bundle))
}

fn report<'a>(diagnostic: &'a Diagnostic, text: &'a str) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level
        .primary_title(&*diagnostic.message)
        .id(diagnostic.code);
    let mut group = title.element(place(diagnostic, text));
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(&**help));
    }
    group
}

/// The first line of the span with its mark; only the file where there is nothing to show.
fn place<'a>(diagnostic: &'a Diagnostic, text: &'a str) -> Element<'a> {
    let span = diagnostic.span;
    let start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[span.start..]
        .find('\n')
        .map_or(text.len(), |at| span.start + at);
    let line = text[start..end].trim_end_matches('\r');
    let whole_file = span.start == 0 && span.end == 0;
    if whole_file || line.len() > LONGEST_LINE {
        let origin = Origin::path(&*diagnostic.file);
        return if whole_file {
            origin.into()
        } else {
            origin
                .line(span.from.line)
                .char_column(span.from.column)
                .into()
        };
    }
    let mark = span.start - start..span.end.min(end) - start;
    let mark = AnnotationKind::Primary
        .span(mark)
        .label(diagnostic.label.as_deref());
    Snippet::source(line)
        .line_start(span.from.line)
        .path(&*diagnostic.file)
        .annotation(mark)
        .into()
}
