//! A temperature is between 0 and 2.

use super::Rule;
use crate::problems::Problems;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0403");

/// The temperature, if it is one.
pub(crate) fn check(problems: &mut Problems, value: f64, region: Region) -> Option<f64> {
    let fits = (0.0..=2.0).contains(&value);
    if !fits {
        let message = format!("the temperature {value} is not between 0 and 2");
        problems.push(RULE.at(region, message));
    }
    fits.then_some(value)
}
