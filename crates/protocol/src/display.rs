//! `display`, `title` and `description`, as tools and blocks have them.

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
    let display = table
        .choice(problems, "display", DISPLAYS)
        .unwrap_or(absent);
    let title = table.text(problems, "title");
    let description = table.text(problems, "description");
    if display == Display::Title && title.is_none() {
        let region = table
            .get("display")
            .map_or(table.region, |node| node.region);
        problems.push(title_missing::report(region));
    }
    let label = match display {
        Display::Title => title,
        Display::Hidden | Display::Name | Display::Description | Display::Stream => description,
    };
    (display, label.map(|text| Arc::clone(text.value)))
}
