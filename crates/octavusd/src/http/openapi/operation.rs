//! One operation of the document, as the types of its handler add to it.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use domain::Permission;
use schemars::JsonSchema;
use serde_json::{Map, Value, json};

use super::schemas::Schemas;
use crate::http::error::ErrorBody;

/// An operation in the making.
pub(crate) struct Operation<'a> {
    path: &'static str,
    schemas: &'a mut Schemas,
    fields: Map<String, Value>,
    parameters: Vec<Value>,
    responses: BTreeMap<String, Value>,
}

impl<'a> Operation<'a> {
    pub(super) fn new(path: &'static str, schemas: &'a mut Schemas) -> Self {
        Self {
            path,
            schemas,
            fields: Map::new(),
            parameters: Vec::new(),
            responses: BTreeMap::new(),
        }
    }

    /// The schema of what a client sends.
    pub(crate) fn input<T: JsonSchema>(&mut self) -> Value {
        self.schemas.input::<T>()
    }

    /// The same, in full: for a type whose fields are parameters.
    pub(crate) fn input_fields<T: JsonSchema>(&mut self) -> Value {
        self.schemas.input_fields::<T>()
    }

    /// The schema of what a client reads.
    pub(crate) fn output<T: JsonSchema>(&mut self) -> Value {
        self.schemas.output::<T>()
    }

    /// Only keys that have one of the permissions are taken.
    pub(crate) fn needs(&mut self, permissions: &[Permission]) {
        let names: Vec<&str> = permissions.iter().map(|one| one.as_str()).collect();
        let text = format!("Needs a key with the permission {}.", names.join(" or "));
        self.fields.insert("description".into(), text.into());
        self.fields.insert("x-permissions".into(), json!(names));
        self.fields
            .insert("security".into(), json!([{ "key": [] }]));
        self.fails(StatusCode::UNAUTHORIZED);
        self.fails(StatusCode::FORBIDDEN);
    }

    /// Only URLs that the server signed are taken.
    pub(crate) fn needs_signature(&mut self) {
        self.fields
            .insert("security".into(), json!([{ "signature": [] }]));
        self.fails(StatusCode::FORBIDDEN);
    }

    /// The names in the braces of the path, in order.
    pub(crate) fn path_names(&self) -> impl Iterator<Item = &'static str> {
        let pieces = self.path.split('{').skip(1);
        pieces.filter_map(|piece| Some(piece.split_once('}')?.0))
    }

    /// A parameter of the path, the query or the headers.
    pub(crate) fn parameter(&mut self, place: &str, name: &str, required: bool, schema: Value) {
        let mut parameter = Map::new();
        parameter.insert("name".into(), name.into());
        parameter.insert("in".into(), place.into());
        parameter.insert("required".into(), required.into());
        let mut schema = schema;
        if let Some(description) = schema
            .as_object_mut()
            .and_then(|it| it.remove("description"))
        {
            parameter.insert("description".into(), description);
        }
        parameter.insert("schema".into(), schema);
        self.parameters.push(Value::Object(parameter));
    }

    /// A JSON body that must be there, right and of a size.
    pub(crate) fn takes_json<T: JsonSchema>(&mut self) {
        let schema = self.input::<T>();
        let content = json!({ "application/json": { "schema": schema } });
        let body = json!({ "required": true, "content": content });
        self.fields.insert("requestBody".into(), body);
        self.fails(StatusCode::BAD_REQUEST);
        self.fails(StatusCode::PAYLOAD_TOO_LARGE);
    }

    /// A body of any kind, as it is.
    pub(crate) fn takes_bytes(&mut self) {
        let content = json!({ "*/*": { "schema": { "type": "string", "format": "binary" } } });
        let body = json!({ "required": true, "content": content });
        self.fields.insert("requestBody".into(), body);
        self.fails(StatusCode::BAD_REQUEST);
        self.fails(StatusCode::PAYLOAD_TOO_LARGE);
    }

    pub(crate) fn answers_nothing(&mut self, status: StatusCode) {
        let meaning = status.canonical_reason().unwrap_or_default();
        let response = json!({ "description": meaning });
        self.responses.insert(status.as_str().into(), response);
    }

    /// An example of the body.
    pub(super) fn example(&mut self, body: Value) {
        let content = self.fields.get_mut("requestBody");
        let content = content.and_then(|it| it.pointer_mut("/content/application~1json"));
        if let Some(Value::Object(fields)) = content {
            fields.insert("example".into(), body);
        }
    }

    /// What the answer leads to: its field is a parameter of another operation.
    pub(super) fn link(&mut self, operation: &str, parameter: &str, field: &str) {
        let value = format!("$response.body#/{field}");
        let link = json!({ "operationId": operation, "parameters": { parameter: value } });
        // The responses are in the order of their status: the first is the success.
        if let Some(Value::Object(success)) = self.responses.values_mut().next() {
            let links = success.entry("links").or_insert_with(|| json!({}));
            if let Some(links) = links.as_object_mut() {
                links.insert(operation.into(), link);
            }
        }
    }

    pub(crate) fn answers_json<T: JsonSchema>(&mut self, status: StatusCode) {
        let schema = self.output::<T>();
        self.answers(status, "application/json", schema);
    }

    pub(crate) fn answers(&mut self, status: StatusCode, media_type: &str, schema: Value) {
        let meaning = status.canonical_reason().unwrap_or_default();
        let content = json!({ media_type: { "schema": schema } });
        let response = json!({ "description": meaning, "content": content });
        self.responses.insert(status.as_str().into(), response);
    }

    /// A header that an answer always has.
    pub(crate) fn answers_header(&mut self, status: StatusCode, name: &str, about: &str) {
        let header =
            json!({ "description": about, "required": true, "schema": { "type": "string" } });
        if let Some(response) = self.responses.get_mut(status.as_str()) {
            response["headers"][name] = header;
        }
    }

    pub(crate) fn fails(&mut self, status: StatusCode) {
        self.answers_json::<ErrorBody<'_>>(status);
    }

    pub(super) fn finish(mut self, tag: &str, id: &str, summary: &str) -> Value {
        self.fields.insert("tags".into(), json!([tag]));
        self.fields.insert("operationId".into(), id.into());
        self.fields.insert("summary".into(), summary.into());
        if !self.parameters.is_empty() {
            self.fields
                .insert("parameters".into(), self.parameters.into());
        }
        self.fields
            .insert("responses".into(), json!(self.responses));
        Value::Object(self.fields)
    }
}
