//! A constant is not of the type of its property, so that no value could ever fit.

use super::Rule;
use crate::problems::Problems;
use crate::program::Type;
use crate::types;
use crate::yaml::Node;

pub(crate) const RULE: Rule = Rule::error("OCT0317");

pub(crate) fn check(problems: &mut Problems, node: &Node, ty: &Type) {
    if !types::admits(ty, &node.to_json()) {
        let message = format!("the constant is not of type `{ty}`");
        let help = format!("write a value of type `{ty}`, or change `type`");
        problems.push(RULE.at(node.region, message).help(help));
    }
}
