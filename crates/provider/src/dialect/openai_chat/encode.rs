//! The neutral request → a body.

use std::borrow::Cow;

use bytes::Bytes;
use domain::{ModelRequest, Thinking, ToolChoice, ToolDef};

use super::quirks::{Limit, Quirks};
use super::transcript;
use super::wire::{Asked, Function, Message, Request, StreamOptions, Tool};
use crate::dialect::{EncodeError, tools};

/// In bytes, of a tool's name.
const LONGEST_NAME: usize = 64;

pub(super) fn body(quirks: &Quirks, request: &ModelRequest) -> Result<Bytes, EncodeError> {
    let model = &*request.model.model;
    let thinks = request.thinking.is_some_and(|level| level != Thinking::Off);
    let turns = transcript::messages(quirks, &request.turns, thinks);
    if turns.is_empty() {
        return Err(EncodeError::Empty);
    }
    let system = request.system.as_deref();
    let system = system.filter(|text| !text.trim().is_empty());
    let system = system.map(|content| Message::System { content });
    let tools = request.tools.iter().map(|it| tool(quirks, it));
    let tools = tools.collect::<Result<Vec<_>, _>>()?;
    let asked = request
        .thinking
        .map_or_else(Asked::default, |level| quirks.thinking.ask(model, level));
    let limit = request.max_output_tokens.map(|most| {
        // Thinking counts as output, and our limit is on what is said.
        let budget = asked.reasoning.as_ref().and_then(|it| it.max_tokens);
        most.max(1).saturating_add(budget.unwrap_or(0))
    });
    let body = Request {
        model,
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
            .filter(|_| !quirks.thinking.refuses_temperature(model))
            .map(|temperature| temperature.clamp(0.0, quirks.hottest)),
        max_tokens: limit.filter(|_| quirks.limit == Limit::MaxTokens),
        max_completion_tokens: limit.filter(|_| quirks.limit == Limit::MaxCompletionTokens),
        asked,
    };
    let body = serde_json::to_vec(&body).map_err(|_| EncodeError::Json)?;
    Ok(Bytes::from(body))
}

fn tool<'a>(quirks: &Quirks, tool: &'a ToolDef) -> Result<Tool<'a>, EncodeError> {
    tools::check_name(tool, quirks.vendor, LONGEST_NAME)?;
    Ok(Tool {
        function: Function {
            name: &tool.name,
            description: &tool.description,
            parameters: tools::with_properties(Cow::Borrowed(&tool.input_schema)),
        },
    })
}
