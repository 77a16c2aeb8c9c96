//! What differs between the vendor's models, as data
//! (<https://platform.claude.com/docs/en/about-claude/models/overview>,
//! <https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking>).

use domain::Thinking;

/// How a model is asked to think.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ThinkingForm {
    /// It cannot.
    None,
    /// `thinking.type: enabled` with a budget of tokens.
    Budget,
    /// `thinking.type: adaptive` with an effort; a budget is refused from 4.7 on.
    Adaptive,
}

/// How a model that adapts its thinking is asked for none, as the vendor's migration guides say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::dialect) enum Off {
    /// It does not think where it is told nothing.
    Unasked,
    /// `thinking.type: disabled`.
    Disabled,
    /// `thinking.type: between_tools`: short notes between two calls, and no other thought.
    BetweenTools,
    /// It always thinks, and refuses to be asked not to; a low effort keeps it short.
    Least,
}

/// A generation of models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) thinking: ThinkingForm,
    pub(super) off: Off,
    /// Whether a temperature is taken at all.
    pub(super) sampling: bool,
    /// In tokens: the most that one answer may have, its thinking included.
    pub(super) max_output: u32,
    /// In tokens, where the agent asks for no number.
    pub(super) default_output: u32,
    /// Whether it holds to the form of an answer by itself.
    pub(super) formats: bool,
}

/// Generations by the first version of each, newest last. Where models of one generation differ, the
/// smaller number stands (Opus 4 and 4.1 give 32,000, Sonnet 4 gives 64,000).
const GENERATIONS: &[((u32, u32), Facts)] = &[
    ((0, 0), facts(ThinkingForm::None, true, 4_096, 4_096)),
    ((3, 5), facts(ThinkingForm::None, true, 8_192, 8_192)),
    ((3, 7), facts(ThinkingForm::Budget, true, 64_000, 32_000)),
    ((4, 0), facts(ThinkingForm::Budget, true, 32_000, 16_000)),
    (
        (4, 5),
        formats(facts(ThinkingForm::Budget, true, 64_000, 32_000)),
    ),
    (
        (4, 6),
        formats(facts(ThinkingForm::Adaptive, true, 128_000, 64_000)),
    ),
    (
        (4, 7),
        formats(facts(ThinkingForm::Adaptive, false, 128_000, 64_000)),
    ),
];

/// The one model without a version in its name, and the version that it behaves as.
const PREVIEW: (&str, (u32, u32)) = ("-mythos-preview", (4, 7));

/// A model of another maker behind a compatible endpoint, or one without a version in its name.
const UNKNOWN: Facts = facts(ThinkingForm::Budget, true, 16_000, 8_192);

const fn facts(
    thinking: ThinkingForm,
    sampling: bool,
    max_output: u32,
    default_output: u32,
) -> Facts {
    Facts {
        thinking,
        off: Off::Unasked,
        sampling,
        max_output,
        default_output,
        formats: false,
    }
}

/// <https://platform.claude.com/docs/en/build-with-claude/structured-outputs>
const fn formats(facts: Facts) -> Facts {
    Facts {
        formats: true,
        ..facts
    }
}

impl Facts {
    /// The facts of a model whose answers have no more than so many tokens.
    pub(super) fn within(self, max_output: Option<u32>) -> Self {
        let max_output = max_output.unwrap_or(self.max_output).max(1);
        Self {
            max_output,
            default_output: self.default_output.min(max_output),
            ..self
        }
    }
}

pub(super) fn facts_of(model: &str) -> Facts {
    let Some(version) = version(model) else {
        return UNKNOWN;
    };
    let mut known = GENERATIONS.iter().rev();
    let known = known.find(|(since, _)| *since <= version);
    let facts = known.map_or(UNKNOWN, |(_, facts)| *facts);
    Facts {
        off: off(model, version),
        ..facts
    }
}

/// <https://platform.claude.com/docs/en/models/opus-5-5/migration-guide> and its siblings.
pub(in crate::dialect) fn off_of(model: &str) -> Off {
    version(model).map_or(Off::Unasked, |version| off(model, version))
}

fn off(model: &str, version: (u32, u32)) -> Off {
    let is_of = |line: &str| model.contains(line);
    match version {
        _ if is_of("mythos") || is_of("fable") => Off::Least,
        (..=4, _) => Off::Unasked,
        (5, 0) => Off::Disabled,
        (5, _) if is_of("sonnet") => Off::BetweenTools,
        (5, _) if is_of("haiku") => Off::Disabled,
        // Of a model that is to come nobody knows what it refuses; this is never refused.
        _ => Off::Least,
    }
}

/// The version in `claude-opus-4-7`, `claude-3-5-haiku-20241022`, `claude-sonnet-5`.
fn version(model: &str) -> Option<(u32, u32)> {
    let (_, name) = model.split_once("claude")?;
    if name.starts_with(PREVIEW.0) {
        return Some(PREVIEW.1);
    }
    let mut words = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .map(str::parse::<u32>);
    let major = words.by_ref().find_map(Result::ok)?;
    // Eight digits are the day of a snapshot.
    let minor = words
        .next()
        .and_then(Result::ok)
        .filter(|&minor| minor < 100);
    Some((major, minor.unwrap_or(0)))
}

/// In tokens, for models that think by budget.
pub(super) fn budget(thinking: Thinking) -> u32 {
    match thinking {
        Thinking::Off => 0,
        Thinking::Low => 5_000,
        Thinking::Medium => 10_000,
        Thinking::High => 20_000,
        Thinking::Max => 40_000,
    }
}

pub(super) fn effort(thinking: Thinking) -> &'static str {
    match thinking {
        Thinking::Off | Thinking::Low => "low",
        Thinking::Medium => "medium",
        Thinking::High => "high",
        Thinking::Max => "max",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(model: &str, thinking: ThinkingForm, sampling: bool, max_output: u32) {
        let facts = facts_of(model);
        assert_eq!(
            (facts.thinking, facts.sampling, facts.max_output),
            (thinking, sampling, max_output),
            "{model}"
        );
    }

    #[test]
    fn a_model_is_placed_by_its_version() {
        check("claude-3-opus-20240229", ThinkingForm::None, true, 4_096);
        check("claude-3-5-haiku-20241022", ThinkingForm::None, true, 8_192);
        check(
            "claude-3-7-sonnet-latest",
            ThinkingForm::Budget,
            true,
            64_000,
        );
        check("claude-opus-4-20250514", ThinkingForm::Budget, true, 32_000);
        check(
            "claude-opus-4-1@20250805",
            ThinkingForm::Budget,
            true,
            32_000,
        );
        check(
            "claude-haiku-4-5-20251001",
            ThinkingForm::Budget,
            true,
            64_000,
        );
        check(
            "anthropic.claude-opus-4-6-v1",
            ThinkingForm::Adaptive,
            true,
            128_000,
        );
        check("claude-opus-4-8", ThinkingForm::Adaptive, false, 128_000);
        check("claude-sonnet-5", ThinkingForm::Adaptive, false, 128_000);
        check("claude-haiku-5-5", ThinkingForm::Adaptive, false, 128_000);
        check("some-other-model", ThinkingForm::Budget, true, 16_000);
        check(
            "claude-mythos-preview",
            ThinkingForm::Adaptive,
            false,
            128_000,
        );
        check("claude-next", ThinkingForm::Budget, true, 16_000);
    }

    #[test]
    fn no_model_is_asked_for_what_it_refuses() {
        for (model, expected) in [
            ("claude-sonnet-4-5", Off::Unasked),
            ("claude-opus-4-8", Off::Unasked),
            ("claude-opus-5", Off::Disabled),
            ("claude-sonnet-5-20260601", Off::Disabled),
            ("claude-haiku-5-5", Off::Disabled),
            ("claude-sonnet-5-5", Off::BetweenTools),
            ("claude-opus-5-5", Off::Least),
            ("claude-fable-5", Off::Least),
            ("claude-mythos-preview", Off::Least),
            ("claude-opus-7", Off::Least),
        ] {
            assert_eq!(facts_of(model).off, expected, "{model}");
        }
    }

    #[test]
    fn the_default_leaves_room_within_the_most() {
        for (since, facts) in GENERATIONS {
            assert!(facts.default_output <= facts.max_output, "{since:?}");
        }
    }
}
