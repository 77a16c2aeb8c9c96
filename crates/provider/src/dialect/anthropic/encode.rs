//! The neutral request → a Messages body.

use bytes::Bytes;
use domain::{CacheMode, ModelRequest, Speed, Thinking as Level, ToolChoice, ToolDef};

use super::VENDOR;
use super::models::{self, Facts, Off, ThinkingForm};
use super::transcript::Transcript;
use super::wire::{
    Block, BlockBody, CacheControl, Format, Message, OutputConfig, Request, Role, Thinking, Tool,
    ToolChoice as WireToolChoice,
};
use crate::dialect::{EncodeError, Model, schema, tools};

/// The least budget of thinking, and what an answer must have beside it (the vendor's own bound).
const MIN_BUDGET: u32 = 1_024;

/// In bytes, of a tool's name.
const LONGEST_NAME: usize = 128;

pub(super) fn body(request: &ModelRequest, model: Model<'_>) -> Result<Bytes, EncodeError> {
    let facts = models::facts_of(model.family).within(model.max_output);
    let mark = mark_of(request.cache);
    let transcript = Transcript::new(facts.thinking != ThinkingForm::None);
    let mut messages = transcript.messages(&request.turns)?;
    if messages.is_empty() {
        return Err(EncodeError::Empty);
    }
    mark_ends(&mut messages, mark);
    let tools = request.tools.iter().map(tool);
    let mut tools = tools.collect::<Result<Vec<_>, _>>()?;
    let format = request.response_format.as_ref();
    let in_words = format.filter(|_| !facts.formats);
    let system = schema::system_in_words(request.system.as_deref(), in_words);
    if let (None, Some(tool)) = (&system, tools.last_mut()) {
        // Tools come first in the vendor's prefix, so the mark on the system prompt covers them, too.
        tool.cache_control = mark;
    }
    let mut effort = Effort::of(request, facts, step_may_think(&messages));
    if let Some(format) = format.filter(|_| facts.formats) {
        let config = effort.output_config.get_or_insert_default();
        config.format = Some(Format {
            schema: schema::closed_and_unbounded(&format.schema),
        });
    }
    let body = Request {
        model: &request.model.model,
        max_tokens: effort.max_tokens,
        stream: true,
        system: system.map(|text| {
            [Block {
                body: BlockBody::Text { text },
                cache_control: mark,
            }]
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
        speed: (request.speed == Speed::Fast).then_some("fast"),
    };
    let body = serde_json::to_vec(&body).map_err(|_| EncodeError::Json)?;
    Ok(Bytes::from(body))
}

/// Marks where this request ends and where the one before it did, which is what the vendor has kept. From a
/// mark it looks back over twenty blocks for a prefix that it knows, fewer than a step of many calls adds
/// (<https://platform.claude.com/docs/en/build-with-claude/prompt-caching>). Both are a user's blocks, so never
/// one of thinking, which cannot be marked.
fn mark_ends(messages: &mut [Message<'_>], mark: Option<CacheControl>) {
    let ends = messages.iter_mut().rev();
    let ends = ends.filter(|message| message.role == Role::User).take(2);
    for block in ends.filter_map(|message| message.content.last_mut()) {
        block.cache_control = mark;
    }
}

/// How long the vendor shall keep the prefix of a request.
fn mark_of(cache: CacheMode) -> Option<CacheControl> {
    match cache {
        CacheMode::Auto => Some(CacheControl { ttl: None }),
        CacheMode::Extended => Some(CacheControl { ttl: Some("1h") }),
        CacheMode::Off => None,
    }
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
            (Some(Level::Off), ThinkingForm::Adaptive) => effort.turn_off(facts.off),
            (Some(level), ThinkingForm::Adaptive) => {
                // Without `summarized` the newer models keep the text of their thoughts to themselves.
                effort.thinking = Some(Thinking::Adaptive {
                    display: "summarized",
                });
                effort.output_config = Some(OutputConfig {
                    effort: Some(models::effort(level)),
                    format: None,
                });
            }
            (Some(_), ThinkingForm::Budget) if !may_think => {}
            (Some(level), ThinkingForm::Budget) => {
                // The vendor counts thinking as output, our limit is on what is said.
                let most = facts.max_output.max(wanted);
                let budget = models::budget(level).min(most - wanted.min(most / 4));
                if budget < MIN_BUDGET {
                    return effort;
                }
                effort.max_tokens = wanted.saturating_add(budget).min(most);
                effort.thinking = Some(Thinking::Enabled {
                    budget_tokens: budget,
                });
            }
        }
        effort
    }
}

impl Effort {
    fn turn_off(&mut self, off: Off) {
        match off {
            Off::Unasked => {}
            Off::Disabled => self.thinking = Some(Thinking::Disabled),
            Off::BetweenTools => self.thinking = Some(Thinking::BetweenTools),
            Off::Least => {
                self.output_config = Some(OutputConfig {
                    effort: Some(models::effort(Level::Off)),
                    format: None,
                });
            }
        }
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
        input_schema: schema::of_tool(&tool.input_schema),
        cache_control: None,
    })
}
