//! How each vendor may be asked to think, by its own documentation.

use serde_json::Value;

const OPENAI: &[&str] = &["none", "minimal", "low", "medium", "high", "xhigh"];
const OPEN: &[&str] = &["none", "low", "medium", "high"];
const LOW_TO_HIGH: &[&str] = &["low", "medium", "high"];

pub(super) fn check(vendor: &str, body: &Value) -> Result<(), String> {
    let model = body["model"].as_str().unwrap_or_default();
    one_of(
        "reasoning_effort",
        &body["reasoning_effort"],
        efforts(vendor, model),
    )?;
    one_of(
        "reasoning_format",
        &body["reasoning_format"],
        &["parsed", "hidden", "raw"],
    )?;
    one_of(
        "thinking.type",
        &body["thinking"]["type"],
        &["enabled", "disabled"],
    )?;
    let template = &body["chat_template_kwargs"];
    if !template.is_null() && !template["enable_thinking"].is_boolean() {
        return Err("chat_template_kwargs.enable_thinking: true or false".to_owned());
    }
    unified(vendor, model, &body["reasoning"])
}

/// The words that the model takes; none where it refuses to be asked.
fn efforts(vendor: &str, model: &str) -> &'static [&'static str] {
    let is = |mark: &str| model.contains(mark);
    match vendor {
        "x-ai" if is("grok-4.3") => OPEN,
        "x-ai" if is("grok-4.6") || is("grok-4.7") => &["low", "medium", "high", "xhigh"],
        "x-ai" if is("grok-4.5") => LOW_TO_HIGH,
        "x-ai" if is("grok-3-mini") => &["low", "high"],
        "groq" if is("qwen") => &["none", "default"],
        "groq" | "together" if is("gpt-oss") => LOW_TO_HIGH,
        "x-ai" | "groq" | "together" => &[],
        "mistral" => &["none", "high"],
        "deepseek" => &["high", "max"],
        "fireworks" | "ollama" | "lmstudio" if is("gpt-oss") => LOW_TO_HIGH,
        "fireworks" | "ollama" | "lmstudio" => OPEN,
        _ => OPENAI,
    }
}

/// The gateways' field, in which one wish at a time is taken.
fn unified(vendor: &str, model: &str, reasoning: &Value) -> Result<(), String> {
    let Some(wishes) = reasoning.as_object() else {
        return Ok(());
    };
    if wishes.len() != 1 {
        return Err("reasoning: only one of `enabled`, `effort` and `max_tokens`".to_owned());
    }
    if vendor == "together" {
        let switch = reasoning["enabled"].is_boolean() && !model.contains("gpt-oss");
        return switch
            .then_some(())
            .ok_or_else(|| format!("reasoning: {reasoning}"));
    }
    let effort = &reasoning["effort"];
    one_of("reasoning.effort", effort, OPENAI)?;
    let mandatory = ["-5.5", "fable", "gemini-2.5-pro", "grok-4.5", "-r1"];
    if effort == "none" && mandatory.iter().any(|mark| model.contains(mark)) {
        return Err("Reasoning is mandatory for this endpoint and cannot be disabled.".to_owned());
    }
    Ok(())
}

fn one_of(field: &str, value: &Value, words: &[&str]) -> Result<(), String> {
    match value.as_str() {
        None if value.is_null() => Ok(()),
        Some(word) if words.contains(&word) => Ok(()),
        Some(_) | None => Err(format!("{field}: {value} is none of {words:?}")),
    }
}
