//! The neutral request → a Responses body.

use std::borrow::Cow;

use bytes::Bytes;
use domain::{CacheMode, ModelRequest, Thinking, ToolChoice, ToolDef};

use super::wire::{Format, Reasoning, Request, TextConfig, Tool};
use super::{VENDOR, cache, models, transcript};
use crate::dialect::{EncodeError, Model, schema, tools};

/// The least limit that the vendor takes, in tokens.
const MIN_OUTPUT: u32 = 16;

/// Without a store at the vendor, reasoning comes back in this form or not at all. Models that do not
/// reason refuse to be asked for it.
const INCLUDE: &[&str] = &["reasoning.encrypted_content"];

/// In bytes, of a tool's name.
const LONGEST_NAME: usize = 128;

pub(super) fn body(request: &ModelRequest, model: Model<'_>) -> Result<Bytes, EncodeError> {
    let efforts = models::efforts_of(model.family);
    let input = transcript::items(&request.turns, efforts.is_some())?;
    if input.is_empty() {
        return Err(EncodeError::Empty);
    }
    let tools = request
        .tools
        .iter()
        .map(tool)
        .collect::<Result<Vec<_>, _>>()?;
    let instructions = request.system.as_deref();
    let body = Request {
        model: &request.model.model,
        stream: true,
        store: false,
        instructions: instructions.filter(|text| !text.trim().is_empty()),
        input,
        tool_choice: match request.tool_choice {
            ToolChoice::None if !tools.is_empty() => Some("none"),
            // The vendor's default, and calls in parallel are too.
            ToolChoice::None | ToolChoice::Auto => None,
        },
        tools,
        temperature: request.temperature.filter(|_| efforts.is_none()),
        max_output_tokens: request.max_output_tokens.map(|most| most.max(MIN_OUTPUT)),
        reasoning: efforts
            .zip(request.thinking)
            .map(|(efforts, level)| Reasoning {
                effort: efforts.word(level),
                // Without it the text of the thoughts stays with the vendor.
                summary: (level != Thinking::Off).then_some("auto"),
            }),
        include: if efforts.is_some() { INCLUDE } else { &[] },
        text: request.response_format.as_ref().map(|format| TextConfig {
            format: Format {
                name: format_name(&format.name),
                schema: schema::closed(&format.schema),
                // What is optional stays so; the strict mode has no such thing.
                strict: schema::is_strict(&schema::closed(&format.schema)),
            },
        }),
        prompt_cache_key: cache::key(request),
        prompt_cache_retention: (request.cache == CacheMode::Extended
            && models::keeps_for_a_day(model.family))
        .then_some("24h"),
    };
    let body = serde_json::to_vec(&body).map_err(|_| EncodeError::Json)?;
    Ok(Bytes::from(body))
}

/// The vendor takes 1 to 64 of the letters a-z, A-Z, digits, `_` and `-`.
pub(in crate::dialect) fn format_name(name: &str) -> Cow<'_, str> {
    let permitted = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if (1..=64).contains(&name.len()) && name.chars().all(permitted) {
        return Cow::Borrowed(name);
    }
    let replaced = name.chars().map(|c| if permitted(c) { c } else { '_' });
    let name: String = replaced.take(64).collect();
    match name.is_empty() {
        true => Cow::Borrowed("answer"),
        false => Cow::Owned(name),
    }
}

fn tool(tool: &ToolDef) -> Result<Tool<'_>, EncodeError> {
    tools::check_name(tool, VENDOR, LONGEST_NAME)?;
    Ok(Tool {
        name: &tool.name,
        description: &tool.description,
        parameters: schema::of_tool(&tool.input_schema),
        // The vendor's default is true, which refuses optional parameters.
        strict: false,
    })
}

#[cfg(test)]
mod tests {
    use domain::{Part, Turn, TurnRole};
    use serde_json::{Value, json};

    use super::*;

    fn body_for(family: &str) -> Value {
        let model = "openai/ours".parse().unwrap();
        let turns = vec![Turn {
            role: TurnRole::User,
            parts: vec![Part::Text("Hello".into())],
        }];
        let request = ModelRequest {
            tools: vec![ToolDef {
                name: "now".to_owned(),
                description: String::new(),
                input_schema: json!({ "type": "object" }),
            }],
            temperature: Some(0.5),
            thinking: Some(domain::Thinking::Max),
            max_output_tokens: Some(1),
            ..ModelRequest::new(model, turns)
        };
        serde_json::from_slice(&body(&request, Model::named(family)).unwrap()).unwrap()
    }

    #[test]
    fn a_model_that_does_not_reason_is_asked_for_none() {
        let body = body_for("gpt-4.1");
        assert_eq!(body["temperature"], 0.5);
        assert_eq!((body.get("reasoning"), body.get("include")), (None, None));
    }

    #[test]
    fn a_model_that_reasons_takes_no_temperature() {
        let body = body_for("gpt-5.2");
        assert_eq!(body.get("temperature"), None);
        assert_eq!(body["reasoning"]["effort"], "xhigh");
    }

    #[test]
    fn what_the_vendor_would_refuse_is_mended() {
        let body = body_for("gpt-5.2");
        assert_eq!(body["max_output_tokens"], MIN_OUTPUT);
        let parameters = json!({ "type": "object", "properties": {} });
        assert_eq!(body["tools"][0]["parameters"], parameters);
    }
}
