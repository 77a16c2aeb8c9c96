//! Which provider answers a model: the presets of `presets.rs`, what the configuration adds to them, and
//! the demo model.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use domain::{ErrorInfo, ErrorType, ModelFacts, ModelRef, ModelRequest, Models, ProviderErrorInfo};
use futures_util::{StreamExt, stream};
use serde_json::Value;

use crate::client::{Client, Target, TargetError};
use crate::demo::{self, Demo};
use crate::dialect::Model;
use crate::facts::{Facts, KnownFacts};
use crate::fallback;
use crate::fit::fit;
use crate::presets::{self, Format, Preset};
use crate::{DeltaStream, Provider, RetryPolicy, Secret, Timeouts};

/// How the vendors are reached. The default has no keys.
#[derive(Clone, Debug)]
pub struct ProvidersConfig {
    /// By the name that stands before the slash of a model: a preset's, or one of the operator's own.
    pub endpoints: BTreeMap<String, Endpoint>,
    /// What the operator knows better of models, by `provider/model-id`.
    pub facts: BTreeMap<String, KnownFacts>,
    /// Answers for a vendor without a key. For `octavusd dev`; a server never sets it.
    pub stand_in: Option<ModelRef>,
    pub timeouts: Timeouts,
    pub retry: RetryPolicy,
    /// Between two words of the demo model.
    pub demo_pace: Duration,
}

impl Default for ProvidersConfig {
    fn default() -> Self {
        Self {
            endpoints: BTreeMap::new(),
            facts: BTreeMap::new(),
            stand_in: None,
            timeouts: Timeouts::default(),
            retry: RetryPolicy::default(),
            demo_pace: demo::PACE,
        }
    }
}

/// Where a vendor is, and how it knows us. What is absent is as the preset has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Endpoint {
    /// What it speaks.
    pub format: Option<Format>,
    /// What the paths of the format are put behind.
    pub base_url: Option<String>,
    pub api_key: Option<Secret>,
    /// Where the key was looked for; named where there is none.
    pub key_variable: Option<String>,
    /// Sent with every request.
    pub headers: BTreeMap<String, Secret>,
}

/// Why no provider can be made of a configuration.
#[derive(Debug, thiserror::Error)]
pub enum ProvidersError {
    #[error("{setting} is not an http or https URL")]
    BaseUrl { setting: String },
    #[error(
        "{setting} has a character that no HTTP header can carry; is it a whole key, on one line?"
    )]
    Key { setting: String },
    #[error("the header `{header}` of the provider `{provider}` cannot be sent")]
    Header { provider: String, header: String },
    #[error(
        "the provider `{name}` is none that is known by its name; it needs a `dialect` and a `base_url`"
    )]
    Unfinished { name: String },
    #[error("the HTTP client for models cannot be made")]
    Client(#[source] reqwest::Error),
}

/// All models behind one [`Provider`]; cheap to share behind an `Arc`.
pub struct Providers {
    known: Arc<Known>,
}

/// What a call needs that outlives the borrow in which it is made.
struct Known {
    client: Client,
    vendors: BTreeMap<String, Entry>,
    facts: Facts,
    demo: Demo,
    stand_in: Option<ModelRef>,
}

/// A vendor as it is configured.
enum Entry {
    Ready(Arc<Target>),
    NoKey { variable: String },
    NoAddress { variable: &'static str },
}

impl Providers {
    /// Makes the clients; contacts nobody.
    ///
    /// # Errors
    /// Where an address or a key cannot be used at all.
    pub fn new(config: ProvidersConfig) -> Result<Self, ProvidersError> {
        let client = Client::new(config.timeouts, config.retry).map_err(ProvidersError::Client)?;
        let mut endpoints = config.endpoints;
        for preset in presets::PRESETS {
            endpoints.entry(preset.name.to_owned()).or_default();
        }
        let vendors = endpoints
            .into_iter()
            .map(|(name, endpoint)| {
                let entry = entry(&name, endpoint)?;
                Ok((name, entry))
            })
            .collect::<Result<_, _>>()?;
        let known = Known {
            client,
            vendors,
            facts: Facts::new(config.facts),
            demo: Demo::new(config.demo_pace),
            stand_in: config.stand_in,
        };
        Ok(Self {
            known: Arc::new(known),
        })
    }

    /// The model that answers in place of this one, because its vendor has no key.
    #[must_use]
    pub fn stand_in_for(&self, model: &ModelRef) -> Option<&ModelRef> {
        match self.known.vendors.get(&*model.provider) {
            Some(Entry::NoKey { .. }) => self.known.stand_in.as_ref(),
            Some(Entry::Ready(_) | Entry::NoAddress { .. }) | None => None,
        }
    }

    /// The names that may stand before the slash of a model, in order.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        self.known.names()
    }
}

impl Models for Providers {
    /// By the operator's word, or by ours.
    fn facts(&self, model: &ModelRef) -> Option<ModelFacts> {
        self.known.facts_of(model)
    }
}

impl Provider for Providers {
    fn stream(&self, request: ModelRequest) -> DeltaStream {
        let plans = fallback::plans(&request, |model| self.known.is_fast(model));
        if plans.is_empty() {
            return self.known.once(request);
        }
        let known = Arc::clone(&self.known);
        fallback::stream(request, plans, Box::new(move |request| known.once(request)))
    }

    fn fetches(&self, model: &ModelRef, media_type: &str) -> bool {
        match self.known.vendors.get(&*model.provider) {
            Some(Entry::Ready(target)) => target.dialect.fetches(media_type),
            Some(Entry::NoKey { .. } | Entry::NoAddress { .. }) | None => false,
        }
    }

    fn request_body(&self, request: &ModelRequest) -> Option<Value> {
        match self.known.vendors.get(&*request.model.provider)? {
            Entry::Ready(target) => {
                let fitted = self.known.fitted(request.clone());
                target.body(&fitted.request, fitted.model())
            }
            Entry::NoKey { .. } | Entry::NoAddress { .. } => None,
        }
    }
}

impl Known {
    fn names(&self) -> Vec<&str> {
        let names = self.vendors.keys().map(String::as_str);
        let mut names: Vec<_> = names.chain([demo::NAME]).collect();
        names.sort_unstable();
        names
    }

    /// What is known of a model as its vendor serves it: a speed that cannot be asked for is none.
    fn facts_of(&self, model: &ModelRef) -> Option<ModelFacts> {
        let mut facts = self.facts.of(model)?;
        if let Some(Entry::Ready(target)) = self.vendors.get(&*model.provider) {
            facts.fast_mode &= target.dialect.knows_speeds();
        }
        Some(facts)
    }

    /// Whether the model knows a faster speed.
    fn is_fast(&self, model: &ModelRef) -> bool {
        self.facts_of(model).is_some_and(|facts| facts.fast_mode)
    }

    fn fitted(&self, mut request: ModelRequest) -> Fitted {
        let facts = self.facts_of(&request.model);
        fit(&mut request, facts);
        Fitted {
            family: self.facts.family(&request.model),
            max_output: facts.and_then(|facts| facts.max_output),
            request,
        }
    }

    /// The answer of one model, whatever becomes of it.
    fn once(&self, mut request: ModelRequest) -> DeltaStream {
        if &*request.model.provider == demo::NAME {
            return self.demo.stream(request);
        }
        let info = match (self.vendors.get(&*request.model.provider), &self.stand_in) {
            (Some(Entry::Ready(target)), _) => {
                let fitted = self.fitted(request);
                let (request, model) = (&fitted.request, fitted.model());
                return self.client.call(target, request, model);
            }
            (Some(Entry::NoKey { .. }), Some(stand_in)) => {
                let absent = std::mem::replace(&mut request.model, stand_in.clone());
                return self.demo.stand_in(request, &absent);
            }
            (Some(Entry::NoKey { variable }), None) => no_key(&request.model, variable),
            (Some(Entry::NoAddress { variable }), _) => no_address(&request.model, variable),
            (None, _) => self.unknown(&request.model),
        };
        stream::once(async { Err(info) }).boxed()
    }

    fn unknown(&self, model: &ModelRef) -> ErrorInfo {
        let message = format!(
            "`{model}` names the provider `{}`, which this server does not know; it knows {}",
            model.provider,
            self.names().join(", ")
        );
        about(model, ErrorType::ValidationError, message)
    }
}

/// A request as its model can take it, and what its dialect must know of that model.
struct Fitted {
    request: ModelRequest,
    family: Arc<str>,
    max_output: Option<u32>,
}

impl Fitted {
    fn model(&self) -> Model<'_> {
        Model {
            family: &self.family,
            max_output: self.max_output,
        }
    }
}

fn entry(name: &str, endpoint: Endpoint) -> Result<Entry, ProvidersError> {
    let preset = presets::PRESETS.iter().find(|preset| preset.name == name);
    let dialect = match (endpoint.format, preset) {
        (Some(format), _) => format.dialect(),
        (None, Some(preset)) => preset.dialect,
        (None, None) => return Err(ProvidersError::Unfinished { name: name.into() }),
    };
    let base_url = endpoint.base_url.as_deref();
    let Some(base_url) = base_url.or_else(|| preset.and_then(|preset| preset.base_url)) else {
        return preset
            .map(|preset| Entry::NoAddress {
                variable: preset.base_url_variable,
            })
            .ok_or_else(|| ProvidersError::Unfinished { name: name.into() });
    };
    let parsed = reqwest::Url::parse(base_url).ok();
    if parsed.is_none_or(|url| !matches!(url.scheme(), "http" | "https")) {
        let setting = setting(name, "base_url", preset.map(|it| it.base_url_variable));
        return Err(ProvidersError::BaseUrl { setting });
    }
    let variable = key_variable(&endpoint, preset);
    if let (None, Some(variable)) = (&endpoint.api_key, variable) {
        return Ok(Entry::NoKey { variable });
    }
    let target = Target::new(name, dialect, base_url, endpoint.api_key, &endpoint.headers);
    match target {
        Ok(target) => Ok(Entry::Ready(Arc::new(target))),
        Err(TargetError::Key) => {
            let variable = preset.and_then(|preset| preset.key_variables.first().copied());
            let setting = setting(name, "key", variable);
            Err(ProvidersError::Key { setting })
        }
        Err(TargetError::Header(header)) => Err(ProvidersError::Header {
            provider: name.into(),
            header,
        }),
    }
}

/// What must be set before the endpoint can be called, where it asks for a key at all.
fn key_variable(endpoint: &Endpoint, preset: Option<&Preset>) -> Option<String> {
    let own = endpoint.key_variable.clone();
    // An operator's own headers may be all that his endpoint asks for.
    let asked = preset.filter(|preset| preset.asks_for_key && endpoint.headers.is_empty());
    let of_preset = asked.and_then(|preset| preset.key_variables.first());
    own.or_else(|| of_preset.map(|&variable| variable.to_owned()))
}

/// A setting, by its variable where it has one.
fn setting(provider: &str, key: &str, variable: Option<&str>) -> String {
    match variable {
        Some(variable) => format!("`{variable}`"),
        None => format!("`{key}` of the provider `{provider}`"),
    }
}

fn no_key(model: &ModelRef, variable: &str) -> ErrorInfo {
    let message = format!(
        "`{model}` needs an API key of {}: set `{variable}` on the server",
        model.provider
    );
    about(model, ErrorType::AuthenticationError, message)
}

fn no_address(model: &ModelRef, variable: &str) -> ErrorInfo {
    let message = format!(
        "`{model}` needs the address of your {}: set `{variable}` on the server",
        model.provider
    );
    about(model, ErrorType::ValidationError, message)
}

fn about(model: &ModelRef, error_type: ErrorType, message: String) -> ErrorInfo {
    let provider = ProviderErrorInfo {
        name: model.provider.to_string(),
        model: Some(model.model.to_string()),
        status_code: None,
        error_type: None,
        request_id: None,
    };
    ErrorInfo::provider(error_type, message, provider)
}
