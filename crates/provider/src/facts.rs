//! What is known of models: `data/models.json`, one row for each, and what the operator says of them.
//!
//! A model without a row has no facts; nothing is guessed of it, its price least of all.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use domain::{JsonMap, LongPrice, ModelFacts, ModelRef, Models, Price};
use serde::Deserialize;
use serde_json::Value;

/// Who serves the models of others under their makers' names, such as `openrouter/openai/gpt-5.2`.
const GATEWAYS: [&str; 2] = ["openrouter", "vercel"];

/// How gateways call a maker whom we call otherwise.
const MAKERS: [(&str, &str); 2] = [("xai", "x-ai"), ("mistralai", "mistral")];

static BUILT_IN: LazyLock<BTreeMap<String, ModelFacts>> = LazyLock::new(|| {
    // A test reads the same file; a broken one would be no reason not to serve.
    let rows = rows().unwrap_or_default();
    let known = rows.into_iter();
    known
        .map(|(model, facts)| (model, facts.over(ModelFacts::default())))
        .collect()
});

#[derive(Deserialize)]
struct File {
    models: Vec<JsonMap>,
}

fn rows() -> serde_json::Result<Vec<(String, KnownFacts)>> {
    let file = serde_json::from_str::<File>(include_str!("../data/models.json"))?;
    let row = |mut row: JsonMap| {
        let model = row.remove("model").unwrap_or_default();
        let model = serde_json::from_value(model)?;
        Ok((model, serde_json::from_value(Value::Object(row))?))
    };
    file.models.into_iter().map(row).collect()
}

/// Facts as a row says them; what is absent is unknown, or stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownFacts {
    /// The model that this one is like, as where it has a name of the operator's own: what the row does not
    /// say, and what differs from family to family, is as there.
    pub same_as: Option<ModelRef>,
    pub window: Option<u32>,
    pub output: Option<u32>,
    pub reads: Option<Vec<Reads>>,
    pub thinks: Option<bool>,
    pub price: Option<KnownPrice>,
}

/// What a model can be shown beside text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reads {
    Image,
    Pdf,
    Audio,
    Video,
}

/// A price as a row says it: what has no price of its own costs what plain input costs.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownPrice {
    pub input: f64,
    pub output: f64,
    pub cached_input: Option<f64>,
    pub cache_write: Option<f64>,
    pub extended_cache_write: Option<f64>,
    /// What all of it is multiplied by in fast mode; a model without it has none.
    pub fast: Option<f64>,
    pub long: Option<KnownLongPrice>,
}

/// The price of a request with more input than `above` tokens.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownLongPrice {
    pub above: u32,
    pub input: f64,
    pub output: f64,
    pub cached_input: Option<f64>,
}

impl KnownFacts {
    /// These facts, and where they say nothing those of `before`.
    fn over(&self, before: ModelFacts) -> ModelFacts {
        let reads = |kind: Reads, before: bool| {
            let said = self.reads.as_ref();
            said.map_or(before, |reads| reads.contains(&kind))
        };
        ModelFacts {
            context_window: self.window.or(before.context_window),
            max_output: self.output.or(before.max_output),
            fast_mode: self
                .price
                .map_or(before.fast_mode, |price| price.fast.is_some()),
            thinks: self.thinks.unwrap_or(before.thinks),
            reads_images: reads(Reads::Image, before.reads_images),
            reads_pdf: reads(Reads::Pdf, before.reads_pdf),
            reads_audio: reads(Reads::Audio, before.reads_audio),
            reads_video: reads(Reads::Video, before.reads_video),
            price: self.price.map(Price::from).or(before.price),
        }
    }
}

impl From<KnownPrice> for Price {
    fn from(known: KnownPrice) -> Self {
        let cache_write = known.cache_write.unwrap_or(known.input);
        Self {
            input: known.input,
            cached_input: known.cached_input.unwrap_or(known.input),
            cache_write,
            extended_cache_write: known.extended_cache_write.unwrap_or(cache_write),
            output: known.output,
            fast: known.fast.unwrap_or(1.0),
            long: known.long.map(|long| LongPrice {
                above: long.above,
                input: long.input,
                cached_input: long.cached_input.unwrap_or(long.input),
                output: long.output,
            }),
        }
    }
}

/// What this build knows of models, without an operator's word.
#[derive(Clone, Copy, Debug)]
pub struct BuiltIn;

impl Models for BuiltIn {
    fn facts(&self, model: &ModelRef) -> Option<ModelFacts> {
        facts(model)
    }
}

/// What is known of a model without the operator's word.
#[must_use]
fn facts(model: &ModelRef) -> Option<ModelFacts> {
    if GATEWAYS.contains(&&*model.provider) {
        let (maker, name) = model.model.split_once('/')?;
        let known = MAKERS.iter().find(|(theirs, _)| *theirs == maker);
        let maker = known.map_or(maker, |(_, ours)| ours);
        // Gateways write the versions of Claude with a dot.
        let dashed = name.replace('.', "-");
        let by_name = |name: &str| find(maker, name);
        let variant = || by_name(dashed.strip_suffix("-fast")?).and_then(only_fast);
        return by_name(name).or_else(|| by_name(&dashed)).or_else(variant);
    }
    find(&model.provider, &model.model)
}

/// The facts of a gateway's own variant of a model, which is fast at all times.
fn only_fast(facts: ModelFacts) -> Option<ModelFacts> {
    let price = facts.price.filter(|_| facts.fast_mode)?;
    let times = |amount: f64| amount * price.fast;
    Some(ModelFacts {
        fast_mode: false,
        price: Some(Price {
            input: times(price.input),
            cached_input: times(price.cached_input),
            cache_write: times(price.cache_write),
            extended_cache_write: times(price.extended_cache_write),
            output: times(price.output),
            fast: 1.0,
            long: price.long.map(|long| LongPrice {
                input: times(long.input),
                cached_input: times(long.cached_input),
                output: times(long.output),
                ..long
            }),
        }),
        ..facts
    })
}

/// By the name itself, or by that of the model that it is a snapshot of.
fn find(provider: &str, name: &str) -> Option<ModelFacts> {
    let by_name = |name: &str| BUILT_IN.get(&format!("{provider}/{name}")).copied();
    by_name(name).or_else(|| by_name(without_date(name)?))
}

/// The name in `claude-sonnet-4-5-20250929` and `gpt-5-2025-08-07`.
fn without_date(name: &str) -> Option<&str> {
    let dated = |digits: &[usize]| {
        let mut rest = name;
        for &count in digits {
            let (head, tail) = rest.rsplit_once('-')?;
            let fits = tail.len() == count && tail.chars().all(|c| c.is_ascii_digit());
            rest = fits.then_some(head)?;
        }
        Some(rest)
    };
    dated(&[8]).or_else(|| dated(&[2, 2, 4]))
}

/// The facts of all models, with the operator's word over ours.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    own: BTreeMap<String, KnownFacts>,
}

impl Facts {
    pub(crate) fn new(own: BTreeMap<String, KnownFacts>) -> Self {
        Self { own }
    }

    pub(crate) fn of(&self, model: &ModelRef) -> Option<ModelFacts> {
        let Some(own) = self.own.get(&model.to_string()) else {
            return facts(model);
        };
        let known = match &own.same_as {
            // Another row of the operator's may say more of that one; whom that is like is not asked.
            Some(like) => match self.own.get(&like.to_string()) {
                Some(row) => Some(row.over(facts(like).unwrap_or_default())),
                None => facts(like),
            },
            None => facts(model),
        };
        Some(own.over(known.unwrap_or_default()))
    }

    /// The name by which the rules of a dialect know the model.
    pub(crate) fn family(&self, model: &ModelRef) -> Arc<str> {
        let own = self.own.get(&model.to_string());
        let like = own.and_then(|own| own.same_as.as_ref()).unwrap_or(model);
        let through_gateway = GATEWAYS.contains(&&*model.provider);
        if through_gateway && like.provider != model.provider {
            return like.to_string().into();
        }
        Arc::clone(&like.model)
    }
}

#[cfg(test)]
mod tests {
    use domain::{CacheMode, Served, Speed, Usage};

    use super::*;

    fn of(model: &str) -> Option<ModelFacts> {
        facts(&model.parse().unwrap())
    }

    #[test]
    fn every_row_is_read_and_says_something() {
        let rows = rows().unwrap();
        assert_eq!(rows.len(), BUILT_IN.len(), "a model stands twice");
        assert!(rows.len() > 100);
        for (model, facts) in rows {
            let price = facts.price.unwrap();
            assert!(price.input > 0.0 && price.output > 0.0, "{model}");
            assert!(
                price.cached_input.is_none_or(|it| it <= price.input),
                "{model}"
            );
            assert!(facts.window.is_none_or(|it| it >= 4_000), "{model}");
        }
    }

    #[test]
    fn a_model_is_found_by_its_name_its_snapshot_and_through_a_gateway() {
        let sonnet = of("anthropic/claude-sonnet-4-5").unwrap();
        assert_eq!(sonnet.context_window, Some(200_000));
        assert!(sonnet.reads_images && sonnet.reads_pdf && !sonnet.reads_video);
        for name in [
            "anthropic/claude-sonnet-4-5-20250929",
            "openrouter/anthropic/claude-sonnet-4.5",
            "vercel/anthropic/claude-sonnet-4.5",
        ] {
            assert_eq!(of(name), Some(sonnet), "{name}");
        }
        assert_eq!(of("openai/gpt-5-2025-08-07"), of("openai/gpt-5"));
        assert_eq!(of("vercel/xai/grok-4.5"), of("x-ai/grok-4.5"));
        assert!(of("x-ai/grok-4.5").is_some());
        assert!(of("google/gemini-3.5-flash").unwrap().reads_video);
    }

    #[test]
    fn of_a_model_that_nobody_knows_there_is_nothing() {
        for name in [
            "acme/claude-sonnet-4-5",
            "openai/gpt-99",
            "openrouter/plain",
            "ollama/qwen3:8b",
        ] {
            assert_eq!(of(name), None, "{name}");
        }
    }

    #[test]
    fn fast_mode_is_a_fact_of_few() {
        assert!(of("anthropic/claude-opus-4-8").unwrap().fast_mode);
        assert!(of("vercel/anthropic/claude-opus-4.8").unwrap().fast_mode);
        assert!(!of("anthropic/claude-sonnet-4-5").unwrap().fast_mode);
    }

    #[test]
    fn a_variant_that_is_always_fast_costs_what_fast_mode_does() {
        let usage = Usage {
            input_tokens: 1_000_000,
            output_tokens: 1_000_000,
            ..Usage::default()
        };
        let fast = Served {
            speed: Speed::Fast,
            ..Served::default()
        };
        let cost = |model: &str, served| of(model).unwrap().price.unwrap().cost(&usage, served);
        let variant = "openrouter/anthropic/claude-opus-4.8-fast";
        let expected = cost("openrouter/anthropic/claude-opus-4.8", fast);
        assert_eq!(cost(variant, Served::default()), expected);
        assert!(!of(variant).unwrap().fast_mode);
        assert_eq!(of("openrouter/anthropic/claude-sonnet-4.5-fast"), None);
    }

    #[test]
    fn the_operator_knows_better() {
        let own = KnownFacts {
            window: Some(32_000),
            price: Some(KnownPrice {
                input: 1.0,
                output: 2.0,
                cached_input: None,
                cache_write: None,
                extended_cache_write: None,
                fast: None,
                long: None,
            }),
            ..KnownFacts::default()
        };
        let names = ["acme/model", "anthropic/claude-sonnet-4-5"];
        let facts = Facts::new(names.map(|name| (name.to_owned(), own.clone())).into());
        let acme = facts.of(&"acme/model".parse().unwrap()).unwrap();
        assert_eq!(
            (acme.context_window, acme.reads_images),
            (Some(32_000), false)
        );
        let sonnet = facts.of(&names[1].parse().unwrap()).unwrap();
        assert_eq!(
            (sonnet.context_window, sonnet.reads_images),
            (Some(32_000), true)
        );
        assert_eq!(sonnet.price.unwrap().cached_input, 1.0);
    }

    #[test]
    fn a_model_of_another_name_is_as_the_one_that_it_is_like() {
        let rows = [
            ("azure/ours", r#"{"same_as":"openai/gpt-5.1"}"#),
            (
                "openrouter/ours",
                r#"{"same_as":"anthropic/claude-sonnet-4-5","window":9000}"#,
            ),
            (
                "openrouter/theirs",
                r#"{"same_as":"openrouter/openai/gpt-5.1"}"#,
            ),
            ("vllm/again", r#"{"same_as":"openrouter/ours"}"#),
        ];
        let rows = rows.map(|(name, row)| {
            let row = serde_json::from_str::<KnownFacts>(row).unwrap();
            (name.to_owned(), row)
        });
        let facts = Facts::new(rows.into());
        let known = |name: &str| facts.of(&name.parse().unwrap());
        let family = |name: &str| facts.family(&name.parse().unwrap());
        assert_eq!(known("azure/ours"), of("openai/gpt-5.1"));
        assert_eq!(&*family("azure/ours"), "gpt-5.1");
        let sonnet = of("anthropic/claude-sonnet-4-5").unwrap();
        let ours = known("openrouter/ours").unwrap();
        assert_eq!(
            (ours.context_window, ours.price),
            (Some(9_000), sonnet.price)
        );
        assert_eq!(&*family("openrouter/ours"), "anthropic/claude-sonnet-4-5");
        assert_eq!(&*family("openrouter/theirs"), "openai/gpt-5.1");
        assert_eq!(known("vllm/again").unwrap().context_window, Some(9_000));
        assert_eq!(&*family("groq/qwen/qwen3-32b"), "qwen/qwen3-32b");
    }

    #[test]
    fn each_kind_of_token_has_its_price() {
        let price = of("anthropic/claude-opus-4-8").unwrap().price.unwrap();
        let usage = Usage {
            input_tokens: 3_000_000,
            cached_input_tokens: 1_000_000,
            cached_write_tokens: 1_000_000,
            output_tokens: 1_000_000,
            reasoning_output_tokens: 0,
        };
        let served = |speed, cache| price.cost(&usage, Served { speed, cache });
        assert_eq!(
            served(Speed::Standard, CacheMode::Auto),
            5.0 + 0.5 + 6.25 + 25.0
        );
        assert_eq!(
            served(Speed::Standard, CacheMode::Extended),
            5.0 + 0.5 + 10.0 + 25.0
        );
        assert_eq!(served(Speed::Fast, CacheMode::Auto), 2.0 * 36.75);
        let long = of("x-ai/grok-4.6").unwrap().price.unwrap();
        assert_eq!(long.cost(&usage, Served::default()), 2.0 * 4.0 + 1.0 + 12.0);
    }
}
