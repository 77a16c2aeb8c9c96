//! The `files` of a message come from a value whose type holds no files.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problems;
use crate::program::{Place, Type};
use crate::scope::Scope;
use crate::table::Text;

pub(crate) const RULE: Rule = Rule::error("OCT0513");

pub(crate) fn check(problems: &mut Problems, scope: &Scope<'_>, place: &Place, name: Text<'_>) {
    let Some(ty) = scope.type_of(place) else {
        return;
    };
    if !holds_files(ty) {
        let message = format!(
            "{} is of type `{ty}`, which holds no files",
            Quoted(name.value)
        );
        let help = "`files` takes values of the type `file` or `file[]`";
        problems.push(RULE.at(name.region, message).help(help));
    }
}

/// A file, a list of files, or what may be one of them.
fn holds_files(ty: &Type) -> bool {
    let item = if let Type::List(item) = ty { item } else { ty };
    matches!(item, Type::File | Type::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::check;

    #[track_caller]
    fn check_files(files: &str, expected: &[&str]) {
        let protocol = format!(
            "input: {{ A: {{ type: file }}, B: {{ type: string }} }}\n\
             resources: {{ C: {{ type: \"file[]\" }}, D: {{ type: number }} }}\n\
             variables: {{ E: {{ type: unknown }}, F: {{ type: boolean }} }}\n\
             triggers: {{ go: {{ input: {{ G: {{ type: \"file[]\" }}, H: {{ type: \"file[][]\" }} }} }} }}\n\
             handlers: {{ go: {{ A: {{ block: add-message, role: user, uiContent: E, files: {files} }} }} }}"
        );
        check(&RULE, &protocol, &[], expected);
    }

    #[test]
    fn files_in_every_place() {
        check_files("[A, C, E, G]", &[]);
    }

    #[test]
    fn other_values_in_every_place() {
        check_files(
            "[B, D, F, H]",
            &[
                "protocol.yaml:5:78 `B` is of type `string`, which holds no files",
                "protocol.yaml:5:81 `D` is of type `number`, which holds no files",
                "protocol.yaml:5:84 `F` is of type `boolean`, which holds no files",
                "protocol.yaml:5:87 `H` is of type `file[][]`, which holds no files",
            ],
        );
    }
}
