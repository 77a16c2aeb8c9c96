//! The neutral request → a Messages body.

use bytes::Bytes;
use domain::{ModelRequest, Outcome, Part, Thinking as Level, ToolChoice, ToolDef, Turn, TurnRole};
use serde_json::Value;

use super::VENDOR;
use super::models::{self, Facts, ThinkingForm};
use super::wire::{
    Block, BlockBody, CacheControl, Message, OutputConfig, Request, Role, Thinking, Tool,
    ToolChoice as WireToolChoice,
};
use crate::dialect::tools::{self, CallIds, IdForm};
use crate::dialect::{EncodeError, opaque};

/// The least budget of thinking, and what an answer must have beside it (the vendor's own bound).
const MIN_BUDGET: u32 = 1_024;

/// In bytes, of a tool's name.
const LONGEST_NAME: usize = 128;

pub(super) fn body(request: &ModelRequest) -> Result<Bytes, EncodeError> {
    let facts = models::facts_of(&request.model.model);
    let mut messages =
        Transcript::new(facts.thinking != ThinkingForm::None).messages(&request.turns);
    let last = messages.last_mut().ok_or(EncodeError::Empty)?;
    mark(last.content.last_mut());
    let mut tools = request
        .tools
        .iter()
        .map(tool)
        .collect::<Result<Vec<_>, _>>()?;
    let system = request
        .system
        .as_deref()
        .filter(|text| !text.trim().is_empty());
    if let (None, Some(tool)) = (system, tools.last_mut()) {
        // Tools come first in the vendor's prefix, so the mark on the system prompt covers them, too.
        tool.cache_control = Some(CacheControl {});
    }
    let effort = Effort::of(request, facts, step_may_think(&messages));
    let body = Request {
        model: &request.model.model,
        max_tokens: effort.max_tokens,
        stream: true,
        system: system.map(|text| {
            let mut block = block(BlockBody::Text { text });
            mark(Some(&mut block));
            [block]
        }),
        messages,
        tool_choice: match request.tool_choice {
            ToolChoice::None if !tools.is_empty() => Some(WireToolChoice::None),
            ToolChoice::None | ToolChoice::Auto => None,
        },
        tools,
        temperature: temperature(request, facts, effort.thinks()),
        thinking: effort.thinking,
        output_config: effort.output_config,
    };
    let body = serde_json::to_vec(&body).map_err(|_| EncodeError::Json)?;
    Ok(Bytes::from(body))
}

/// The vendor's range ends at 1, the neutral one at 2; it takes none together with thinking.
fn temperature(request: &ModelRequest, facts: Facts, thinks: bool) -> Option<f64> {
    let taken = facts.sampling && !thinks;
    request
        .temperature
        .filter(|_| taken)
        .map(|temperature| temperature.clamp(0.0, 1.0))
}

/// How much the model may think and say.
struct Effort {
    max_tokens: u32,
    thinking: Option<Thinking>,
    output_config: Option<OutputConfig>,
}

impl Effort {
    fn thinks(&self) -> bool {
        matches!(
            self.thinking,
            Some(Thinking::Adaptive { .. } | Thinking::Enabled { .. })
        )
    }

    fn of(request: &ModelRequest, facts: Facts, may_think: bool) -> Self {
        let wanted = request
            .max_output_tokens
            .unwrap_or(facts.default_output)
            .max(1);
        let mut effort = Self {
            max_tokens: wanted,
            thinking: None,
            output_config: None,
        };
        match (request.thinking, facts.thinking) {
            // Nothing is thought unasked by a model with a budget.
            (None, _) | (_, ThinkingForm::None) | (Some(Level::Off), ThinkingForm::Budget) => {}
            // Newer models adapt by themselves where they are told nothing.
            (Some(Level::Off), ThinkingForm::Adaptive) => {
                effort.thinking = Some(Thinking::Disabled);
            }
            (Some(level), ThinkingForm::Adaptive) => {
                // Without `summarized` the newer models keep the text of their thoughts to themselves.
                effort.thinking = Some(Thinking::Adaptive {
                    display: "summarized",
                });
                effort.output_config = Some(OutputConfig {
                    effort: models::effort(level),
                });
            }
            (Some(_), ThinkingForm::Budget) if !may_think => {}
            (Some(level), ThinkingForm::Budget) => {
                // The vendor counts thinking as output, our limit is on what is said.
                let most = facts.max_output.max(wanted.saturating_add(MIN_BUDGET));
                let budget = models::budget(level).min(most - wanted.min(most / 4));
                effort.max_tokens = wanted.saturating_add(budget).min(most);
                effort.thinking = Some(Thinking::Enabled {
                    budget_tokens: budget,
                });
            }
        }
        effort
    }
}

/// A model that thinks by budget must have begun the step that is under way with a thought
/// (<https://platform.claude.com/docs/en/build-with-claude/extended-thinking>, "with tool use"). A step
/// that another model began has none, and goes on without thinking.
fn step_may_think(messages: &[Message<'_>]) -> bool {
    let is_result = |block: &Block<'_>| matches!(block.body, BlockBody::ToolResult { .. });
    let opens = |message: &Message<'_>| {
        message.role == Role::User && !message.content.iter().any(is_result)
    };
    let start = messages.iter().rposition(opens).unwrap_or(0);
    let step = messages
        .iter()
        .skip(start)
        .find(|message| message.role == Role::Assistant);
    step.is_none_or(|step| {
        let first = step.content.first().map(|block| &block.body);
        matches!(
            first,
            Some(BlockBody::Thinking { .. } | BlockBody::RedactedThinking { .. })
        )
    })
}

fn tool(tool: &ToolDef) -> Result<Tool<'_>, EncodeError> {
    tools::check_name(tool, VENDOR, LONGEST_NAME)?;
    Ok(Tool {
        name: &tool.name,
        description: &tool.description,
        input_schema: &tool.input_schema,
        cache_control: None,
    })
}

fn block(body: BlockBody<'_>) -> Block<'_> {
    Block {
        body,
        cache_control: None,
    }
}

/// The last block of a request is a user's, so never one of thinking, which cannot be marked.
fn mark(block: Option<&mut Block<'_>>) {
    if let Some(block) = block {
        block.cache_control = Some(CacheControl {});
    }
}

/// Turns → messages.
struct Transcript<'a> {
    with_thoughts: bool,
    ids: CallIds<'a>,
}

impl<'a> Transcript<'a> {
    fn new(with_thoughts: bool) -> Self {
        Self {
            with_thoughts,
            // No length of an id is documented.
            ids: CallIds::new(VENDOR, IdForm::Any),
        }
    }

    /// A turn that nothing is left of is left out, and its neighbours become one.
    fn messages(mut self, turns: &'a [Turn]) -> Vec<Message<'a>> {
        let mut messages: Vec<Message<'a>> = Vec::with_capacity(turns.len());
        for turn in turns {
            let role = match turn.role {
                TurnRole::User => Role::User,
                TurnRole::Assistant => Role::Assistant,
            };
            let blocks = turn.parts.iter().filter_map(|part| self.part(part));
            let content: Vec<_> = blocks.map(block).collect();
            match messages.last_mut() {
                _ if content.is_empty() => {}
                Some(last) if last.role == role => last.content.extend(content),
                Some(_) | None => messages.push(Message { role, content }),
            }
        }
        messages
    }

    fn part(&mut self, part: &'a Part) -> Option<BlockBody<'a>> {
        match part {
            // Text without anything to read is refused.
            Part::Text(text) if text.trim().is_empty() => None,
            Part::Text(text) => Some(BlockBody::Text { text }),
            Part::Reasoning { .. } if !self.with_thoughts => None,
            Part::Reasoning { text, opaque } => thought(text, opaque.as_deref()),
            Part::Call(call) => Some(BlockBody::ToolUse {
                id: self.ids.open(call),
                name: &call.name,
                input: &call.arguments,
            }),
            Part::Result { call, outcome } => Some(BlockBody::ToolResult {
                tool_use_id: self.ids.of(call),
                content: tools::content(outcome),
                is_error: matches!(**outcome, Outcome::Error(_)),
            }),
        }
    }
}

/// Reasoning that Anthropic gave; any other has no place in its transcript.
fn thought<'a>(text: &'a str, opaque: Option<&'a Value>) -> Option<BlockBody<'a>> {
    if let Some(signature) = opaque::read(opaque, VENDOR, "signature") {
        return Some(BlockBody::Thinking {
            thinking: text,
            signature,
        });
    }
    opaque::read(opaque, VENDOR, "redacted").map(|data| BlockBody::RedactedThinking { data })
}
