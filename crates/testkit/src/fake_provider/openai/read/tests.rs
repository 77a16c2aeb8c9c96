use serde_json::json;

use super::*;

fn body(items: Value) -> Value {
    let mut input = vec![message("user", "a")];
    input.extend(items.as_array().unwrap().clone());
    json!({ "model": "gpt-5.1", "stream": true, "store": false, "input": input })
}

fn message(role: &str, text: &str) -> Value {
    let kind = if role == "user" {
        "input_text"
    } else {
        "output_text"
    };
    json!({ "type": "message", "role": role, "content": [{ "type": kind, "text": text }] })
}

fn call(id: &str) -> Value {
    json!({ "type": "function_call", "call_id": id, "name": "a", "arguments": "{}" })
}

fn output(id: &str) -> Value {
    json!({ "type": "function_call_output", "call_id": id, "output": "" })
}

fn thought(encrypted: &str) -> Value {
    json!({ "type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": encrypted })
}

#[track_caller]
fn allowed(body: &Value) {
    assert_eq!(openai_violation(body), None, "{body:#}");
}

#[track_caller]
fn refused(body: &Value, rule: &str) {
    let violation = openai_violation(body).unwrap_or_default();
    assert!(violation.contains(rule), "{violation:?} is not {rule:?}");
}

#[test]
fn each_call_has_one_output() {
    allowed(&body(json!([
        call("x"),
        call("y"),
        output("y"),
        output("x")
    ])));
    refused(&body(json!([call("x")])), "the last call `x` has no result");
    let made_up = json!([call("x"), output("x"), output("z")]);
    refused(&body(made_up), "unexpected result of `z`");
    refused(
        &body(json!([call("x"), call("x"), output("x")])),
        "must be unique",
    );
    let late = json!([
        call("x"),
        message("user", "b"),
        message("assistant", "c"),
        output("x")
    ]);
    refused(&body(late), "has no result in the next message");
    let long = "x".repeat(65);
    refused(
        &body(json!([call(&long), output(&long)])),
        "maximum length 64",
    );
    let broken = json!({ "type": "function_call", "call_id": "x", "name": "a", "arguments": "{" });
    refused(&body(json!([broken])), "JSON object");
}

#[test]
fn reasoning_is_genuine_and_followed() {
    let genuine = thought(&encrypted_of("rs_1"));
    allowed(&body(json!([genuine, call("x"), output("x")])));
    allowed(&body(json!([genuine, message("assistant", "b")])));
    refused(
        &body(json!([genuine])),
        "without its required following item",
    );
    refused(
        &body(json!([genuine, message("user", "b")])),
        "required following item",
    );
    refused(
        &body(json!([thought("other"), message("assistant", "b")])),
        "invalid `signature`",
    );
    let mut bare = genuine.clone();
    bare.as_object_mut().unwrap().remove("encrypted_content");
    refused(
        &body(json!([bare, message("assistant", "b")])),
        "'encrypted_content'",
    );
    let mut plain = body(json!([genuine, message("assistant", "b")]));
    plain["model"] = json!("gpt-4o");
    refused(&plain, "only be provided to a reasoning model");
}

#[test]
fn settings_fit_the_model() {
    let with = |model: &str, key: &str, value: Value| {
        let mut body = body(json!([]));
        body["model"] = json!(model);
        body[key] = value;
        body
    };
    allowed(&with("gpt-4o", "temperature", json!(1.5)));
    refused(
        &with("gpt-4o", "temperature", json!(2.5)),
        "between 0 and 2",
    );
    refused(
        &with("o3", "temperature", json!(1)),
        "'temperature' is not supported",
    );
    allowed(&with("o3", "reasoning", json!({ "effort": "low" })));
    refused(
        &with("o3", "reasoning", json!({ "effort": "some" })),
        "'some'",
    );
    refused(
        &with("gpt-4o", "reasoning", json!({ "effort": "low" })),
        "not supported",
    );
    refused(
        &with("gpt-5-chat-latest", "include", json!([])),
        "not supported",
    );
    refused(&with("o3", "max_output_tokens", json!(15)), "below minimum");
    refused(&with("o3", "store", json!(null)), "store");
    refused(&with("o3", "stream", json!(false)), "stream");
    refused(&with("", "stream", json!(true)), "a model must be named");
    refused(&with("o3", "input", json!("text")), "a list is required");
}

#[test]
fn tools_are_sound() {
    let with = |tool: Value| {
        let mut body = body(json!([]));
        body["tools"] = json!([tool]);
        body
    };
    let tool = |name: &str, parameters: Value| json!({ "type": "function", "name": name, "strict": false, "parameters": parameters });
    let none = json!({ "type": "object", "properties": {} });
    allowed(&with(tool("a-b_1", none.clone())));
    refused(&with(tool("a b", none.clone())), "must match");
    refused(
        &with(tool("a", json!({ "type": "object" }))),
        "missing properties",
    );
    refused(
        &with(json!({ "type": "function", "name": "a", "parameters": none })),
        "strict",
    );
}

#[test]
fn messages_hold_what_their_side_says() {
    let mut wrong = message("assistant", "b");
    wrong["content"][0]["type"] = json!("input_text");
    refused(&body(json!([wrong])), "Supported: 'output_text'");
    refused(
        &body(json!([{ "type": "message", "role": "assistant", "content": [] }])),
        "content",
    );
    refused(
        &body(json!([{ "type": "item_reference", "id": "msg_1" }])),
        "unknown item",
    );
}
