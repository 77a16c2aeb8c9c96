//! What differs between the vendor's models, as data (<https://ai.google.dev/gemini-api/docs/thinking>).

use domain::Thinking;

/// How a model is asked to think.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::dialect) enum ThinkingForm {
    /// It cannot, or nobody knows; such a model refuses to be asked.
    None,
    /// `thinkingBudget`, in tokens, within these bounds.
    Budget { least: u32, most: u32 },
    /// `thinkingLevel`; the word for the least that it thinks.
    Level { least: &'static str },
}

/// In tokens: the most that one answer may have, its thinking included.
pub(super) const MAX_OUTPUT: u32 = 65_536;

/// Generations by the first version of each and what the name holds; the first that fits counts.
const GENERATIONS: &[((u32, u32), &str, ThinkingForm)] = &[
    ((3, 0), "flash", ThinkingForm::Level { least: "minimal" }),
    ((3, 0), "", ThinkingForm::Level { least: "low" }),
    ((2, 5), "image", ThinkingForm::None),
    (
        (2, 5),
        "flash",
        ThinkingForm::Budget {
            least: 0,
            most: 24_576,
        },
    ),
    (
        (2, 5),
        "",
        ThinkingForm::Budget {
            least: 128,
            most: 32_768,
        },
    ),
    ((0, 0), "", ThinkingForm::None),
];

pub(in crate::dialect) fn thinking_of(model: &str) -> ThinkingForm {
    let Some(version) = version(model) else {
        return ThinkingForm::None;
    };
    let mut known = GENERATIONS.iter();
    let known = known.find(|(since, mark, _)| *since <= version && model.contains(mark));
    known.map_or(ThinkingForm::None, |(_, _, form)| *form)
}

/// Whether the model refuses a call of the turn under way that has no signature.
pub(super) fn signs_calls(model: &str) -> bool {
    version(model).is_some_and(|version| version >= (3, 0))
}

/// Whether the model takes the form of an answer beside tools.
pub(super) fn formats_beside_tools(model: &str) -> bool {
    signs_calls(model)
}

/// The version in `gemini-2.5-flash`, `gemini-3-pro-preview`; `gemini-flash-latest` is of the newest.
fn version(model: &str) -> Option<(u32, u32)> {
    let name = model.strip_prefix("gemini-")?;
    if name.ends_with("-latest") && !name.starts_with(|c: char| c.is_ascii_digit()) {
        return Some((3, 0));
    }
    let version = name.split('-').next()?;
    let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// In tokens.
pub(super) fn budget(level: Thinking) -> u32 {
    match level {
        Thinking::Off => 0,
        Thinking::Low => 1_024,
        Thinking::Medium => 8_192,
        Thinking::High => 24_576,
        Thinking::Max => 65_536,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_placed_by_its_version() {
        let flash = ThinkingForm::Level { least: "minimal" };
        let pro = ThinkingForm::Level { least: "low" };
        for (model, form) in [
            ("gemini-3.5-flash", flash),
            ("gemini-3-flash-preview", flash),
            ("gemini-flash-latest", flash),
            ("gemini-3-pro-preview", pro),
            (
                "gemini-2.5-flash-lite",
                ThinkingForm::Budget {
                    least: 0,
                    most: 24_576,
                },
            ),
            (
                "gemini-2.5-pro",
                ThinkingForm::Budget {
                    least: 128,
                    most: 32_768,
                },
            ),
            ("gemini-2.5-flash-image", ThinkingForm::None),
            ("gemini-2.0-flash", ThinkingForm::None),
            ("gemma-3-27b-it", ThinkingForm::None),
        ] {
            assert_eq!(thinking_of(model), form, "{model}");
        }
        assert!(signs_calls("gemini-3-pro-preview") && !signs_calls("gemini-2.5-pro"));
    }
}
