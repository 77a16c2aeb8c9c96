//! The models behind a gateway, by their makers' names: what a gateway does not translate for each.

use crate::dialect::anthropic::models::{self as claude, Off};
use crate::dialect::google::models::{self as gemini, ThinkingForm};
use crate::dialect::openai::models as gpt;
use domain::Thinking;

use super::thinking::grok;

/// How a model is asked to think as little as it can.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Least {
    /// It does not think unasked, or refuses every word on it.
    Unasked,
    /// By this effort.
    Effort(&'static str),
    /// By a budget of so many tokens.
    Tokens(u32),
}

/// What the names of models hold that always think; they refuse `none` with "Reasoning is mandatory".
const ALWAYS: [&str; 7] = [
    "-r1",
    "gpt-oss",
    "kimi-k2-thinking",
    "magistral",
    "minimax-m",
    "qwq",
    "step-3",
];

/// Of the model of that name, such as `anthropic/claude-opus-5.5`.
pub(super) fn least(model: &str) -> Least {
    let (maker, name) = model.split_once('/').unwrap_or(("", model));
    let effort = |word: Option<&'static str>| word.map_or(Least::Unasked, Least::Effort);
    match maker {
        // The vendor's own words have dashes.
        "anthropic" => match claude::off_of(&name.replace('.', "-")) {
            Off::Unasked | Off::Disabled | Off::BetweenTools => Least::Effort("none"),
            Off::Least => Least::Effort("low"),
        },
        "openai" if !name.contains("gpt-oss") => {
            effort(gpt::efforts_of(name).map(|words| words.word(Thinking::Off)))
        }
        "google" => match gemini::thinking_of(name) {
            ThinkingForm::None => Least::Unasked,
            ThinkingForm::Budget { least: 0, .. } => Least::Effort("none"),
            ThinkingForm::Budget { least, .. } => Least::Tokens(least),
            ThinkingForm::Level { least } => Least::Effort(least),
        },
        "x-ai" | "xai" => effort(grok(name).map(|words| words.word(Thinking::Off))),
        _ if ALWAYS.iter().any(|mark| name.contains(mark)) => Least::Effort("low"),
        _ => Least::Effort("none"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_model_is_asked_for_what_it_refuses() {
        for (model, expected) in [
            ("anthropic/claude-sonnet-4.5", Least::Effort("none")),
            ("anthropic/claude-opus-5.5", Least::Effort("low")),
            ("openai/gpt-5.1", Least::Effort("none")),
            ("openai/gpt-5", Least::Effort("minimal")),
            ("openai/o3", Least::Effort("low")),
            ("openai/gpt-4.1", Least::Unasked),
            ("openai/gpt-oss-120b", Least::Effort("low")),
            ("google/gemini-2.5-pro", Least::Tokens(128)),
            ("google/gemini-2.5-flash", Least::Effort("none")),
            ("google/gemini-3-flash-preview", Least::Effort("minimal")),
            ("x-ai/grok-4.5", Least::Effort("low")),
            ("xai/grok-4.3", Least::Effort("none")),
            ("x-ai/grok-4-fast", Least::Unasked),
            ("deepseek/deepseek-r1-0528", Least::Effort("low")),
            ("qwen/qwen3-32b", Least::Effort("none")),
        ] {
            assert_eq!(least(model), expected, "{model}");
        }
    }
}
