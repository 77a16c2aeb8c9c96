//! Which settings the Responses API takes together.

use serde_json::{Value, json};

const EFFORTS: [&str; 7] = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];

pub(super) fn check(body: &Value) -> Result<(), String> {
    if body["stream"] != json!(true) {
        return Err("stream: the fake only streams".to_owned());
    }
    if body["store"] != json!(false) {
        return Err("store: the fake stores nothing".to_owned());
    }
    if body["max_output_tokens"]
        .as_u64()
        .is_some_and(|most| most < 16)
    {
        return Err("Invalid 'max_output_tokens': integer below minimum value 16".to_owned());
    }
    format_is_sound(&body["text"]["format"])?;
    temperature_is_in_range(body)?;
    tools_are_explicit(body)?;
    let model = body["model"].as_str().unwrap_or_default();
    if reasons(model) {
        without(body, "temperature")?;
        let effort = &body["reasoning"]["effort"];
        match effort.as_str() {
            Some(word) if !EFFORTS.contains(&word) => {
                Err(format!("Invalid value: '{word}' for 'reasoning.effort'"))
            }
            Some(_) | None => Ok(()),
        }
    } else {
        without(body, "reasoning")?;
        without(body, "include")?;
        no_reasoning_is_given(body)
    }
}

/// A strict form demands all that it names.
fn format_is_sound(format: &Value) -> Result<(), String> {
    if format.is_null() {
        return Ok(());
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let name = format["name"].as_str().unwrap_or_default();
    if format["type"] != "json_schema" || name.is_empty() || !name.chars().all(allowed) {
        return Err(format!("Invalid 'text.format.name': '{name}'"));
    }
    let schema = &format["schema"];
    let named = schema["properties"]
        .as_object()
        .map_or(0, serde_json::Map::len);
    let required = schema["required"].as_array().map_or(0, Vec::len);
    let closed = schema["additionalProperties"] == json!(false);
    if format["strict"] == json!(true) && (named != required || !closed) {
        return Err("Invalid schema for response_format: 'required' is required to be supplied and to be an array \
                    including every key in properties"
            .to_owned());
    }
    let mut parts = schema["properties"].as_object().into_iter().flatten();
    let is_kind = |it: &Value| {
        ["type", "anyOf", "enum", "$ref"]
            .iter()
            .any(|key| it.get(key).is_some())
    };
    match parts.find(|(_, part)| format["strict"] == json!(true) && !is_kind(part)) {
        Some((name, _)) => Err(format!(
            "Invalid schema for response_format: In context=('properties', '{name}'), schema must have a 'type' key"
        )),
        None => Ok(()),
    }
}

/// Whether the model reasons, and so is held to the rules of those that do.
fn reasons(model: &str) -> bool {
    let gpt = model.strip_prefix("gpt-");
    let major = gpt.and_then(|name| {
        name.split(|c: char| !c.is_ascii_digit())
            .next()?
            .parse()
            .ok()
    });
    let chat = model.starts_with("gpt-5-chat");
    let o_series = model.strip_prefix('o').and_then(|rest| rest.chars().next());
    major.is_some_and(|major: u32| major >= 5 && !chat)
        || o_series.is_some_and(|c| c.is_ascii_digit())
}

fn temperature_is_in_range(body: &Value) -> Result<(), String> {
    match body["temperature"].as_f64() {
        Some(temperature) if !(0.0..=2.0).contains(&temperature) => {
            Err("Invalid 'temperature': expected a value between 0 and 2".to_owned())
        }
        Some(_) | None => Ok(()),
    }
}

/// The vendor makes a schema strict where it is not told otherwise, and changes its meaning.
fn tools_are_explicit(body: &Value) -> Result<(), String> {
    for tool in body["tools"].as_array().into_iter().flatten() {
        if tool["type"] != "function" {
            return Err("tools.type: the fake has no tools of its own".to_owned());
        }
        if !tool["strict"].is_boolean() {
            return Err("tools.strict: say whether the schema is strict".to_owned());
        }
        if !tool["parameters"]["properties"].is_object() {
            let name = &tool["name"];
            return Err(format!(
                "Invalid schema for function {name}: object schema missing properties"
            ));
        }
    }
    Ok(())
}

fn without(body: &Value, setting: &str) -> Result<(), String> {
    match body.get(setting) {
        Some(_) => Err(format!(
            "Unsupported parameter: '{setting}' is not supported with this model."
        )),
        None => Ok(()),
    }
}

fn no_reasoning_is_given(body: &Value) -> Result<(), String> {
    let mut items = body["input"].as_array().into_iter().flatten();
    match items.any(|item| item["type"] == "reasoning") {
        true => Err("Reasoning input items can only be provided to a reasoning model".to_owned()),
        false => Ok(()),
    }
}
