//! Where calls go: a vendor with its dialect, address and key.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::ModelRequest;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::failure::Origin;
use crate::Secret;
use crate::dialect::{Dialect, Model};

/// A shorter value of a header is not taken for a secret: words of that length are in every sentence.
const SHORTEST_SECRET: usize = 8;

/// A vendor that can be called.
pub(crate) struct Target {
    /// As it stands before the slash of a model.
    pub(crate) name: Arc<str>,
    pub(crate) dialect: &'static dyn Dialect,
    /// Without a slash at its end.
    pub(crate) base_url: String,
    pub(super) headers: HeaderMap,
    secrets: Vec<Secret>,
}

/// What no HTTP header may carry, such as a line break.
#[derive(Debug)]
pub(crate) enum TargetError {
    Key,
    /// The header of that name, or its value.
    Header(String),
}

impl Target {
    /// `own` are the operator's headers; one of them may take the place of the dialect's.
    pub(crate) fn new(
        name: &str,
        dialect: &'static dyn Dialect,
        base_url: &str,
        key: Option<Secret>,
        own: &BTreeMap<String, Secret>,
    ) -> Result<Self, TargetError> {
        let mut headers = HeaderMap::new();
        for (header, value) in dialect.headers(key.as_ref()) {
            let value = sensitive(&value).ok_or(TargetError::Key)?;
            headers.insert(HeaderName::from_static(header), value);
        }
        for (header, value) in own {
            let refused = || TargetError::Header(header.clone());
            let name = HeaderName::from_bytes(header.as_bytes()).map_err(|_| refused())?;
            headers.insert(name, sensitive(value.expose()).ok_or_else(refused)?);
        }
        let of_headers = own
            .values()
            .filter(|it| it.expose().len() >= SHORTEST_SECRET);
        Ok(Self {
            name: name.into(),
            dialect,
            base_url: base_url.trim_end_matches('/').to_owned(),
            headers,
            secrets: key.iter().chain(of_headers).cloned().collect(),
        })
    }

    /// The text without any secret of ours in it, for what a vendor said.
    pub(super) fn redact(&self, text: String) -> String {
        let secrets = self.secrets.iter();
        secrets.fold(text, |text, secret| secret.redact(text))
    }

    /// What a call with this request posts; the key is in the headers alone.
    pub(crate) fn body(&self, request: &ModelRequest, model: Model<'_>) -> Option<Value> {
        let encoded = self.dialect.encode(request, model).ok()?;
        serde_json::from_slice(&encoded.body).ok()
    }

    pub(super) fn origin(self: &Arc<Self>, model: &Arc<str>) -> Origin {
        Origin {
            target: Arc::clone(self),
            model: Arc::clone(model),
        }
    }
}

fn sensitive(value: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(value).ok()?;
    value.set_sensitive(true);
    Some(value)
}
