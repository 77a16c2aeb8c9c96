//! Which vendors there are, and which of them answers a model.
//!
//! To add one with a dialect that exists: a row in `VENDORS`, a field in [`ProvidersConfig`], a line in
//! `ProvidersConfig::endpoint`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use domain::{ErrorInfo, ErrorType, ModelRef, ModelRequest, ProviderErrorInfo};
use futures_util::{StreamExt, stream};
use serde_json::Value;

use crate::client::{Client, KeyError, Target};
use crate::demo::{self, Demo};
use crate::dialect::Dialect;
use crate::dialect::anthropic::Anthropic;
use crate::dialect::openai::OpenAi;
use crate::{DeltaStream, Provider, RetryPolicy, Secret, Timeouts};

/// What is known of a vendor before anything is configured.
struct Vendor {
    /// As it stands before the slash of a model.
    name: &'static str,
    dialect: &'static dyn Dialect,
    base_url: &'static str,
    /// The environment variable that holds its key; here only to be named in errors.
    key_variable: &'static str,
    base_url_variable: &'static str,
}

const VENDORS: &[Vendor] = &[
    Vendor {
        name: "anthropic",
        dialect: &Anthropic,
        base_url: "https://api.anthropic.com",
        key_variable: "ANTHROPIC_API_KEY",
        base_url_variable: "ANTHROPIC_BASE_URL",
    },
    Vendor {
        name: "openai",
        dialect: &OpenAi,
        base_url: "https://api.openai.com/v1",
        key_variable: "OPENAI_API_KEY",
        base_url_variable: "OPENAI_BASE_URL",
    },
];

/// How the vendors are reached. The default has no keys.
#[derive(Clone, Debug)]
pub struct ProvidersConfig {
    /// Base without `/v1`, as the vendor's own SDK has it.
    pub anthropic: Endpoint,
    /// Base with `/v1`, as the vendor's own SDK has it.
    pub openai: Endpoint,
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
            anthropic: Endpoint::default(),
            openai: Endpoint::default(),
            stand_in: None,
            timeouts: Timeouts::default(),
            retry: RetryPolicy::default(),
            demo_pace: demo::PACE,
        }
    }
}

impl ProvidersConfig {
    fn endpoint(&self, vendor: &Vendor) -> Option<&Endpoint> {
        match vendor.name {
            "anthropic" => Some(&self.anthropic),
            "openai" => Some(&self.openai),
            _ => None,
        }
    }
}

/// Where a vendor is, and how it knows us.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Endpoint {
    /// The vendor's own address where it is absent.
    pub base_url: Option<String>,
    pub api_key: Option<Secret>,
}

/// Why no provider can be made of a configuration.
#[derive(Debug, thiserror::Error)]
pub enum ProvidersError {
    #[error("`{variable}` is not an http or https URL")]
    BaseUrl { variable: &'static str },
    #[error(
        "`{variable}` has a character that no HTTP header can carry; is it a whole key, on one line?"
    )]
    Key { variable: &'static str },
    #[error("the HTTP client for models cannot be made")]
    Client(#[source] reqwest::Error),
}

/// All models behind one [`Provider`]; cheap to share behind an `Arc`.
pub struct Providers {
    client: Client,
    vendors: BTreeMap<&'static str, Entry>,
    demo: Demo,
    stand_in: Option<ModelRef>,
}

/// A vendor as it is configured.
enum Entry {
    Ready(Arc<Target>),
    NoKey { variable: &'static str },
}

impl Providers {
    /// Makes the clients; contacts nobody.
    ///
    /// # Errors
    /// Where an address or a key cannot be used at all.
    pub fn new(config: ProvidersConfig) -> Result<Self, ProvidersError> {
        let client = Client::new(config.timeouts, config.retry).map_err(ProvidersError::Client)?;
        let vendors = VENDORS
            .iter()
            .map(|vendor| Ok((vendor.name, entry(vendor, config.endpoint(vendor))?)))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            client,
            vendors,
            demo: Demo::new(config.demo_pace),
            stand_in: config.stand_in,
        })
    }

    /// The model that answers in place of this one, because its vendor has no key.
    #[must_use]
    pub fn stand_in_for(&self, model: &ModelRef) -> Option<&ModelRef> {
        match self.vendors.get(&*model.provider) {
            Some(Entry::NoKey { .. }) => self.stand_in.as_ref(),
            Some(Entry::Ready(_)) | None => None,
        }
    }

    /// The names that may stand before the slash of a model, in order.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        let mut names: Vec<_> = self.vendors.keys().copied().chain([demo::NAME]).collect();
        names.sort_unstable();
        names
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

impl Provider for Providers {
    fn stream(&self, mut request: ModelRequest) -> DeltaStream {
        if &*request.model.provider == demo::NAME {
            return self.demo.stream(request);
        }
        let info = match (self.vendors.get(&*request.model.provider), &self.stand_in) {
            (Some(Entry::Ready(target)), _) => return self.client.call(target, &request),
            (Some(Entry::NoKey { .. }), Some(stand_in)) => {
                let absent = std::mem::replace(&mut request.model, stand_in.clone());
                return self.demo.stand_in(request, &absent);
            }
            (Some(Entry::NoKey { variable }), None) => no_key(&request.model, variable),
            (None, _) => self.unknown(&request.model),
        };
        stream::once(async { Err(info) }).boxed()
    }

    fn request_body(&self, request: &ModelRequest) -> Option<Value> {
        match self.vendors.get(&*request.model.provider)? {
            Entry::Ready(target) => target.body(request),
            Entry::NoKey { .. } => None,
        }
    }
}

fn entry(vendor: &Vendor, endpoint: Option<&Endpoint>) -> Result<Entry, ProvidersError> {
    let no_key = Entry::NoKey {
        variable: vendor.key_variable,
    };
    let Some(endpoint) = endpoint else {
        return Ok(no_key);
    };
    let base_url = endpoint.base_url.as_deref().unwrap_or(vendor.base_url);
    let parsed = reqwest::Url::parse(base_url).ok();
    if parsed.is_none_or(|url| !matches!(url.scheme(), "http" | "https")) {
        return Err(ProvidersError::BaseUrl {
            variable: vendor.base_url_variable,
        });
    }
    let Some(key) = &endpoint.api_key else {
        return Ok(no_key);
    };
    let target = Target::new(vendor.name, vendor.dialect, base_url, key.clone());
    match target {
        Ok(target) => Ok(Entry::Ready(Arc::new(target))),
        Err(KeyError) => Err(ProvidersError::Key {
            variable: vendor.key_variable,
        }),
    }
}

fn no_key(model: &ModelRef, variable: &str) -> ErrorInfo {
    let message = format!(
        "`{model}` needs an API key of {}: set `{variable}` on the server",
        model.provider
    );
    about(model, ErrorType::AuthenticationError, message)
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
