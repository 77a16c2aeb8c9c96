//! A union has two variants or more: object types, each with a value of its own in the discriminator.

use std::sync::Arc;

use serde_json::Value;

use super::Rule;
use crate::names::Quoted;
use crate::problems::{Problem, Problems};
use crate::program::{Form, NamedType};
use crate::region::Region;
use crate::table::Text;

pub(crate) const RULE: Rule = Rule::error("OCT0315");

pub(crate) fn too_few(region: Region) -> Problem {
    RULE.at(region, "a union needs two variants at least")
        .help("add another type, or use the only one directly")
}

/// The value by which the variant is told from the others.
pub(crate) fn constant(
    problems: &mut Problems,
    variant: &NamedType,
    discriminator: &str,
    text: Text<'_>,
) -> Option<Value> {
    let Form::Object(properties) = &variant.form else {
        not_an_object(problems, text);
        return None;
    };
    let property = properties.iter().find(|it| *it.name == *discriminator);
    let constant = property.and_then(|it| it.constant.clone());
    if constant.is_none() {
        let message = format!(
            "the variant {} has no constant {}",
            Quoted(text.value),
            Quoted(discriminator)
        );
        let help = format!("give it the property `{discriminator}` with a `const`");
        problems.push(RULE.at(text.region, message).help(help));
    }
    constant
}

pub(crate) fn not_an_object(problems: &mut Problems, text: Text<'_>) {
    let message = format!("{} is no object type", Quoted(text.value));
    let help = "the variants of a union are objects; wrap it in one";
    problems.push(RULE.at(text.region, message).help(help));
}

pub(crate) fn unique(
    problems: &mut Problems,
    before: &[(Value, Arc<NamedType>)],
    constant: &Value,
    text: Text<'_>,
) {
    if let Some((_, other)) = before.iter().find(|(value, _)| value == constant) {
        let message = format!(
            "the variants {} and {} have the same discriminator, {constant}",
            Quoted(&other.name),
            Quoted(text.value)
        );
        let help = "give each variant a `const` of its own";
        problems.push(RULE.at(text.region, message).help(help));
    }
}
