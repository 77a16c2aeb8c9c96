//! Which settings a vendor takes.

use serde_json::{Value, json};

use super::thinking;
use super::ways::Ways;

/// What all of them know.
const COMMON: &[&str] = &[
    "model",
    "messages",
    "stream",
    "tools",
    "tool_choice",
    "temperature",
    "max_tokens",
    "response_format",
];

pub(super) fn check(ways: &Ways, body: &Value) -> Result<(), String> {
    let fields = body.as_object().ok_or("the body is not an object")?;
    for field in fields.keys() {
        if !COMMON.contains(&field.as_str()) && !ways.knows.contains(&field.as_str()) {
            return Err(format!("{field}: extra fields are not permitted"));
        }
    }
    if body["stream"] != json!(true) {
        return Err("stream: the fake only streams".to_owned());
    }
    thinking::check(ways.name, body)?;
    for limit in ["max_tokens", "max_completion_tokens"] {
        if body
            .get(limit)
            .is_some_and(|it| it.as_u64().is_none_or(|most| most == 0))
        {
            return Err(format!("{limit}: a positive number is required"));
        }
    }
    let temperature = body.get("temperature").map(Value::as_f64);
    let fits = |it: Option<f64>| it.is_some_and(|it| (0.0..=ways.hottest).contains(&it));
    if temperature.is_some_and(|it| !fits(it)) {
        return Err(format!("temperature: range is 0 to {}", ways.hottest));
    }
    if body.get("tool_choice").is_some() && body.get("tools").is_none() {
        return Err("tool_choice: is only allowed when tools are specified".to_owned());
    }
    for tool in body["tools"].as_array().into_iter().flatten() {
        let name = tool["function"]["name"].as_str().unwrap_or_default();
        if tool["type"] != "function" || name.len() > 64 {
            return Err(format!(
                "tools: `{name}` is no function, or its name too long"
            ));
        }
        if !tool["function"]["parameters"]["properties"].is_object() {
            return Err(format!("tools: `{name}`: object schema missing properties"));
        }
    }
    Ok(())
}
