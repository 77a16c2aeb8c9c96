//! Where calls go: a vendor with its dialect, address and key.

use std::sync::Arc;

use domain::ModelRequest;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::failure::Origin;
use crate::Secret;
use crate::dialect::Dialect;

/// A vendor that can be called.
pub(crate) struct Target {
    /// As it stands before the slash of a model.
    pub(crate) name: &'static str,
    pub(crate) dialect: &'static dyn Dialect,
    /// Without a slash at its end.
    pub(crate) base_url: String,
    pub(super) headers: HeaderMap,
    pub(super) key: Secret,
}

/// The key holds what no HTTP header may carry, such as a line break.
#[derive(Debug)]
pub(crate) struct KeyError;

impl Target {
    pub(crate) fn new(
        name: &'static str,
        dialect: &'static dyn Dialect,
        base_url: &str,
        key: Secret,
    ) -> Result<Self, KeyError> {
        let mut headers = HeaderMap::new();
        for (header, value) in dialect.headers(&key) {
            let mut value = HeaderValue::from_str(&value).map_err(|_| KeyError)?;
            value.set_sensitive(true);
            headers.insert(HeaderName::from_static(header), value);
        }
        Ok(Self {
            name,
            dialect,
            base_url: base_url.trim_end_matches('/').to_owned(),
            headers,
            key,
        })
    }

    /// What a call with this request posts; the key is in the headers alone.
    pub(crate) fn body(&self, request: &ModelRequest) -> Option<Value> {
        let encoded = self.dialect.encode(request).ok()?;
        serde_json::from_slice(&encoded.body).ok()
    }

    pub(super) fn origin(self: &Arc<Self>, model: &Arc<str>) -> Origin {
        Origin {
            target: Arc::clone(self),
            model: Arc::clone(model),
        }
    }
}
