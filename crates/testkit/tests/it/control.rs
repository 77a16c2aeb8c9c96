//! The fake over its control endpoints, as tests in other languages drive it.

use serde_json::{Value, json};
use testkit::FakeProvider;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Sends one request over a connection of its own and reads all of the answer.
async fn send(fake: &FakeProvider, method: &str, path: &str, body: &Value) -> (u16, String) {
    let address = fake.url().replace("http://", "");
    let mut socket = TcpStream::connect(address).await.unwrap();
    let body = body.to_string();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n\
         x-api-key: k\r\nanthropic-version: 1\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    (status, answer)
}

fn hello() -> Value {
    json!({
        "model": "m", "max_tokens": 10, "stream": true, "messages": [{ "role": "user", "content": "Hello" }],
    })
}

#[tokio::test]
async fn a_script_is_answered_in_order_and_forgotten_on_reset() {
    let fake = FakeProvider::start().await.unwrap();
    let script = json!([
        {
            "steps": [
                { "thinking": "Let me see." }, { "redacted": "x" }, { "text": ["Sal", "ut"] }, { "delayMs": 1 },
                { "tool": { "name": "lookup", "input": { "q": "a" } } },
                { "tool": { "name": "lookup", "fragments": ["{}"], "id": "toolu_mine" } },
                { "raw": ": raw\n\n" }, { "error": { "type": "overloaded_error", "message": "Overloaded" } },
            ],
            "usage": { "input": 77 },
            "chunkDelayMs": 1,
        },
        { "fail": { "status": 429, "type": "rate_limit_error", "message": "no" }, "headers": { "retry-after": "3" } },
        { "when": "never said", "steps": ["stall"] },
    ]);
    assert_eq!(send(&fake, "POST", "/_script", &script).await.0, 204);

    let (status, answer) = send(&fake, "POST", "/v1/messages", &hello()).await;
    assert_eq!(status, 200);
    for part in [
        "Sal",
        "signature_delta",
        "toolu_mine",
        ": raw",
        "\"input_tokens\":77",
        "overloaded_error",
    ] {
        assert!(answer.contains(part), "{part} is not in {answer}");
    }
    let (status, answer) = send(&fake, "POST", "/v1/messages", &hello()).await;
    assert_eq!(status, 429);
    assert!(answer.contains("retry-after: 3"), "{answer}");
    assert!(
        send(&fake, "POST", "/v1/messages", &hello())
            .await
            .1
            .contains("script.")
    );

    send(&fake, "POST", "/v1/messages", &json!({ "stream": true })).await;
    assert!(
        send(&fake, "GET", "/_violations", &json!(null))
            .await
            .1
            .contains("max_tokens")
    );
    assert!(
        send(&fake, "GET", "/_requests", &json!(null))
            .await
            .1
            .contains("/v1/messages")
    );
    let (_, state) = send(&fake, "GET", "/_state?requests=4", &json!(null)).await;
    assert!(
        state.contains(r#""requests":4,"open":0,"finished":4,"aborted":0,"queued":1"#),
        "{state}"
    );

    assert_eq!(send(&fake, "POST", "/_reset", &json!(null)).await.0, 204);
    assert_eq!(fake.counts(), testkit::fake_provider::Counts::default());
    assert_eq!(fake.requests(), []);
}

#[tokio::test]
async fn a_hold_waits_for_its_release() {
    let fake = FakeProvider::start().await.unwrap();
    let script = json!([{ "steps": [{ "text": "a" }, "hold", { "text": "b" }] }]);
    send(&fake, "POST", "/_script", &script).await;
    let hello = hello();
    let (answer, ()) = tokio::join!(send(&fake, "POST", "/v1/messages", &hello), async {
        assert_eq!(fake.until_requested(1).await.finished, 0);
        send(&fake, "POST", "/_release", &json!(null)).await;
    });
    assert!(answer.1.contains("message_stop"));
}

#[tokio::test]
async fn a_script_that_cannot_be_read_is_refused() {
    let fake = FakeProvider::start().await.unwrap();
    let (status, answer) = send(&fake, "POST", "/_script", &json!([{ "stpes": [] }])).await;
    assert_eq!(status, 422);
    assert!(answer.contains("unknown field `stpes`"), "{answer}");
}
