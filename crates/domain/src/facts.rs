//! What is known of a model beforehand, its price among it.

use serde::{Deserialize, Serialize};

use crate::{CacheMode, ModelRef, Speed, Usage};

/// Those who know models.
pub trait Models: Send + Sync {
    /// What is known of a model; nothing of one that nobody knows.
    fn facts(&self, _model: &ModelRef) -> Option<ModelFacts> {
        None
    }
}

/// What is known of a model beforehand. Of a model that nobody knows there are none.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ModelFacts {
    /// In tokens: what a request may hold.
    pub context_window: Option<u32>,
    /// In tokens: what one answer may have, its thinking included.
    pub max_output: Option<u32>,
    /// Whether it can answer faster for a higher price.
    pub fast_mode: bool,
    /// Whether it can think before it answers.
    pub thinks: bool,
    pub reads_images: bool,
    pub reads_pdf: bool,
    pub reads_audio: bool,
    /// Whether it can watch a video.
    pub reads_video: bool,
    /// None where nobody knows, which is not the same as free.
    pub price: Option<Price>,
}

/// What a model costs, in US dollars for a million tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Price {
    pub input: f64,
    pub cached_input: f64,
    pub cache_write: f64,
    /// Of a write that is kept for hours.
    pub extended_cache_write: f64,
    pub output: f64,
    /// What all of it is multiplied by in fast mode.
    pub fast: f64,
    pub long: Option<LongPrice>,
}

/// The price of a request with a longer input, which some vendors raise.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LongPrice {
    /// In tokens of input; from the next one on all of the request costs this.
    pub above: u32,
    pub input: f64,
    pub cached_input: f64,
    pub output: f64,
}

/// How a request was served, as far as its price goes by it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Served {
    pub speed: Speed,
    pub cache: CacheMode,
}

impl Price {
    /// In US dollars.
    #[must_use]
    pub fn cost(&self, usage: &Usage, served: Served) -> f64 {
        let long = self
            .long
            .filter(|long| usage.input_tokens > u64::from(long.above));
        let (input, cached, output) = long
            .map_or((self.input, self.cached_input, self.output), |long| {
                (long.input, long.cached_input, long.output)
            });
        let write = match served.cache {
            CacheMode::Extended => self.extended_cache_write,
            CacheMode::Auto | CacheMode::Off => self.cache_write,
        };
        // A write is priced by the input, so it rises as that does.
        let write = match long {
            Some(long) if self.input > 0.0 => write * long.input / self.input,
            Some(_) | None => write,
        };
        let apart = usage
            .cached_input_tokens
            .saturating_add(usage.cached_write_tokens);
        let plain = usage.input_tokens.saturating_sub(apart);
        let millions = [
            (plain, input),
            (usage.cached_input_tokens, cached),
            (usage.cached_write_tokens, write),
            (usage.output_tokens, output),
        ];
        #[expect(
            clippy::cast_precision_loss,
            reason = "no count of tokens comes near 2^52"
        )]
        let cost: f64 = millions
            .into_iter()
            .map(|(tokens, price)| tokens as f64 * price / 1e6)
            .sum();
        match served.speed {
            Speed::Fast => cost * self.fast,
            Speed::Standard => cost,
        }
    }
}
