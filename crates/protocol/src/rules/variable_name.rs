//! Inputs, variables, resources and prompt labels are `UPPER_SNAKE`.

use super::Rule;
use crate::names::{Quoted, is_upper_snake};
use crate::problems::Problems;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0301");

pub(crate) fn check(problems: &mut Problems, name: &str, region: Region) {
    if is_upper_snake(name) {
        return;
    }
    let problem = RULE.at(
        region,
        format!("{} is not written in UPPER_SNAKE", Quoted(name)),
    );
    let upper = upper_snake(name);
    problems.push(if is_upper_snake(&upper) {
        problem.help(format!("call it {}", Quoted(&upper)))
    } else {
        problem.help("use capital letters, digits and `_`, a letter first")
    });
}

/// The name as its author may have meant it: `userName` and `user-name` are `USER_NAME`.
fn upper_snake(name: &str) -> String {
    let mut upper = String::new();
    let mut after_lower = false;
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && after_lower {
            upper.push('_');
        }
        after_lower = letter.is_ascii_lowercase();
        match letter {
            '-' | '.' | ' ' => upper.push('_'),
            _ => upper.push(letter.to_ascii_uppercase()),
        }
    }
    upper
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cure_is_the_same_name_in_capitals() {
        assert_eq!(upper_snake("userName"), "USER_NAME");
        assert_eq!(upper_snake("user-name"), "USER_NAME");
        assert_eq!(upper_snake("Company.name"), "COMPANY_NAME");
        assert_eq!(upper_snake("URLPath2"), "URLPATH2");
    }
}
