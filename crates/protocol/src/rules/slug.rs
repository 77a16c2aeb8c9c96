//! The slug of an agent is part of URLs: small letters, digits and dashes.

use super::Rule;
use crate::names::{Quoted, is_kebab};
use crate::problems::Problems;
use crate::region::{File, Region};
use crate::sources::Sources;

pub(crate) const RULE: Rule = Rule::error("OCT0701");

pub(crate) fn check(problems: &mut Problems, sources: Sources<'_>) {
    let slug = &sources.bundle.settings.slug;
    if !is_kebab(slug) {
        let message = format!("the slug {} is not lower-case-with-dashes", Quoted(slug));
        let region = place(sources, slug);
        problems.push(
            RULE.at(region, message)
                .help("use small letters, digits and `-`"),
        );
    }
}

/// Where the slug stands; the whole file where its text is not there.
fn place(sources: Sources<'_>, slug: &str) -> Region {
    let (key, written) = ("\"slug\"", format!("\"{slug}\""));
    let text = sources.text(File::Settings);
    let after = text.find(key).map_or(0, |at| at + key.len());
    let value = text.get(after..).and_then(|rest| rest.find(&written));
    match value.map(|at| after + at) {
        Some(at) => Region::new(File::Settings, at, at + written.len()),
        None => Region::whole(File::Settings),
    }
}
