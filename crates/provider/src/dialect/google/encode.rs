//! The neutral request → a body.

use bytes::Bytes;
use domain::{ModelRequest, ResponseFormat, Thinking, ToolChoice, ToolDef};

use super::models::{self, MAX_OUTPUT, ThinkingForm};
use super::wire::{
    Function, FunctionCalling, GenerationConfig, Instruction, Request, ThinkingConfig, ToolConfig,
    Tools,
};
use super::{VENDOR, transcript};
use crate::dialect::{EncodeError, Model, schema, tools};

/// In bytes, of a tool's name.
const LONGEST_NAME: usize = 64;

pub(super) fn body(request: &ModelRequest, model: Model<'_>) -> Result<Bytes, EncodeError> {
    let signs_calls = models::signs_calls(model.family);
    let contents = transcript::contents(&request.turns, signs_calls)?;
    if contents.is_empty() {
        return Err(EncodeError::Empty);
    }
    let functions = request.tools.iter().map(function);
    let functions = functions.collect::<Result<Vec<_>, _>>()?;
    let format = request.response_format.as_ref();
    // The older generations take the form of an answer or tools, not both.
    let apart = functions.is_empty() || models::formats_beside_tools(model.family);
    let in_words = format.filter(|_| !apart);
    let system = schema::system_in_words(request.system.as_deref(), in_words);
    let body = Request {
        system_instruction: system.map(|text| Instruction {
            parts: [transcript::text(text)],
        }),
        contents,
        tool_config: match request.tool_choice {
            ToolChoice::None if !functions.is_empty() => Some(ToolConfig {
                function_calling_config: FunctionCalling { mode: "NONE" },
            }),
            ToolChoice::None | ToolChoice::Auto => None,
        },
        tools: (!functions.is_empty()).then_some([Tools {
            function_declarations: functions,
        }]),
        generation_config: generation(request, model, format.filter(|_| apart)),
    };
    let body = serde_json::to_vec(&body).map_err(|_| EncodeError::Json)?;
    Ok(Bytes::from(body))
}

fn generation(
    request: &ModelRequest,
    model: Model<'_>,
    format: Option<&ResponseFormat>,
) -> GenerationConfig {
    let form = models::thinking_of(model.family);
    let longest = model.max_output.unwrap_or(MAX_OUTPUT).min(MAX_OUTPUT);
    let thinking = request.thinking.and_then(|level| thinking(form, level));
    let budget = thinking.as_ref().and_then(|it| it.thinking_budget);
    GenerationConfig {
        temperature: request.temperature.map(|it| it.clamp(0.0, 2.0)),
        // The vendor counts thinking as output, our limit is on what is said.
        max_output_tokens: request.max_output_tokens.map(|most| {
            let with_thoughts = most.max(1).saturating_add(budget.unwrap_or(0));
            with_thoughts.min(longest)
        }),
        thinking_config: thinking,
        response_mime_type: format.map(|_| "application/json"),
        response_json_schema: format.map(|format| schema::closed(&format.schema)),
    }
}

fn thinking(form: ThinkingForm, level: Thinking) -> Option<ThinkingConfig> {
    let on = level != Thinking::Off;
    let config = ThinkingConfig {
        include_thoughts: on,
        thinking_budget: None,
        thinking_level: None,
    };
    match form {
        ThinkingForm::None => None,
        ThinkingForm::Budget { least, most } => Some(ThinkingConfig {
            thinking_budget: Some(models::budget(level).clamp(least, most)),
            ..config
        }),
        ThinkingForm::Level { least } => Some(ThinkingConfig {
            thinking_level: Some(match level {
                Thinking::Off => least,
                Thinking::Low => "low",
                Thinking::Medium | Thinking::High | Thinking::Max => "high",
            }),
            ..config
        }),
    }
}

fn function(tool: &ToolDef) -> Result<Function<'_>, EncodeError> {
    tools::check_name(tool, VENDOR, LONGEST_NAME)?;
    // The vendor's rule has one more clause than the others'.
    if tool
        .name
        .starts_with(|c: char| c.is_ascii_digit() || c == '-')
    {
        return Err(EncodeError::ToolNameStart {
            name: tool.name.clone(),
            vendor: VENDOR,
        });
    }
    Ok(Function {
        name: &tool.name,
        description: &tool.description,
        parameters_json_schema: schema::of_tool(&tool.input_schema),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(model: &str, level: Thinking, expected: &str) {
        let config = thinking(models::thinking_of(model), level);
        assert_eq!(serde_json::to_string(&config).unwrap(), expected, "{model}");
    }

    #[test]
    fn thinking_is_a_level_or_a_budget() {
        let level = |on: bool, word: &str| {
            format!(r#"{{"includeThoughts":{on},"thinkingLevel":"{word}"}}"#)
        };
        let budget = |on: bool, tokens: u32| {
            format!(r#"{{"includeThoughts":{on},"thinkingBudget":{tokens}}}"#)
        };
        check("gemini-3.5-flash", Thinking::Low, &level(true, "low"));
        check("gemini-3.5-flash", Thinking::Medium, &level(true, "high"));
        check("gemini-3.5-flash", Thinking::Off, &level(false, "minimal"));
        check("gemini-3-pro-preview", Thinking::Off, &level(false, "low"));
        check("gemini-2.5-flash", Thinking::Medium, &budget(true, 8_192));
        check("gemini-2.5-flash", Thinking::Off, &budget(false, 0));
        check("gemini-2.5-pro", Thinking::Off, &budget(false, 128));
        check("gemini-2.5-pro", Thinking::Max, &budget(true, 32_768));
        check("gemini-2.0-flash", Thinking::Max, "null");
    }
}
