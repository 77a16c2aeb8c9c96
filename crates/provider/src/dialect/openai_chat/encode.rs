//! The neutral request → a body.

use std::borrow::Cow;

use bytes::Bytes;
use domain::{
    CacheMode, ModelRequest, ResponseFormat as Format, Speed, Thinking, ToolChoice, ToolDef,
};
use serde_json::json;

use super::quirks::{CacheForm, FormatForm, Limit, Quirks, SpeedForm};
use super::transcript;
use super::wire::{
    Asked, CacheControl, Function, JsonSchema, Kept, Message, Request, ResponseFormat,
    StreamOptions, Tool,
};
use crate::dialect::openai::encode::format_name;
use crate::dialect::openai::{cache, models};
use crate::dialect::{EncodeError, Model, schema, tools};

/// In bytes, of a tool's name.
const LONGEST_NAME: usize = 64;

pub(super) fn body(
    quirks: &Quirks,
    request: &ModelRequest,
    model: Model<'_>,
) -> Result<Bytes, EncodeError> {
    let family = model.family;
    let thinks = request.thinking.is_some_and(|level| level != Thinking::Off);
    let turns = transcript::messages(quirks, &request.turns, thinks)?;
    if turns.is_empty() {
        return Err(EncodeError::Empty);
    }
    let format = request.response_format.as_ref();
    let in_words = format.filter(|_| quirks.format != FormatForm::Schema);
    let system = schema::system_in_words(request.system.as_deref(), in_words);
    let system = system.map(|content| Message::System { content });
    let tools = request.tools.iter().map(|it| tool(quirks, it));
    let tools = tools.collect::<Result<Vec<_>, _>>()?;
    let asked = request
        .thinking
        .map_or_else(Asked::default, |level| quirks.thinking.ask(family, level));
    let limit = request.max_output_tokens.map(|most| {
        // Thinking counts as output, and our limit is on what is said.
        let budget = asked.reasoning.as_ref().and_then(|it| it.max_tokens);
        let with_thoughts = most.max(1).saturating_add(budget.unwrap_or(0));
        with_thoughts.min(model.max_output.unwrap_or(u32::MAX))
    });
    let (name, fast) = (&*request.model.model, request.speed == Speed::Fast);
    let body = Request {
        model: match quirks.speed {
            SpeedForm::Variant if fast => Cow::Owned(format!("{name}-fast")),
            SpeedForm::Variant | SpeedForm::Passed | SpeedForm::Unasked => Cow::Borrowed(name),
        },
        messages: system.into_iter().chain(turns).collect(),
        stream: true,
        stream_options: quirks.asks_for_usage.then_some(StreamOptions {
            include_usage: true,
        }),
        tool_choice: match request.tool_choice {
            ToolChoice::None if !tools.is_empty() => Some("none"),
            ToolChoice::None | ToolChoice::Auto => None,
        },
        tools,
        temperature: request
            .temperature
            .filter(|_| !quirks.thinking.refuses_temperature(family))
            .map(|temperature| temperature.clamp(0.0, quirks.hottest)),
        max_tokens: limit.filter(|_| quirks.limit == Limit::MaxTokens),
        max_completion_tokens: limit.filter(|_| quirks.limit == Limit::MaxCompletionTokens),
        asked,
        response_format: format.and_then(|format| response_format(quirks, format)),
        kept: kept(quirks, request, family),
    };
    let body = serde_json::to_vec(&body).map_err(|_| EncodeError::Json)?;
    Ok(Bytes::from(body))
}

fn response_format<'a>(quirks: &Quirks, format: &'a Format) -> Option<ResponseFormat<'a>> {
    match quirks.format {
        FormatForm::Words => None,
        FormatForm::AnyJson => Some(ResponseFormat::JsonObject),
        FormatForm::Schema => {
            let schema = schema::closed(&format.schema);
            Some(ResponseFormat::JsonSchema {
                json_schema: JsonSchema {
                    name: format_name(&format.name),
                    // What is optional stays so; the strict mode has no such thing.
                    strict: schema::is_strict(&schema),
                    schema,
                },
            })
        }
    }
}

/// Gateways pass on what Anthropic's models want to be asked for; the others do it by themselves.
fn kept(quirks: &Quirks, request: &ModelRequest, family: &str) -> Kept {
    let of_anthropic = family.starts_with("anthropic/");
    let mut kept = Kept::default();
    match (quirks.cache, request.cache) {
        (CacheForm::OpenAi, cache) => {
            kept.prompt_cache_key = cache::key(request);
            kept.prompt_cache_retention =
                (cache == CacheMode::Extended && models::keeps_for_a_day(family)).then_some("24h");
        }
        (CacheForm::OpenRouter, CacheMode::Auto) if of_anthropic => {
            kept.cache_control = Some(CacheControl { ttl: None });
        }
        (CacheForm::OpenRouter, CacheMode::Extended) if of_anthropic => {
            kept.cache_control = Some(CacheControl { ttl: Some("1h") });
        }
        (CacheForm::Vercel, cache) if of_anthropic => {
            let mut options = json!({});
            if cache != CacheMode::Off {
                options["gateway"] = json!({ "caching": "auto" });
            }
            if request.speed == Speed::Fast && quirks.speed == SpeedForm::Passed {
                options["anthropic"] = json!({ "speed": "fast" });
            }
            kept.provider_options = (options != json!({})).then_some(options);
        }
        (
            CacheForm::Unasked | CacheForm::OpenRouter | CacheForm::Vercel,
            CacheMode::Auto | CacheMode::Extended | CacheMode::Off,
        ) => {}
    }
    kept
}

fn tool<'a>(quirks: &Quirks, tool: &'a ToolDef) -> Result<Tool<'a>, EncodeError> {
    tools::check_name(tool, quirks.vendor, LONGEST_NAME)?;
    Ok(Tool {
        function: Function {
            name: &tool.name,
            description: &tool.description,
            parameters: schema::of_tool(&tool.input_schema),
        },
    })
}
