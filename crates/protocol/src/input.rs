//! Checks what a client gives against what the protocol declares.

use std::fmt;

use domain::JsonMap;
use serde_json::Value;

use crate::names::{Quoted, one_of};
use crate::program::Field;
use crate::types;

/// Everything that is wrong with an input, each as a sentence that names the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputErrors {
    pub problems: Vec<String>,
}

impl fmt::Display for InputErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problems.join("; "))
    }
}

impl std::error::Error for InputErrors {}

/// The declared values, with defaults for those that are absent. Others are dropped.
///
/// An optional value without a default stays absent; `null` is as good as absent for it.
///
/// # Errors
///
/// Lists every required value that is absent, every value of another type than declared, and every
/// text that is not among the allowed ones.
pub fn check(fields: &[Field], mut given: JsonMap) -> Result<JsonMap, InputErrors> {
    let mut checked = JsonMap::new();
    let mut problems = Vec::new();
    for field in fields {
        let given = given.remove(&*field.name);
        match value(field, given) {
            Ok(Some(value)) => {
                checked.insert(field.name.to_string(), value);
            }
            Ok(None) => {}
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() {
        Ok(checked)
    } else {
        Err(InputErrors { problems })
    }
}

fn value(field: &Field, given: Option<Value>) -> Result<Option<Value>, String> {
    let name = Quoted(&field.name);
    let Some(value) = given.filter(|value| !(value.is_null() && may_be_absent(field))) else {
        return match &field.default {
            Some(default) => Ok(Some(default.clone())),
            None if field.optional => Ok(None),
            None => Err(format!("input {name} is required")),
        };
    };
    if !types::admits(&field.ty, &value) {
        return Err(format!("input {name} must be of type `{}`", field.ty));
    }
    if let Value::String(text) = &value
        && !field.allowed.is_empty()
        && !field.allowed.iter().any(|allowed| **allowed == **text)
    {
        let allowed: Vec<&str> = field.allowed.iter().map(|value| &**value).collect();
        return Err(format!("input {name} must be {}", one_of(&allowed)));
    }
    Ok(Some(value))
}

fn may_be_absent(field: &Field) -> bool {
    field.optional || field.default.is_some()
}

#[cfg(test)]
mod tests;
