//! What differs between the vendor's models, as data
//! (<https://platform.openai.com/docs/guides/reasoning>, <https://platform.openai.com/docs/models>).

use crate::dialect::effort::{Efforts, efforts};

/// The first generations can be asked to think little, not to stop.
const FROM_LOW: Efforts = efforts("low", ["low", "medium", "high", "high"]);
const FROM_MINIMAL: Efforts = efforts("minimal", ["low", "medium", "high", "high"]);
const TO_HIGH: Efforts = efforts("none", ["low", "medium", "high", "high"]);
const TO_XHIGH: Efforts = efforts("none", ["low", "medium", "high", "xhigh"]);
const TO_MAX: Efforts = efforts("none", ["low", "medium", "high", "max"]);
const CODEX_MAX: Efforts = efforts("low", ["low", "medium", "high", "xhigh"]);
const FROM_MEDIUM: Efforts = efforts("medium", ["medium", "medium", "high", "xhigh"]);
const ONLY_MEDIUM: Efforts = efforts("medium", ["medium"; 4]);
const ONLY_HIGH: Efforts = efforts("high", ["high"; 4]);

/// Generations of GPT by the first version of each and what its name holds; the first that fits counts.
/// None where the model does not reason: such a model refuses every setting of reasoning, and one that
/// reasons refuses a temperature.
const GENERATIONS: &[((u32, u32), &str, Option<Efforts>)] = &[
    ((5, 1), "-chat", Some(ONLY_MEDIUM)),
    ((5, 0), "-chat", None),
    ((5, 2), "-codex", Some(CODEX_MAX)),
    ((5, 6), "", Some(TO_MAX)),
    ((5, 2), "-pro", Some(FROM_MEDIUM)),
    ((5, 0), "-pro", Some(ONLY_HIGH)),
    ((5, 2), "", Some(TO_XHIGH)),
    ((5, 1), "-codex-max", Some(CODEX_MAX)),
    ((5, 0), "-codex", Some(FROM_LOW)),
    ((5, 1), "", Some(TO_HIGH)),
    ((5, 0), "", Some(FROM_MINIMAL)),
    ((0, 0), "", None),
];

/// How hard the model can be asked to reason; none where it cannot, or where nobody knows it: compatible
/// endpoints serve models of all kinds.
pub(in crate::dialect) fn efforts_of(model: &str) -> Option<Efforts> {
    // A model that was tuned is named `ft:<model>:<organisation>:…`.
    let model = model.strip_prefix("ft:").unwrap_or(model);
    if let Some(name) = model.strip_prefix("gpt-") {
        let version = version(name)?;
        let mut known = GENERATIONS.iter();
        let known = known.find(|(since, mark, _)| *since <= version && name.contains(mark));
        return known.and_then(|(_, _, efforts)| *efforts);
    }
    let is_o_series = model
        .strip_prefix('o')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    (is_o_series || model.starts_with("codex-")).then_some(FROM_LOW)
}

/// Whether the vendor keeps the prefixes of the model's requests for a day where it is asked to
/// (<https://platform.openai.com/docs/guides/prompt-caching>).
pub(in crate::dialect) fn keeps_for_a_day(model: &str) -> bool {
    let Some(name) = model.strip_prefix("gpt-") else {
        return false;
    };
    let small = ["-mini", "-nano"].iter().any(|mark| name.contains(mark));
    version(name).is_some_and(|version| version >= (5, 0) || version == (4, 1)) && !small
}

/// The version in `5.1-codex`, `5-mini-2025-08-07`, `4o`, `4.1`.
fn version(name: &str) -> Option<(u32, u32)> {
    let (major, rest) = number(name)?;
    let minor = rest.strip_prefix('.').and_then(number);
    Some((major, minor.map_or(0, |(minor, _)| minor)))
}

fn number(text: &str) -> Option<(u32, &str)> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, rest) = text.split_at(digits);
    Some((number.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(models: &[&str], expected: Option<Efforts>) {
        for model in models {
            assert_eq!(efforts_of(model), expected, "{model}");
        }
    }

    #[test]
    fn a_model_is_placed_by_its_name() {
        check(
            &[
                "gpt-4o",
                "gpt-4.1-mini",
                "gpt-3.5-turbo",
                "gpt-oss-120b",
                "other",
            ],
            None,
        );
        check(
            &[
                "gpt-5-chat-latest",
                "chatgpt-4o-latest",
                "ft:gpt-4o:acme::1",
                "omni",
                "",
            ],
            None,
        );
        check(
            &["o1", "o3-mini-2025-01-31", "o4-mini", "codex-mini-latest"],
            Some(FROM_LOW),
        );
        check(&["gpt-5", "gpt-5-mini-2025-08-07"], Some(FROM_MINIMAL));
        check(&["gpt-5-codex", "gpt-5.1-codex"], Some(FROM_LOW));
        check(&["gpt-5.1"], Some(TO_HIGH));
        check(&["gpt-5.1-codex-max", "gpt-5.3-codex"], Some(CODEX_MAX));
        check(&["gpt-5.2-2025-12-11", "gpt-5.4-nano"], Some(TO_XHIGH));
        check(&["gpt-5.6-sol", "gpt-6"], Some(TO_MAX));
        check(
            &["gpt-5.1-chat-latest", "gpt-5.2-chat-latest"],
            Some(ONLY_MEDIUM),
        );
        check(&["gpt-5-pro-2025-10-06"], Some(ONLY_HIGH));
        check(&["gpt-5.2-pro", "gpt-5.5-pro"], Some(FROM_MEDIUM));
    }
}
