//! `display`, `title` and `description`, as tools, workers and blocks have them.

use std::sync::Arc;

use domain::Display;

use crate::problems::Problems;
use crate::rules::title_missing;
use crate::table::Table;

const DISPLAYS: &[(&str, Display)] = &[
    ("hidden", Display::Hidden),
    ("name", Display::Name),
    ("description", Display::Description),
    ("title", Display::Title),
    ("stream", Display::Stream),
];

/// How much a client sees, and under what words: the title where that is shown, else the description.
pub(crate) fn read(
    problems: &mut Problems,
    table: &Table<'_>,
    absent: Display,
) -> (Display, Option<Arc<str>>) {
    let display = table.choice("display", DISPLAYS).unwrap_or(absent);
    let title = table.string("title");
    if display == Display::Title
        && table.entry("title").is_none()
        && let Some(written) = table.get("display")
    {
        problems.push(title_missing::report(written.region));
    }
    let label = match display {
        Display::Title => title,
        Display::Hidden | Display::Name | Display::Description | Display::Stream => {
            table.string("description")
        }
    };
    (display, label)
}
