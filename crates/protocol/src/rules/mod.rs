//! The rules of the language, one file each: what is wrong, its code, and the words for it.
//!
//! To add a rule: write `<rule>.rs` with a code that no other has, add it to the list below, put a bundle
//! that breaks it and one that nearly does into `tests/corpus/rules/`, name it in
//! `tests/language_rules.rs`, and have its page written as `tests/error_pages.rs` says.

pub(crate) mod array_items;
pub(crate) mod aspect_ratio;
pub(crate) mod condition_literal;
pub(crate) mod condition_not_mapped;
pub(crate) mod condition_variable;
pub(crate) mod constant_value;
pub(crate) mod container_type;
pub(crate) mod default_value;
pub(crate) mod duplicate_file;
pub(crate) mod duplicate_key;
pub(crate) mod empty_handler;
pub(crate) mod encoding;
pub(crate) mod enum_values;
pub(crate) mod handler_without_trigger;
pub(crate) mod image_size;
pub(crate) mod include_cycle;
pub(crate) mod include_limit;
pub(crate) mod label_not_mapped;
pub(crate) mod malformed_condition;
pub(crate) mod mapping_unused;
pub(crate) mod max_steps_unused;
pub(crate) mod mcp_namespace;
pub(crate) mod merge_key;
pub(crate) mod missing_key;
pub(crate) mod missing_worker;
pub(crate) mod model_format;
pub(crate) mod never_offered;
pub(crate) mod never_set;
pub(crate) mod no_triggers;
pub(crate) mod not_a_file;
pub(crate) mod not_built_yet;
pub(crate) mod on_demand_source;
pub(crate) mod out_of_range;
pub(crate) mod output_type;
pub(crate) mod prompt_name;
pub(crate) mod property_name;
pub(crate) mod provider_options;
pub(crate) mod provider_options_dynamic;
pub(crate) mod provider_tool;
pub(crate) mod readonly_resource;
pub(crate) mod recent_window;
pub(crate) mod reference_description;
pub(crate) mod reference_name;
pub(crate) mod remote_only;
pub(crate) mod reserved_name;
pub(crate) mod resource_without_type;
pub(crate) mod resources_deprecated;
pub(crate) mod response_type;
pub(crate) mod settings_json;
pub(crate) mod slug;
pub(crate) mod speed_unsupported;
pub(crate) mod summarizer_idle;
pub(crate) mod system_missing;
pub(crate) mod thread_name;
pub(crate) mod threshold_without_worker;
pub(crate) mod title_missing;
pub(crate) mod too_many_problems;
pub(crate) mod tool_arguments;
pub(crate) mod tool_name;
pub(crate) mod trigger_name;
pub(crate) mod trigger_without_handler;
pub(crate) mod type_cycle;
pub(crate) mod type_limit;
pub(crate) mod type_name;
pub(crate) mod unbalanced_if;
pub(crate) mod undeclared_setting;
pub(crate) mod union_variants;
pub(crate) mod unknown_block;
pub(crate) mod unknown_directive;
pub(crate) mod unknown_key;
pub(crate) mod unknown_mcp_server;
pub(crate) mod unknown_output;
pub(crate) mod unknown_prompt;
pub(crate) mod unknown_reference;
pub(crate) mod unknown_resource;
pub(crate) mod unknown_skill;
pub(crate) mod unknown_source;
pub(crate) mod unknown_thread;
pub(crate) mod unknown_tool;
pub(crate) mod unknown_type;
pub(crate) mod unknown_value;
pub(crate) mod unknown_worker;
pub(crate) mod unresolved_argument;
pub(crate) mod unstarted_thread;
pub(crate) mod unused_prompt;
pub(crate) mod unused_reference;
pub(crate) mod unused_value;
pub(crate) mod variable_name;
pub(crate) mod video_unseen;
pub(crate) mod worker_arguments;
pub(crate) mod worker_name;
pub(crate) mod worker_tool;
pub(crate) mod wrong_format;
pub(crate) mod wrong_shape;
pub(crate) mod yaml_feature;
pub(crate) mod yaml_limit;
pub(crate) mod yaml_syntax;

mod unknown;

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
            meant: None,
            first: None,
        }
    }
}
