use serde_json::{Value, json};

use super::google_violation;
use crate::fake_provider::google::thought_signature_of;

const MODEL: &str = "gemini-3.5-flash";

fn body(contents: Value) -> Value {
    json!({ "contents": contents })
}

fn user(parts: Value) -> Value {
    json!({ "role": "user", "parts": parts })
}

fn model(parts: Value) -> Value {
    json!({ "role": "model", "parts": parts })
}

fn says() -> Value {
    user(json!([{ "text": "a" }]))
}

fn call(signature: Option<&str>) -> Value {
    let mut call = json!({ "functionCall": { "name": "f", "args": {} } });
    if let Some(signature) = signature {
        call["thoughtSignature"] = json!(signature);
    }
    call
}

fn result(name: &str) -> Value {
    json!({ "functionResponse": { "name": name, "response": { "output": 1 } } })
}

#[track_caller]
fn check(model: &str, body: &Value, expected: Option<&str>) {
    let violation = google_violation(model, body);
    match expected {
        Some(rule) => {
            let violation = violation.unwrap_or_default();
            assert!(violation.contains(rule), "{violation:?} is not {rule:?}");
        }
        None => assert_eq!(violation, None, "{body:#}"),
    }
}

#[test]
fn contents_alternate_and_are_not_empty() {
    check(MODEL, &body(json!([says()])), None);
    check(MODEL, &body(json!([])), Some("at least one message"));
    check(
        MODEL,
        &body(json!([says(), says()])),
        Some("must alternate"),
    );
    check(
        MODEL,
        &body(json!([user(json!([]))])),
        Some("must not be empty"),
    );
    let odd = user(json!([{ "txt": "a" }]));
    check(MODEL, &body(json!([odd])), Some("unknown part"));
}

#[test]
fn calls_are_signed_and_answered() {
    let signature = thought_signature_of("1");
    let turns = |call: Value, name: &str| {
        body(json!([
            says(),
            model(json!([call])),
            user(json!([result(name)]))
        ]))
    };
    check(MODEL, &turns(call(Some(&signature)), "f"), None);
    check(MODEL, &turns(call(Some(super::UNSIGNED)), "f"), None);
    check(
        MODEL,
        &turns(call(Some("forged")), "f"),
        Some("invalid `signature`"),
    );
    check(
        MODEL,
        &turns(call(None), "f"),
        Some("missing a thought_signature"),
    );
    check("gemini-2.5-pro", &turns(call(None), "f"), None);
    let other = turns(call(Some(&signature)), "g");
    check(MODEL, &other, Some("number of function response parts"));
    let open = body(json!([says(), model(json!([call(Some(&signature))]))]));
    check(MODEL, &open, Some("has no result"));
}

#[test]
fn settings_fit_the_model() {
    let with = |config: Value| {
        let mut body = body(json!([says()]));
        body["generationConfig"] = config;
        body
    };
    let level = with(json!({ "thinkingConfig": { "thinkingLevel": "low" } }));
    let budget = with(json!({ "thinkingConfig": { "thinkingBudget": 0 } }));
    check(MODEL, &level, None);
    check("gemini-2.5-pro", &level, Some("level is not supported"));
    check("gemini-2.5-pro", &budget, Some("Budget 0 is invalid"));
    check("gemini-2.5-flash", &budget, None);
    check("gemini-2.0-flash", &budget, Some("not enabled"));
    check(
        MODEL,
        &with(json!({ "temperature": 3 })),
        Some("temperature"),
    );
    check(
        MODEL,
        &with(json!({ "max_tokens": 3 })),
        Some("Unknown name"),
    );
}
