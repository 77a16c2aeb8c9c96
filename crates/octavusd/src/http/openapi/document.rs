//! The document around the operations.

use serde_json::{Map, Value, json};

use super::schemas::Schemas;

/// The document in the making.
#[derive(Default)]
pub(super) struct Document {
    pub(super) schemas: Schemas,
    tags: Vec<Value>,
    paths: Map<String, Value>,
}

impl Document {
    pub(super) fn tag(&mut self, name: &str, about: &str) {
        self.tags
            .push(json!({ "name": name, "description": about }));
    }

    pub(super) fn operation(&mut self, path: &str, method: &str, operation: Value) {
        let methods = self.paths.entry(path).or_insert_with(|| json!({}));
        if let Some(methods) = methods.as_object_mut() {
            methods.insert(method.into(), operation);
        }
    }

    pub(super) fn finish(self) -> Value {
        let mut paths = Value::Object(self.paths);
        let schemas = self.schemas.finish(&mut paths);
        json!({
            "openapi": "3.1.0",
            "info": {
                "title": "Octavus API",
                "version": env!("CARGO_PKG_VERSION"),
                "description": "Agents, their sessions, and the streams of what they do.",
                "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
            },
            "servers": [{ "url": "/" }],
            "tags": self.tags,
            "paths": paths,
            "components": {
                "schemas": schemas,
                "securitySchemes": {
                    "key": {
                        "type": "http",
                        "scheme": "bearer",
                        "description": "A project key, `oct_sk_…`: `octavusd keys create` makes one.",
                    },
                    "signature": {
                        "type": "apiKey",
                        "in": "query",
                        "name": "signature",
                        "description": "Part of a URL that the server made; such a URL is used as it is.",
                    },
                },
            },
        })
    }
}
