use serde_json::{Value, json};

use crate::fake_provider::{anthropic_violation, signature_of};

fn body(messages: Value) -> Value {
    json!({ "model": "m", "max_tokens": 4000, "stream": true, "messages": messages })
}

#[track_caller]
fn check(body: &Value, expected: Option<&str>) {
    let violation = anthropic_violation(body);
    match expected {
        Some(rule) => {
            let violation = violation.unwrap_or_default();
            assert!(violation.contains(rule), "{violation:?} is not {rule:?}");
        }
        None => assert_eq!(violation, None, "{body:#}"),
    }
}

fn user(content: Value) -> Value {
    json!({ "role": "user", "content": content })
}

fn assistant(content: Value) -> Value {
    json!({ "role": "assistant", "content": content })
}

fn call(id: &str) -> Value {
    json!({ "type": "tool_use", "id": id, "name": "a", "input": {} })
}

fn result(id: &str) -> Value {
    json!({ "type": "tool_result", "tool_use_id": id, "content": "" })
}

fn text() -> Value {
    json!({ "type": "text", "text": "a" })
}

fn thought(signature: &str) -> Value {
    json!({ "type": "thinking", "thinking": "hm", "signature": signature })
}

#[test]
fn turns_begin_with_the_user_and_alternate() {
    check(&body(json!([user(json!("a"))])), None);
    check(&body(json!([])), Some("at least one message"));
    check(
        &body(json!([assistant(json!("a"))])),
        Some("must use the user role"),
    );
    check(
        &body(json!([user(json!("a")), user(json!("b"))])),
        Some("roles must alternate"),
    );
}

#[test]
fn nothing_is_empty() {
    check(
        &body(json!([user(json!([]))])),
        Some("content must not be empty"),
    );
    check(&body(json!([user(json!(" \n"))])), Some("non-whitespace"));
}

#[test]
fn each_call_has_its_result_first_in_the_next_turn() {
    let turns = |results: Value| {
        body(json!([
            user(json!("a")),
            assistant(json!([call("x"), call("y")])),
            user(results)
        ]))
    };
    check(&turns(json!([result("y"), result("x"), text()])), None);
    check(
        &turns(json!([result("x")])),
        Some("the call `y` has no result in the next message"),
    );
    check(
        &turns(json!([result("x"), text(), result("y")])),
        Some("must come before other content"),
    );
    check(
        &turns(json!([result("x"), result("y"), result("x")])),
        Some("unexpected result of `x`"),
    );
    check(
        &turns(json!([result("x"), result("y"), result("z")])),
        Some("unexpected result of `z`"),
    );
    check(
        &body(json!([user(json!("a")), assistant(json!([call("x")]))])),
        Some("the last call `x` has no result"),
    );
    let twice = json!([user(json!("a")), assistant(json!([call("x"), call("x")]))]);
    check(&body(twice), Some("must be unique"));
    let late = json!([
        user(json!("a")),
        assistant(json!([call("x")])),
        user(json!("b")),
        assistant(json!("c")),
        user(json!([result("x")])),
    ]);
    check(
        &body(late),
        Some("the call `x` has no result in the next message"),
    );
    let odd = json!([
        user(json!("a")),
        assistant(json!([call("x.1")])),
        user(json!([result("x.1")]))
    ]);
    check(&body(odd), Some("must match ^[a-zA-Z0-9_-]+$"));
}

#[test]
fn thoughts_are_genuine() {
    let turns = |thought| {
        body(json!([
            user(json!("a")),
            assistant(json!([thought, text()])),
            user(json!("b"))
        ]))
    };
    check(&turns(thought(&signature_of("hm"))), None);
    check(
        &turns(thought(&signature_of("ha"))),
        Some("invalid `signature`"),
    );
    check(
        &turns(json!({ "type": "redacted_thinking", "data": "x" })),
        Some("invalid `signature`"),
    );
}

#[test]
fn with_a_budget_a_step_begins_with_a_thought() {
    let thinking = |first: Value| {
        let mut body = body(json!([
            user(json!("a")),
            assistant(json!([first, call("x")])),
            user(json!([result("x")])),
        ]));
        body["thinking"] = json!({ "type": "enabled", "budget_tokens": 2000 });
        body
    };
    check(&thinking(thought(&signature_of("hm"))), None);
    check(&thinking(text()), Some("expected `thinking`"));
    let mut adaptive = thinking(text());
    adaptive["thinking"] = json!({ "type": "adaptive" });
    check(&adaptive, None);
}

#[test]
fn settings_fit_together() {
    let with = |key: &str, value: Value| {
        let mut body = body(json!([user(json!("a"))]));
        body["thinking"] = json!({ "type": "enabled", "budget_tokens": 2000 });
        body[key] = value;
        body
    };
    check(
        &with("max_tokens", json!(2000)),
        Some("greater than thinking.budget_tokens"),
    );
    check(&with("max_tokens", json!(null)), Some("max_tokens"));
    check(&with("temperature", json!(0.5)), Some("temperature"));
    check(
        &with("thinking", json!({ "type": "enabled", "budget_tokens": 5 })),
        Some("at least 1024"),
    );
    check(&with("model", json!("")), Some("a model must be named"));
    check(&with("stream", json!(false)), Some("stream"));
}

#[test]
fn tools_are_sound() {
    let with = |tools: Value| {
        let mut body = body(json!([user(json!("a"))]));
        body["tools"] = tools;
        body
    };
    let tool = |name: &str, kind: &str| json!({ "name": name, "input_schema": { "type": kind } });
    check(&with(json!([tool("a-b_1", "object")])), None);
    check(&with(json!([tool("a b", "object")])), Some("must match"));
    check(&with(json!([tool("", "object")])), Some("must match"));
    check(
        &with(json!([tool("a", "string")])),
        Some("type must be object"),
    );
    check(
        &with(json!([tool("a", "object"), tool("a", "object")])),
        Some("must be unique"),
    );
}
