//! Which settings the Gemini API takes.

use serde_json::Value;

const FIELDS: &[&str] = &[
    "contents",
    "systemInstruction",
    "tools",
    "toolConfig",
    "generationConfig",
];

const GENERATION: &[&str] = &[
    "temperature",
    "maxOutputTokens",
    "thinkingConfig",
    "responseMimeType",
    "responseJsonSchema",
];

pub(super) fn check(model: &str, body: &Value) -> Result<(), String> {
    only(body, FIELDS)?;
    let config = &body["generationConfig"];
    only(config, GENERATION)?;
    if config["temperature"]
        .as_f64()
        .is_some_and(|it| !(0.0..=2.0).contains(&it))
    {
        return Err("temperature must be in the range [0, 2]".to_owned());
    }
    let most = config.get("maxOutputTokens").map(Value::as_u64);
    if most.is_some_and(|it| it.is_none_or(|it| it == 0 || it > 65_536)) {
        return Err("max_output_tokens must be in the range [1, 65536]".to_owned());
    }
    if config.get("responseJsonSchema").is_some()
        && config["responseMimeType"] != "application/json"
    {
        return Err("response_json_schema needs application/json".to_owned());
    }
    thinking(model, &config["thinkingConfig"])
}

fn only(value: &Value, known: &[&str]) -> Result<(), String> {
    let mut fields = value.as_object().into_iter().flatten();
    match fields.find(|(name, _)| !known.contains(&name.as_str())) {
        Some((name, _)) => Err(format!(
            "Invalid JSON payload received. Unknown name \"{name}\""
        )),
        None => Ok(()),
    }
}

/// Each generation takes its own form, and the ones before them none.
fn thinking(model: &str, config: &Value) -> Result<(), String> {
    let third = model.starts_with("gemini-3") || model.ends_with("-latest");
    let budgeted = model.starts_with("gemini-2.5");
    if config.is_null() {
        return Ok(());
    }
    if !third && !budgeted {
        return Err("Thinking is not enabled for this model".to_owned());
    }
    match (
        config["thinkingLevel"].as_str(),
        config["thinkingBudget"].as_u64(),
    ) {
        (Some(_), Some(_)) => Err("set a level or a budget, not both".to_owned()),
        (Some(_), None) if budgeted => {
            Err("Thinking level is not supported for this model".to_owned())
        }
        (Some("minimal"), None) if model.contains("pro") => {
            Err("Thinking level MINIMAL is not supported for this model".to_owned())
        }
        (Some("minimal" | "low" | "medium" | "high"), None) => Ok(()),
        (Some(word), None) => Err(format!("Invalid value at thinking_level: {word}")),
        (None, Some(0)) if model.contains("pro") => {
            Err("Budget 0 is invalid. This model only works in thinking mode.".to_owned())
        }
        (None, Some(budget)) if budget > 32_768 => Err(
            "The thinking budget is invalid. Please choose a value between 128 and 32768."
                .to_owned(),
        ),
        (None, _) => Ok(()),
    }
}
