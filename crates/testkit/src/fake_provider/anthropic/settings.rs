//! Which settings the Messages API takes together.

use serde_json::{Value, json};

/// The budget of thinking, where there is one.
pub(super) fn check(body: &Value) -> Result<Option<u64>, String> {
    let Some(max_tokens) = body["max_tokens"].as_u64().filter(|&tokens| tokens > 0) else {
        return Err("max_tokens: a positive number is required".to_owned());
    };
    let thinking = body["thinking"]["type"].as_str();
    let model = body["model"].as_str().unwrap_or_default();
    if let Some(kind) = thinking.filter(|_| model.starts_with("claude")) {
        thinking_is_known(model, kind)?;
    }
    let thinks = matches!(thinking, Some("enabled" | "adaptive"));
    if thinks
        && body
            .get("temperature")
            .is_some_and(|set| set.as_f64() != Some(1.0))
    {
        return Err("temperature: may only be set to 1 when thinking is enabled".to_owned());
    }
    let format = &body["output_config"]["format"];
    if !format.is_null() && format["schema"]["additionalProperties"] != json!(false) {
        return Err(
            "output_config.format.schema: for object type, additionalProperties must be explicitly set to false"
                .to_owned(),
        );
    }
    if body["temperature"]
        .as_f64()
        .is_some_and(|temperature| !(0.0..=1.0).contains(&temperature))
    {
        return Err("temperature: range is 0 to 1".to_owned());
    }
    if thinking != Some("enabled") {
        return Ok(None);
    }
    match body["thinking"]["budget_tokens"].as_u64() {
        Some(budget) if budget < 1024 => {
            Err("thinking.budget_tokens: must be at least 1024".to_owned())
        }
        Some(budget) if budget >= max_tokens => {
            Err("max_tokens: must be greater than thinking.budget_tokens".to_owned())
        }
        Some(budget) => Ok(Some(budget)),
        None => Err("thinking.budget_tokens: required".to_owned()),
    }
}

/// Each generation takes its own kinds of thinking.
fn thinking_is_known(model: &str, kind: &str) -> Result<(), String> {
    let is = |marks: &[&str]| marks.iter().any(|mark| model.contains(mark));
    let always = is(&["fable", "mythos", "opus-5-5"]);
    let fifth = always || is(&["opus-5", "sonnet-5", "haiku-5"]);
    let adapts = fifth || is(&["-4-6", "-4-7", "-4-8"]);
    let known = match kind {
        "adaptive" => adapts,
        "enabled" => !fifth && !is(&["-4-7", "-4-8"]),
        "disabled" => !always && !is(&["sonnet-5-5"]),
        "between_tools" => is(&["sonnet-5-5"]),
        _ => return Err(format!("thinking.type: `{kind}` is not known")),
    };
    match known {
        true => Ok(()),
        false => Err(format!(
            "\"thinking.type.{kind}\" is not supported for this model."
        )),
    }
}
