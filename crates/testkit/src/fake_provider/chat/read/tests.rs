use serde_json::{Value, json};

use super::chat_violation;
use crate::fake_provider::chat::signature_of;

fn body(messages: Value) -> Value {
    json!({ "model": "m", "stream": true, "messages": messages })
}

fn user() -> Value {
    json!({ "role": "user", "content": "a" })
}

fn call(id: &str) -> Value {
    json!({ "role": "assistant", "content": null, "tool_calls": [
        { "id": id, "type": "function", "function": { "name": "a", "arguments": "{}" } },
    ] })
}

fn result(id: &str) -> Value {
    json!({ "role": "tool", "tool_call_id": id, "content": "" })
}

#[track_caller]
fn check(vendor: &str, body: &Value, expected: Option<&str>) {
    let violation = chat_violation(vendor, body);
    match expected {
        Some(rule) => {
            let violation = violation.unwrap_or_default();
            assert!(violation.contains(rule), "{violation:?} is not {rule:?}");
        }
        None => assert_eq!(violation, None, "{body:#}"),
    }
}

#[test]
fn messages_are_of_the_form() {
    check("x-ai", &body(json!([user()])), None);
    check("x-ai", &body(json!([])), Some("at least one message"));
    check(
        "x-ai",
        &body(json!([user(), user()])),
        Some("must alternate"),
    );
    let system = json!({ "role": "system", "content": "s" });
    check("x-ai", &body(json!([user(), system])), Some("role"));
    let silent = json!({ "role": "assistant", "content": null });
    check(
        "x-ai",
        &body(json!([user(), silent, user()])),
        Some("content"),
    );
}

#[test]
fn calls_have_their_results() {
    let answered = json!([user(), call("call_1"), result("call_1")]);
    check("x-ai", &body(answered), None);
    check(
        "x-ai",
        &body(json!([user(), call("x")])),
        Some("has no result"),
    );
    check(
        "x-ai",
        &body(json!([user(), result("x")])),
        Some("must come before"),
    );
    let long = "x".repeat(41);
    let long = json!([user(), call(&long), result(&long)]);
    check("x-ai", &body(long), Some("not of the form"));
}

#[test]
fn mistral_is_stricter() {
    let turns = |id: &str| json!([user(), call(id), result(id)]);
    check("mistral", &body(turns("abcdefgh1")), None);
    check("mistral", &body(turns("call_1")), Some("not of the form"));
    let talks = json!([user(), call("abcdefgh1"), result("abcdefgh1"), user()]);
    check("mistral", &body(talks), Some("after role 'tool'"));
    let with = |key: &str, value: Value| {
        let mut body = body(json!([user()]));
        body[key] = value;
        body
    };
    check(
        "mistral",
        &with("stream_options", json!({})),
        Some("extra fields"),
    );
    check(
        "mistral",
        &with("temperature", json!(1.6)),
        Some("range is 0 to 1.5"),
    );
}

#[test]
fn thoughts_come_back_where_they_are_wanted() {
    let mut thoughtful = call("call_1");
    thoughtful["reasoning_content"] = json!("hm");
    let turns = json!([user(), thoughtful, result("call_1")]);
    check("deepseek", &body(turns.clone()), None);
    check("groq", &body(turns), Some("reasoning is not supported"));
    let over = json!([user(), thoughtful, result("call_1"), user()]);
    check("deepseek", &body(over), Some("of a turn that is over"));
    let mut thinking = body(json!([user(), call("call_1"), result("call_1")]));
    thinking["thinking"] = json!({ "type": "enabled" });
    check("deepseek", &thinking, Some("Missing `reasoning_content`"));
}

#[test]
fn details_are_genuine() {
    let detailed = |signature: &str| {
        let mut call = call("call_1");
        call["reasoning_details"] = json!([{ "text": "hm", "signature": signature }]);
        body(json!([user(), call, result("call_1")]))
    };
    check("openrouter", &detailed(&signature_of("hm")), None);
    check("openrouter", &detailed("x"), Some("invalid `signature`"));
}
