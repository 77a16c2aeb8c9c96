//! How each vendor is asked to think.

use domain::Thinking;

use super::gateway::{self, Least};
use super::wire::{Asked, Reasoning, Switch, Template};
use crate::dialect::effort::{Efforts, efforts};
use crate::dialect::openai::models;

/// The way in which a vendor takes a level of thinking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `reasoning_effort`, to OpenAI's own models.
    OpenAi,
    /// `reasoning_effort`, by the generation of Grok.
    XAi,
    /// `reasoning_effort`, to whatever model.
    Effort,
    /// `reasoning.max_tokens`, which OpenRouter translates for every vendor behind it.
    Budget,
    /// `reasoning.effort`, likewise with Vercel.
    Unified,
    /// `reasoning_effort`, and thoughts apart from the text where a model mixes them.
    Groq,
    /// `reasoning_effort`, which knows two words.
    Mistral,
    /// A switch beside an effort.
    DeepSeek,
    /// A switch, or an effort for the models that have one.
    Together,
    /// Arguments of the model's own chat template, which ignores what it does not know: most templates call
    /// the switch `enable_thinking`, those of DeepSeek and Granite `thinking`.
    Template,
}

const OPEN: Efforts = efforts("none", ["low", "medium", "high", "high"]);
const GPT_OSS: Efforts = efforts("low", ["low", "medium", "high", "high"]);
const UNIFIED: Efforts = efforts("none", ["low", "medium", "high", "xhigh"]);
const DEEPSEEK: Efforts = efforts("high", ["high", "high", "high", "max"]);
const MISTRAL: Efforts = efforts("none", ["high"; 4]);
const QWEN: Efforts = efforts("none", ["default"; 4]);
/// The one generation that can be asked to stop.
const GROK_4_3: Efforts = efforts("none", ["low", "medium", "high", "high"]);
const GROK: Efforts = efforts("low", ["low", "medium", "high", "high"]);
const GROK_FROM_4_6: Efforts = efforts("low", ["low", "medium", "high", "xhigh"]);
const GROK_MINI: Efforts = efforts("low", ["low", "low", "high", "high"]);

impl Form {
    /// What to ask of the model for that level.
    pub(super) fn ask(self, model: &str, level: Thinking) -> Asked {
        let on = level != Thinking::Off;
        let effort = |words: Option<Efforts>| Asked {
            reasoning_effort: words.map(|words| words.word(level)),
            ..Asked::default()
        };
        match self {
            Self::OpenAi => effort(models::efforts_of(model)),
            Self::XAi => effort(grok(model)),
            Self::Effort if model.contains("gpt-oss") => effort(Some(GPT_OSS)),
            Self::Effort => effort(Some(OPEN)),
            Self::Groq if model.contains("qwen") => Asked {
                reasoning_format: on.then_some("parsed"),
                ..effort(Some(QWEN))
            },
            Self::Groq => effort(model.contains("gpt-oss").then_some(GPT_OSS)),
            Self::Mistral => {
                let hybrid = ["mistral-small", "mistral-medium"];
                let hybrid = hybrid.iter().any(|name| model.starts_with(name));
                effort(hybrid.then_some(MISTRAL))
            }
            Self::DeepSeek => Asked {
                thinking: Some(Switch::of(on)),
                ..effort(on.then_some(DEEPSEEK))
            },
            Self::Together if model.contains("gpt-oss") => effort(Some(GPT_OSS)),
            Self::Together => reasoning(Reasoning {
                enabled: Some(on),
                ..Reasoning::default()
            }),
            Self::Budget | Self::Unified if !on => least(gateway::least(model)),
            Self::Budget => least(budget(level).map_or(Least::Unasked, Least::Tokens)),
            Self::Unified => least(Least::Effort(UNIFIED.word(level))),
            Self::Template => Asked {
                chat_template_kwargs: Some(Template {
                    enable_thinking: on,
                    thinking: on,
                    // The one family that thinks whatever its template is told.
                    reasoning_effort: match model.contains("gpt-oss") {
                        true => Some(GPT_OSS.word(level)),
                        false => on.then(|| OPEN.word(level)),
                    },
                }),
                ..Asked::default()
            },
        }
    }

    /// Whether the model refuses a temperature because it thinks.
    pub(super) fn refuses_temperature(self, model: &str) -> bool {
        self == Self::OpenAi && models::efforts_of(model).is_some()
    }
}

fn reasoning(reasoning: Reasoning) -> Asked {
    Asked {
        reasoning: Some(reasoning),
        ..Asked::default()
    }
}

fn least(least: Least) -> Asked {
    match least {
        Least::Unasked => Asked::default(),
        Least::Effort(word) => reasoning(Reasoning {
            effort: Some(word),
            ..Reasoning::default()
        }),
        Least::Tokens(tokens) => reasoning(Reasoning {
            max_tokens: Some(tokens),
            ..Reasoning::default()
        }),
    }
}

/// In tokens, of thinking alone.
fn budget(level: Thinking) -> Option<u32> {
    match level {
        Thinking::Off => None,
        Thinking::Low => Some(5_000),
        Thinking::Medium => Some(10_000),
        Thinking::High => Some(20_000),
        Thinking::Max => Some(40_000),
    }
}

/// The efforts of a Grok; none where it refuses to be asked: the first of the fourth generation think as
/// much as they want, and the others not at all (<https://docs.x.ai/docs/guides/reasoning>).
pub(super) fn grok(model: &str) -> Option<Efforts> {
    let name = model.strip_prefix("grok-")?;
    if name.starts_with("3-mini") {
        return Some(GROK_MINI);
    }
    let version = name.split('-').next()?;
    let (major, minor) = version.split_once('.')?;
    let version = (major.parse::<u32>().ok()?, minor.parse::<u32>().ok()?);
    match version {
        // 4.20 came between 4.1 and 4.3, and has its reasoning in its name.
        (4, 1 | 20) => None,
        (4, 3) => Some(GROK_4_3),
        (4, 0..=5) => Some(GROK),
        (4.., _) => Some(GROK_FROM_4_6),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[track_caller]
    fn check(form: Form, model: &str, level: Thinking, expected: &Value) {
        let asked = serde_json::to_value(form.ask(model, level)).unwrap();
        assert_eq!(asked, *expected, "{form:?} {model} {level:?}");
    }

    #[test]
    fn each_vendor_is_asked_in_its_own_words() {
        use Thinking::{High, Low, Max, Medium, Off};
        let effort = |word: &str| json!({ "reasoning_effort": word });
        check(Form::OpenAi, "gpt-5.1", High, &effort("high"));
        check(Form::OpenAi, "gpt-5.1", Off, &effort("none"));
        check(Form::OpenAi, "llama-3.3-70b", High, &json!({}));
        check(Form::XAi, "grok-4.6", Max, &effort("xhigh"));
        check(Form::XAi, "grok-4.5", Max, &effort("high"));
        check(Form::XAi, "grok-3-mini-fast", Medium, &effort("low"));
        check(Form::XAi, "grok-4-0709", Max, &json!({}));
        check(Form::XAi, "grok-4.20-reasoning", Max, &json!({}));
        check(Form::Effort, "qwen3:8b", Off, &effort("none"));
        check(Form::Groq, "openai/gpt-oss-120b", Off, &effort("low"));
        check(Form::Groq, "llama-3.3-70b-versatile", Low, &json!({}));
        let qwen = json!({ "reasoning_effort": "default", "reasoning_format": "parsed" });
        check(Form::Groq, "qwen/qwen3-32b", Low, &qwen);
        check(Form::Mistral, "mistral-small-latest", Low, &effort("high"));
        check(Form::Mistral, "magistral-medium-latest", Low, &json!({}));
        let enabled = json!({ "thinking": { "type": "enabled" }, "reasoning_effort": "max" });
        check(Form::DeepSeek, "deepseek-chat", Max, &enabled);
        let disabled = json!({ "thinking": { "type": "disabled" } });
        check(Form::DeepSeek, "deepseek-chat", Off, &disabled);
        let on = json!({ "reasoning": { "enabled": true } });
        check(Form::Together, "zai-org/GLM-4.6", Low, &on);
        let tokens = json!({ "reasoning": { "max_tokens": 20_000 } });
        check(Form::Budget, "anthropic/claude-sonnet-4.5", High, &tokens);
        let none = json!({ "reasoning": { "effort": "none" } });
        check(Form::Budget, "anthropic/claude-sonnet-4.5", Off, &none);
        check(Form::Unified, "anthropic/claude-sonnet-4.5", Off, &none);
        let off =
            json!({ "chat_template_kwargs": { "enable_thinking": false, "thinking": false } });
        check(Form::Template, "qwen3", Off, &off);
        let low = json!({ "chat_template_kwargs": {
            "enable_thinking": false, "thinking": false, "reasoning_effort": "low",
        } });
        check(Form::Template, "openai/gpt-oss-20b", Off, &low);
        check(Form::Effort, "gpt-oss:20b", Off, &effort("low"));
        check(Form::XAi, "grok-4.3", Off, &effort("none"));
        check(Form::XAi, "grok-4.5", Off, &effort("low"));
        let low = json!({ "reasoning": { "effort": "low" } });
        check(Form::Budget, "anthropic/claude-opus-5.5", Off, &low);
        check(Form::Unified, "anthropic/claude-opus-5.5", Off, &low);
        let tokens = json!({ "reasoning": { "max_tokens": 128 } });
        check(Form::Budget, "google/gemini-2.5-pro", Off, &tokens);
    }
}
