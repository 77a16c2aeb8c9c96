//! The slug of an agent is part of URLs: small letters, digits and dashes.

use domain::Bundle;

use super::Rule;
use crate::names::{Quoted, is_kebab};
use crate::problems::Problems;
use crate::region::{File, Region};

pub(crate) const RULE: Rule = Rule::error("OCT0701");

pub(crate) fn check(problems: &mut Problems, bundle: &Bundle) {
    let slug = &bundle.settings.slug;
    if !is_kebab(slug) {
        let message = format!("the slug {} is not lower-case-with-dashes", Quoted(slug));
        let region = Region::whole(File::Settings);
        problems.push(
            RULE.at(region, message)
                .help("use small letters, digits and `-`"),
        );
    }
}
