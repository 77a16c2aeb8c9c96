//! `/api/agent-sessions/:id/trigger`

use std::time::Duration;

use domain::StreamEvent;
use futures_util::StreamExt as _;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::Reply;

use crate::TestServer;
use crate::server::{Answer, CHAT, Session, continuation, send};

#[tokio::test]
async fn a_reply_streams_and_is_kept() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    server.fake.push(Reply::new().then_chunks(&["Hel", "lo"]));
    let leg = session.say("hi").await;
    assert_eq!(
        leg.event_types(),
        [
            "start",
            "block-start",
            "text-start",
            "text-delta",
            "text-delta",
            "text-end",
            "block-end",
            "finish"
        ]
    );
    assert_eq!(leg.headers["content-type"], "text/event-stream");
    assert_eq!(leg.headers["cache-control"], "no-cache");
    assert_eq!(leg.headers["x-accel-buffering"], "no");
    let ui = session.ui().await;
    assert_eq!(ui["messages"][0]["parts"][0]["text"], "hi");
    assert_eq!(ui["messages"][1]["parts"][0]["text"], "Hello");
    assert_eq!(ui["messages"][1]["status"], "done");
    server.assert_valid_conversations();
}

#[tokio::test]
async fn what_cannot_be_run_is_refused_before_the_stream() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    let refused = [
        (json!({}), "triggerName"),
        (json!({ "triggerName": "nonsense" }), "user-message"),
        (json!({ "triggerName": "user-message" }), "TEXT"),
        (
            json!({ "triggerName": "user-message", "input": { "TEXT": 1 } }),
            "TEXT",
        ),
    ];
    for (body, names) in refused {
        let answer = session.trigger(&body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        let error = answer.json()["error"].as_str().expect("a text").to_owned();
        assert!(error.contains(names), "{body}: {error}");
    }
    assert_eq!(
        session.ui().await["messages"],
        json!([]),
        "nothing was kept"
    );
    session.say("still free").await.events();
}

#[tokio::test]
async fn a_body_over_the_limit_is_413() {
    let server = TestServer::start_with(|config| config.limits.request_body_bytes = 1_000).await;
    let session = server.session_of(CHAT).await;
    let answer = session.say(&"x".repeat(2_000)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.json()["code"], "PAYLOAD_TOO_LARGE");
}

#[tokio::test]
async fn both_forms_of_a_continuation_go_on() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    for repeat_the_trigger in [false, true] {
        server.fake.push(Reply::tool("get-time", json!({})));
        server.fake.push(Reply::text("noon"));
        let leg = session.say("time?").await;
        let mut body = continuation(&leg, &json!("12:00"));
        if repeat_the_trigger {
            body["triggerName"] = json!("user-message");
            body["input"] = json!({ "TEXT": "time?" });
            body["rollbackAfterMessageId"] = Value::Null;
        }
        assert_eq!(session.trigger(&body).await.said(), "noon");
    }
    assert_eq!(
        session.ui().await["messages"].as_array().map(Vec::len),
        Some(4)
    );
    server.assert_valid_conversations();
}

#[tokio::test]
async fn the_documented_short_continuation_needs_no_execution_id() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    server.fake.push(Reply::tool("get-time", json!({})));
    server.fake.push(Reply::text("noon"));
    let leg = session.say("time?").await;
    let mut body = continuation(&leg, &json!("12:00"));
    body.as_object_mut()
        .expect("an object")
        .remove("executionId");
    body["triggerName"] = json!("user-message");
    assert_eq!(session.trigger(&body).await.said(), "noon");
}

#[tokio::test]
async fn ids_are_the_same_on_every_leg() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    server.fake.push(Reply::tool("get-time", json!({})));
    let first = session.say("time?").await;
    let second = session.answer(&first, &json!(1)).await;
    assert_eq!(first.events()[0], second.events()[0]);
}

#[tokio::test]
async fn a_paused_execution_goes_on_in_another_process() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    server.fake.push(Reply::tool("get-time", json!({})));
    let leg = session.say("time?").await;
    let id = session.id;
    let server = server.restart().await;
    server.fake.push(Reply::text("noon"));
    let session = Session {
        server: &server,
        id,
    };
    assert_eq!(session.answer(&leg, &json!("12:00")).await.said(), "noon");
    server.assert_valid_conversations();
}

#[tokio::test]
async fn a_continuation_is_taken_once() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    server.fake.push(Reply::tool("get-time", json!({})));
    let leg = session.say("time?").await;
    session.answer(&leg, &json!(1)).await.events();
    let again = session.answer(&leg, &json!(1)).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    assert_eq!(again.json()["code"], "EXECUTION_NOT_FOUND");
}

#[tokio::test]
async fn a_continuation_whose_leg_was_cut_runs_again() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    server.fake.push(Reply::tool("get-time", json!({})));
    let leg = session.say("time?").await;
    server
        .fake
        .push(Reply::new().then_text("Perhaps").then_hold());
    let cut = server.request(Method::POST, &format!("{}/trigger", session.path()));
    let cut = cut
        .body(continuation(&leg, &json!("12:00")).to_string())
        .send()
        .await;
    read_until(cut.expect("a stream"), "Perhaps").await;
    server.fake.until_aborted(1).await;
    server.fake.push(Reply::text("Noon."));
    assert_eq!(session.answer(&leg, &json!("12:00")).await.said(), "Noon.");
    let ui = session.ui().await;
    let texts = ui["messages"][1]["parts"].as_array().expect("parts").iter();
    let texts: Vec<&Value> = texts.filter(|part| part["type"] == "text").collect();
    assert_eq!(texts.len(), 1, "the cut leg left nothing: {ui}");
    server.assert_valid_conversations();
}

#[tokio::test]
async fn the_same_continuation_at_a_later_pause_is_stale() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    server.fake.push(Reply::tool("get-time", json!({})));
    server.fake.push(Reply::tool("search", json!({})));
    server.fake.push(Reply::text("done"));
    let first = session.say("x").await;
    let second = session.answer(&first, &json!(1)).await;
    let stale = session.answer(&first, &json!(1)).await;
    assert_eq!(stale.status, StatusCode::NOT_FOUND, "{}", stale.text);
    assert_eq!(session.answer(&second, &json!(2)).await.said(), "done");
}

/// Reads a stream until it has said something, and leaves.
async fn read_until(response: reqwest::Response, text: &str) {
    assert_eq!(response.status(), StatusCode::OK);
    let (mut body, mut read) = (response.bytes_stream(), Vec::new());
    while let Some(chunk) = body.next().await {
        read.extend(chunk.expect("bytes"));
        if String::from_utf8_lossy(&read).contains(text) {
            return;
        }
    }
    panic!("the stream ended: {}", String::from_utf8_lossy(&read));
}

pub(crate) async fn say_and_leave(session: &Session<'_>, until: &str) {
    let body = json!({ "triggerName": "user-message", "input": { "TEXT": "hi" } });
    let path = format!("{}/trigger", session.path());
    let response = session
        .server
        .request(Method::POST, &path)
        .body(body.to_string())
        .send()
        .await;
    read_until(response.expect("a stream"), until).await;
}

#[tokio::test]
async fn a_client_that_leaves_stops_the_model_and_keeps_the_text() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    server
        .fake
        .push(Reply::new().then_text("Unfinished").then_hold());
    say_and_leave(&session, "Unfinished").await;
    let left = tokio::time::Instant::now();
    server.fake.until_aborted(1).await;
    assert!(
        left.elapsed() < Duration::from_secs(1),
        "the model was asked for too long"
    );
    server.fake.push(Reply::text("Next"));
    assert_eq!(session.say("again").await.said(), "Next");
    let ui = session.ui().await;
    assert_eq!(ui["messages"][1]["parts"][0]["text"], "Unfinished");
    server.assert_valid_conversations();
}

#[tokio::test]
async fn a_busy_session_is_waited_for_and_then_refused() {
    let server = TestServer::start_with(|config| {
        config.limits.busy_wait = Duration::from_millis(200);
    })
    .await;
    let session = server.session_of(CHAT).await;
    server
        .fake
        .push(Reply::new().then_text("one").then_hold().then_text("two"));
    let body = json!({ "triggerName": "user-message", "input": { "TEXT": "hi" } });
    let path = format!("{}/trigger", session.path());
    let first = server
        .request(Method::POST, &path)
        .body(body.to_string())
        .send()
        .await;
    let first = first.expect("a stream");
    let refused = session.say("busy?").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.json()["code"], "SESSION_BUSY");
    assert!(
        refused.headers["retry-after"]
            .to_str()
            .expect("text")
            .parse::<u32>()
            .expect("seconds")
            >= 1
    );
    server.fake.release();
    let text = first.text().await.expect("a body");
    assert!(text.contains("two"), "{text}");
    session.say("free again").await.events();
}

#[tokio::test]
async fn a_retry_drops_what_came_after_its_anchor() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    for text in ["first", "second"] {
        server.fake.push(Reply::text(text));
        session.say("go").await;
    }
    let ui = session.ui().await;
    let anchor = ui["messages"][1]["id"].clone();
    server.fake.push(Reply::text("better"));
    let body = json!({
        "triggerName": "user-message", "input": { "TEXT": "go" }, "rollbackAfterMessageId": anchor,
    });
    let leg = session.trigger(&body).await;
    assert!(
        matches!(&leg.events()[0], StreamEvent::Start { last_message_id: Some(id), .. } if json!(id) == anchor)
    );
    let ui = session.ui().await;
    assert_eq!(ui["messages"].as_array().map(Vec::len), Some(4));
    assert_eq!(ui["messages"][3]["parts"][0]["text"], "better");
    let body = json!({
        "triggerName": "user-message", "input": { "TEXT": "go" }, "rollbackAfterMessageId": null,
    });
    session.trigger(&body).await.events();
    assert_eq!(
        session.ui().await["messages"].as_array().map(Vec::len),
        Some(2)
    );
}

#[tokio::test]
async fn an_unknown_anchor_drops_only_a_turn_that_failed() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    server.fake.push(Reply::text("kept"));
    session.say("go").await;
    server
        .fake
        .push(Reply::fail(400, "invalid_request_error", "no"));
    session.say("fails").await;
    let retry = json!({
        "triggerName": "user-message", "input": { "TEXT": "again" }, "rollbackAfterMessageId": "made-by-client",
    });
    session.trigger(&retry).await.events();
    let texts = |ui: &Value| -> Vec<String> {
        let messages = ui["messages"].as_array().expect("messages").iter();
        messages
            .map(|message| message["parts"][0]["text"].to_string())
            .collect()
    };
    let once = texts(&session.ui().await);
    assert!(
        !once.contains(&"\"fails\"".to_owned()) && once.contains(&"\"kept\"".to_owned()),
        "{once:?}"
    );
    session.trigger(&retry).await.events();
    assert_eq!(
        session.ui().await["messages"].as_array().map(Vec::len),
        Some(6)
    );
}

#[tokio::test]
async fn an_unknown_anchor_drops_a_turn_that_was_left() {
    let server = TestServer::start().await;
    server.fake.set_default(Reply::text("ok"));
    let session = server.session_of(CHAT).await;
    session.say("first").await.events();
    server.fake.push(Reply::text("Half").then_hold());
    say_and_leave(&session, "Half").await;
    let body = json!({ "triggerName": "user-message", "input": { "TEXT": "again" },
        "rollbackAfterMessageId": "only-the-client-knows-it" });
    session.trigger(&body).await.events();
    assert_eq!(session.texts().await, ["first", "ok", "again", "ok"]);
}

#[tokio::test]
async fn a_retry_drops_a_turn_that_waits_for_tools() {
    let server = TestServer::start().await;
    server.fake.set_default(Reply::text("ok"));
    let session = server.session_of(CHAT).await;
    server.fake.push(Reply::tool("search", json!({})));
    let asked = session.say("first").await;
    let body = json!({ "triggerName": "user-message", "input": { "TEXT": "again" },
        "rollbackAfterMessageId": null });
    session.trigger(&body).await.events();
    assert_eq!(session.texts().await, ["again", "ok"]);
    let late = session.answer(&asked, &json!(1)).await;
    assert_eq!(late.status, StatusCode::NOT_FOUND);
    server.assert_valid_conversations();
}

#[tokio::test]
async fn a_client_offers_tools_of_its_own() {
    let server = TestServer::start().await;
    let servers = "
mcpServers:
  browser: { description: The browser, source: device }
";
    let protocol = CHAT.replace(
        "  agentic: true",
        "  agentic: true\n  mcpServers: [browser]",
    );
    let session = server.session_of(&format!("{protocol}{servers}")).await;
    let tool = |name: &str| {
        let schema = json!({ "$schema": "x", "type": "object", "properties": {} });
        json!({ "name": name, "description": "Clicks", "inputSchema": schema })
    };
    server.fake.push(Reply::tool("browser__click", json!({})));
    let body = json!({ "triggerName": "user-message", "input": { "TEXT": "hi" },
        "dynamicToolSchemas": [tool("browser__click"), tool("elsewhere__click")] });
    let asked = session.trigger(&body).await;
    assert!(
        asked.text.contains("\"toolName\":\"browser__click\""),
        "{}",
        asked.text
    );
    let offered = server.fake.requests()[0].body["tools"].to_string();
    assert!(offered.contains("browser__click"), "{offered}");
    assert!(
        !offered.contains("elsewhere__click") && !offered.contains("$schema"),
        "{offered}"
    );
    let mut more = continuation(&asked, &json!("clicked"));
    more["dynamicToolSchemas"] = json!([tool("browser__type")]);
    session.trigger(&more).await.events();
    session.say("still?").await.events();
    let requests = server.fake.requests();
    let offered = requests[2].body["tools"].to_string();
    assert!(
        offered.contains("browser__type") && !offered.contains("browser__click"),
        "{offered}"
    );
}

#[tokio::test]
async fn a_conversation_that_is_refused_for_its_length_goes_on_with_less() {
    let server = TestServer::start().await;
    let protocol = CHAT.replace(
        "  agentic: true",
        "  agentic: true\n  contextManagement: { thresholdPercent: 0.8, summarizerWorker: short, \
         recentPercent: 0.2 }",
    );
    let protocol = format!("{protocol}\nworkers: {{ short: {{ description: Sums up }} }}");
    let session = server.session_of(&protocol).await;
    let refusal = "prompt is too long: 250000 tokens > 200000 maximum";
    server
        .fake
        .push(Reply::fail(400, "invalid_request_error", refusal));
    server.fake.push(Reply::text("Shorter now."));
    let long = "word ".repeat(5_000);
    assert_eq!(session.say(&long).await.said(), "Shorter now.");
    let posted = server.fake.requests();
    let sizes: Vec<usize> = posted.iter().map(|it| it.body.to_string().len()).collect();
    assert!(sizes[1] < sizes[0] * 2 / 3, "{sizes:?}");
    assert_eq!(
        session.texts().await[0].len(),
        long.trim().len(),
        "what is stored stays whole"
    );
    server.assert_valid_conversations();
}

#[tokio::test]
async fn a_backup_answers_where_the_model_is_overloaded() {
    let server = TestServer::start().await;
    let backup = "  agentic: true\n  backupModel: anthropic/claude-haiku-4-5";
    let session = server
        .session_of(&CHAT.replace("  agentic: true", backup))
        .await;
    // A wait that is too long for a client, so that nobody waits.
    let busy = Reply::fail(529, "overloaded_error", "Overloaded").header("retry-after", "60");
    server.fake.push(busy);
    server.fake.push(Reply::text("From the backup"));
    assert_eq!(session.say("hi").await.said(), "From the backup");
    let models = server.fake.requests();
    let models: Vec<&serde_json::Value> = models.iter().map(|it| &it.body["model"]).collect();
    assert_eq!(models, ["claude-sonnet-4-5", "claude-haiku-4-5"]);
}

#[tokio::test]
async fn a_provider_error_is_an_event_and_the_session_goes_on() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    server.fake.push(Reply::fail(
        400,
        "invalid_request_error",
        "the model does not like it",
    ));
    let leg = session.say("hi").await;
    let events = leg.events();
    let Some(StreamEvent::Error(error)) = events.last() else {
        panic!("{events:?}")
    };
    assert_eq!(
        error
            .provider
            .as_ref()
            .and_then(|provider| provider.status_code),
        Some(400)
    );
    assert!(
        !leg.event_types().contains(&"finish".to_owned()),
        "never both"
    );
    assert_eq!(
        session
            .say("again")
            .await
            .event_types()
            .last()
            .expect("an event"),
        "finish"
    );
}

async fn raw(session: &Session<'_>, headers: &[(&str, &str)]) -> Answer {
    let body = json!({ "triggerName": "user-message", "input": { "TEXT": "hi" } });
    let path = format!("{}/trigger", session.path());
    let mut request = session
        .server
        .request(Method::POST, &path)
        .body(body.to_string());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(request).await
}

#[tokio::test]
async fn an_old_client_gets_the_shape_it_reads() {
    let server = TestServer::start().await;
    let titled = CHAT.replace(
        "description: Searches\n    display: stream",
        "description: Searches\n    title: Looking\n    display: title",
    );
    let session = server.session_of(&titled).await;
    let old = [("user-agent", "node")];
    let new = [("user-agent", "node"), ("x-octavus-sdk-version", "4")];
    for (headers, display) in [
        (&old[..], "description"),
        (&new[..], "title"),
        (&[][..], "title"),
    ] {
        server.fake.push(Reply::tool("search", json!({ "q": "x" })));
        let text = raw(&session, headers).await.text;
        assert!(
            text.contains(&format!(r#""title":"Looking","display":"{display}""#)),
            "{text}"
        );
        assert!(!text.contains("tool-input-delta"), "{text}");
    }
    let ui = |headers: &'static [(&'static str, &'static str)]| {
        let mut request = server.request(Method::GET, &format!("{}?format=ui", session.path()));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        send(request)
    };
    assert!(ui(&[]).await.text.contains(r#""status":"cancelled""#));
    let legacy = ui(&[("sec-fetch-mode", "cors")]).await.text;
    assert!(
        !legacy.contains(r#""status":"cancelled""#) && legacy.contains("Cancelled"),
        "{legacy}"
    );
}

#[tokio::test]
async fn a_drained_server_refuses_and_tells_running_clients() {
    let server = TestServer::start_with(|config| config.drain_time = Duration::ZERO).await;
    let session = server.session_of(CHAT).await;
    server
        .fake
        .push(Reply::new().then_text("partial").then_hold());
    let body = json!({ "triggerName": "user-message", "input": { "TEXT": "hi" } });
    let path = format!("{}/trigger", session.path());
    let running = server
        .request(Method::POST, &path)
        .body(body.to_string())
        .send()
        .await;
    let running = running.expect("a stream");
    server.fake.until_requested(1).await;
    server.runtime.drain().await;
    let text = running.text().await.expect("a body");
    assert!(
        text.contains(r#""type":"error""#) && text.contains(r#""retryable":true"#),
        "{text}"
    );
    assert!(text.ends_with("data: [DONE]\n\n"));
    let refused = session.say("more").await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.headers.contains_key("retry-after"));
}
