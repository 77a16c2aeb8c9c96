//! The rules of the language, one file each: what is wrong, its code, and the words for it.
//!
//! To add a rule: write `<rule>.rs` with a code that no other has, add it to the list below, and put
//! a bundle that breaks it into `tests/corpus/`.

pub(crate) mod condition_literal;
pub(crate) mod condition_not_mapped;
pub(crate) mod condition_variable;
pub(crate) mod container_type;
pub(crate) mod default_value;
pub(crate) mod duplicate_file;
pub(crate) mod duplicate_key;
pub(crate) mod empty_handler;
pub(crate) mod enum_values;
pub(crate) mod handler_without_trigger;
pub(crate) mod include_cycle;
pub(crate) mod include_limit;
pub(crate) mod label_not_mapped;
pub(crate) mod malformed_condition;
pub(crate) mod max_steps;
pub(crate) mod max_steps_unused;
pub(crate) mod merge_key;
pub(crate) mod missing_key;
pub(crate) mod model_format;
pub(crate) mod no_triggers;
pub(crate) mod not_a_file;
pub(crate) mod not_supported_yet;
pub(crate) mod prompt_name;
pub(crate) mod readonly_resource;
pub(crate) mod reference_file;
pub(crate) mod reserved_name;
pub(crate) mod resource_without_type;
pub(crate) mod resources_deprecated;
pub(crate) mod slug;
pub(crate) mod system_missing;
pub(crate) mod temperature_range;
pub(crate) mod thread_name;
pub(crate) mod title_missing;
pub(crate) mod too_many_problems;
pub(crate) mod tool_arguments;
pub(crate) mod tool_name;
pub(crate) mod trigger_name;
pub(crate) mod trigger_without_handler;
pub(crate) mod unbalanced_if;
pub(crate) mod undeclared_setting;
pub(crate) mod unknown_block;
pub(crate) mod unknown_directive;
pub(crate) mod unknown_key;
pub(crate) mod unknown_output;
pub(crate) mod unknown_prompt;
pub(crate) mod unknown_resource;
pub(crate) mod unknown_source;
pub(crate) mod unknown_thread;
pub(crate) mod unknown_tool;
pub(crate) mod unknown_type;
pub(crate) mod unknown_value;
pub(crate) mod unresolved_argument;
pub(crate) mod variable_name;
pub(crate) mod wrong_shape;
pub(crate) mod yaml_feature;
pub(crate) mod yaml_limit;
pub(crate) mod yaml_syntax;

#[cfg(test)]
mod testing;

use crate::diagnostic::Severity;
use crate::problems::Problem;
use crate::region::Region;

/// What all problems of a rule share.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) code: &'static str,
    pub(crate) severity: Severity,
}

impl Rule {
    const fn error(code: &'static str) -> Self {
        Self {
            code,
            severity: Severity::Error,
        }
    }

    const fn warning(code: &'static str) -> Self {
        Self {
            code,
            severity: Severity::Warning,
        }
    }

    /// The rule is broken at `region`.
    fn at(&'static self, region: Region, message: impl Into<String>) -> Problem {
        Problem {
            rule: self,
            region,
            message: message.into(),
            label: None,
            help: None,
            first: None,
        }
    }
}
