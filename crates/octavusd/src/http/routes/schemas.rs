//! JSON Schemas of the files that an agent's author writes, for editors.

use std::sync::LazyLock;

use serde_json::Value;

use crate::http::openapi::Api;

pub(in crate::http) fn routes(api: &mut Api) {
    api.resource("Schemas", "JSON Schemas of an agent's files, for editors.")
        .get(
            "/schemas/protocol.json",
            get_protocol,
            "Read the schema of protocol.yaml",
        )
        .get(
            "/schemas/settings.json",
            get_settings,
            "Read the schema of settings.json",
        );
}

async fn get_protocol() -> axum::Json<&'static Value> {
    static SCHEMA: LazyLock<Value> = LazyLock::new(protocol::protocol_schema);
    axum::Json(&SCHEMA)
}

async fn get_settings() -> axum::Json<&'static Value> {
    static SCHEMA: LazyLock<Value> = LazyLock::new(protocol::settings_schema);
    axum::Json(&SCHEMA)
}
