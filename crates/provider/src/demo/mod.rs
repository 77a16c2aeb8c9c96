//! The built-in model `demo/*`: it needs no key, answers the same to the same, and streams like a real
//! one. It is for first steps and examples, and is never used silently in place of a real model.
//!
//! `plan` decides what to do, `matching` which tools a text asks for, `arguments` what they are called
//! with, `phrases` what a text has for that, `wording` what is said. `demo/echo` repeats the user; every other name converses.

mod arguments;
mod matching;
mod phrases;
mod plan;
mod wording;

use std::time::Duration;

use domain::{Delta, FinishReason, JsonMap, ModelRef, ModelRequest, Models, Usage};
use futures_util::{StreamExt, stream};

use crate::{DeltaStream, Provider};

/// What stands before the slash of its models.
pub(crate) const NAME: &str = "demo";

/// Between two words, as fast as a quick model.
pub(crate) const PACE: Duration = Duration::from_millis(15);

/// The demo model.
#[derive(Clone, Copy, Debug)]
pub struct Demo {
    pace: Duration,
}

/// What one answer consists of.
#[derive(Debug, Default, PartialEq)]
struct Answer {
    reasoning: Option<String>,
    text: String,
    calls: Vec<Call>,
}

#[derive(Debug, PartialEq)]
struct Call {
    name: String,
    arguments: JsonMap,
}

impl Demo {
    /// A demo model that waits so long between two words; zero is for tests.
    #[must_use]
    pub fn new(pace: Duration) -> Self {
        Self { pace }
    }

    /// Answers in place of a model that has no key, and says so where it introduces itself.
    pub(crate) fn stand_in(self, request: ModelRequest, absent: &ModelRef) -> DeltaStream {
        self.answer(&request, Some(absent))
    }

    fn answer(self, request: &ModelRequest, absent: Option<&ModelRef>) -> DeltaStream {
        let answer = plan::plan(request, absent);
        let deltas = deltas(answer, input_tokens(request));
        let paced = stream::iter(deltas).then(move |delta| async move {
            if !self.pace.is_zero() {
                tokio::time::sleep(self.pace).await;
            }
            Ok(delta)
        });
        paced.boxed()
    }
}

impl Default for Demo {
    fn default() -> Self {
        Self::new(PACE)
    }
}

impl Models for Demo {}

impl Provider for Demo {
    fn stream(&self, request: ModelRequest) -> DeltaStream {
        self.answer(&request, None)
    }
}

fn deltas(answer: Answer, input_tokens: u64) -> Vec<Delta> {
    let mut deltas = Vec::new();
    let mut reasoning_tokens = 0;
    if let Some(reasoning) = &answer.reasoning {
        deltas.extend(words(reasoning).map(Delta::Reasoning));
        deltas.push(Delta::ReasoningEnd { opaque: None });
        reasoning_tokens = tokens(reasoning);
    }
    deltas.extend(words(&answer.text).map(Delta::Text));
    let mut output_tokens = reasoning_tokens + tokens(&answer.text);
    let finish = match answer.calls.as_slice() {
        [] => FinishReason::Stop,
        [_, ..] => FinishReason::ToolCalls,
    };
    for (slot, call) in (0..).zip(answer.calls) {
        let arguments = serde_json::Value::Object(call.arguments).to_string();
        output_tokens += tokens(&arguments);
        deltas.push(Delta::ToolStart {
            slot,
            name: call.name,
            opaque: None,
        });
        deltas.extend(pieces(&arguments).map(|fragment| Delta::ToolArguments { slot, fragment }));
        deltas.push(Delta::ToolEnd { slot });
    }
    deltas.push(Delta::Usage(Usage {
        input_tokens,
        output_tokens,
        reasoning_output_tokens: reasoning_tokens,
        ..Usage::default()
    }));
    deltas.push(Delta::Finish(finish));
    deltas
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split_inclusive(' ').map(str::to_owned)
}

/// Arguments come in pieces that respect neither words nor JSON, as those of real models.
fn pieces(text: &str) -> impl Iterator<Item = String> {
    let chars: Vec<char> = text.chars().collect();
    let pieces: Vec<String> = chars
        .chunks(10)
        .map(|piece| piece.iter().collect())
        .collect();
    pieces.into_iter()
}

/// A rough count, as good as any for a model without a tokenizer: four bytes each.
fn tokens(text: &str) -> u64 {
    u64::try_from(text.len().div_ceil(4)).unwrap_or(u64::MAX)
}

fn input_tokens(request: &ModelRequest) -> u64 {
    let system = request.system.as_deref().map_or(0, tokens);
    let tools = request
        .tools
        .iter()
        .map(|tool| tokens(&tool.description) + 20);
    let parts = request.turns.iter().flat_map(|turn| &turn.parts);
    let parts = parts.map(|part| match part {
        domain::Part::Text(text) | domain::Part::Reasoning { text, .. } => tokens(text),
        domain::Part::Call(_) | domain::Part::Result { .. } | domain::Part::Media(_) => 20,
    });
    system + tools.sum::<u64>() + parts.sum::<u64>()
}

#[cfg(test)]
mod tests;
