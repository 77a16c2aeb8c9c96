//! `/api/files` and `/files`

use std::time::{Duration, Instant};

use domain::{FileId, Permission};
use reqwest::{Body, Method, RequestBuilder, StatusCode, header};
use serde_json::{Value, json};
use testkit::Reply;

use crate::TestServer;
use crate::server::{Answer, CHAT, Session, send};

const WITH_FILES: &str = "
triggers:
  user-message:
    input:
      TEXT: { type: string }
      FILES: { type: 'file[]', optional: true }
agent:
  model: anthropic/claude-sonnet-4-5
handlers:
  user-message:
    Add:
      block: add-message
      role: user
      prompt: text
      input: [TEXT]
      files: [FILES]
    Respond:
      block: next-message
";

/// A file that may be uploaded.
struct Slot {
    id: String,
    upload: String,
    download: String,
}

impl From<&Value> for Slot {
    fn from(info: &Value) -> Self {
        let text = |name: &str| info[name].as_str().expect("a text").to_owned();
        Self {
            id: text("id"),
            upload: text("uploadUrl"),
            download: text("downloadUrl"),
        }
    }
}

impl Session<'_> {
    async fn ask(&self, files: Value) -> Answer {
        let body = json!({ "sessionId": self.id, "files": files });
        self.server.post("/api/files/upload-urls", &body).await
    }

    async fn slot(&self, filename: &str, media_type: &str, size: usize) -> Slot {
        let file = json!({ "filename": filename, "mediaType": media_type, "size": size });
        let answer = self.ask(json!([file])).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        Slot::from(&answer.json()["files"][0])
    }

    async fn uploaded(&self, filename: &str, media_type: &str, bytes: &'static str) -> Slot {
        let slot = self.slot(filename, media_type, bytes.len()).await;
        let put = send(self.put(&slot.upload, media_type, bytes)).await;
        assert_eq!(put.status, StatusCode::NO_CONTENT, "{}", put.text);
        slot
    }

    fn put(&self, url: &str, media_type: &str, bytes: impl Into<Body>) -> RequestBuilder {
        let request = self.at(Method::PUT, url).body(bytes);
        request.header(header::CONTENT_TYPE, media_type)
    }

    /// A request to a whole URL, without a key.
    fn at(&self, method: Method, url: &str) -> RequestBuilder {
        self.server.client.request(method, url)
    }

    async fn download(&self, url: &str) -> Answer {
        send(self.at(Method::GET, url)).await
    }
}

/// A body without a length before it.
fn pieces(pieces: &'static [&'static str]) -> Body {
    let pieces = pieces.iter().map(|piece| Ok::<_, std::io::Error>(*piece));
    Body::wrap_stream(futures_util::stream::iter(pieces.collect::<Vec<_>>()))
}

fn assert_refused(answer: &Answer, status: StatusCode, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.text);
    let body = answer.json();
    assert_eq!(body["code"], code, "{}", answer.text);
    assert_eq!(body["error"], body["message"]);
    assert_eq!(answer.headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
}

/// Everything below the folder of files, by name.
fn on_disk(server: &TestServer) -> Vec<String> {
    let mut folders = vec![server.folder.path().join("files")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let entry = entry.expect("an entry");
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                found.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}

/// Says something and shows files with it.
async fn show(session: &Session<'_>, files: Value) -> Answer {
    let input = json!({ "TEXT": "What is this?", "FILES": files });
    let body = json!({ "triggerName": "user-message", "input": input });
    session.trigger(&body).await
}

fn reference(slot: &Slot, media_type: &str) -> Value {
    json!({ "id": slot.id, "mediaType": media_type, "url": slot.download, "filename": "a file" })
}

/// What the model was shown with its newest request.
fn shown(server: &TestServer) -> Value {
    let request = server.fake.requests().pop().expect("a request");
    request.body["messages"].clone()
}

#[tokio::test]
async fn a_model_is_shown_the_bytes_of_a_file() {
    let server = TestServer::start().await;
    let session = server.session_of(WITH_FILES).await;
    let slot = session
        .uploaded("p.png", "image/png", "not really a picture")
        .await;
    show(&session, json!([reference(&slot, "image/png")]))
        .await
        .events();
    let content = &shown(&server)[0]["content"];
    assert_eq!(content[0]["type"], "image");
    assert_eq!(content[0]["source"]["type"], "base64");
    assert_eq!(content[0]["source"]["data"], "bm90IHJlYWxseSBhIHBpY3R1cmU=");
    assert_eq!(content[1]["text"], "What is this?");
    // It is still there in the next turn.
    session
        .trigger(&json!({ "triggerName": "user-message", "input": { "TEXT": "And now?" } }))
        .await
        .events();
    assert_eq!(shown(&server)[0]["content"][0]["type"], "image");
    server.assert_valid_conversations();
}

#[tokio::test]
async fn a_file_of_another_session_is_not_read() {
    let server = TestServer::start().await;
    let other = server.session_of(WITH_FILES).await;
    let slot = other.uploaded("p.txt", "text/plain", "a secret").await;
    let body = json!({ "agentId": "sample" });
    let created = server.post("/api/agent-sessions", &body).await.json();
    let session = Session {
        server: &server,
        id: created["sessionId"].as_str().expect("an id").to_owned(),
    };
    let stolen = json!({ "id": slot.id, "mediaType": "text/plain", "filename": "p.txt",
        "url": "http://127.0.0.1:1/elsewhere" });
    show(&session, json!([stolen])).await.events();
    let text = shown(&server).to_string();
    assert!(!text.contains("a secret"), "{text}");
    assert!(
        text.contains("The file `p.txt` (text/plain) could not be read."),
        "{text}"
    );
}

#[tokio::test]
async fn an_address_that_the_vendor_fetches_is_handed_on() {
    let server = TestServer::start().await;
    let session = server.session_of(WITH_FILES).await;
    let url = "https://example.com/p.png";
    let file = json!({ "id": "theirs", "mediaType": "image/png", "url": url });
    show(&session, json!([file])).await.events();
    let content = &shown(&server)[0]["content"][0];
    assert_eq!(content["source"], json!({ "type": "url", "url": url }));
}

#[tokio::test]
async fn a_text_behind_an_address_is_fetched() {
    let server = TestServer::start().await;
    let session = server.session_of(WITH_FILES).await;
    let elsewhere = session
        .uploaded("notes.txt", "text/plain", "Ants are small.")
        .await;
    let file = json!({ "id": "theirs", "mediaType": "text/plain", "filename": "notes.txt",
        "url": elsewhere.download });
    show(&session, json!([file])).await.events();
    let text = shown(&server).to_string();
    assert!(text.contains("Ants are small."), "{text}");
}

#[tokio::test]
async fn a_large_image_is_shown_smaller_where_the_agent_says_so() {
    let server = TestServer::start().await;
    let capped = WITH_FILES.replace("agent:\n", "agent:\n  maxImageDimension: 1\n");
    let session = server.session_of(&capped).await;
    // Two pixels, one above the other.
    let picture = include_bytes!("pictures/two-pixels.png");
    let slot = session.slot("p.png", "image/png", picture.len()).await;
    let put = session.put(&slot.upload, "image/png", picture.as_slice());
    assert_eq!(send(put).await.status, StatusCode::NO_CONTENT);
    for _ in 0..2 {
        show(&session, json!([reference(&slot, "image/png")]))
            .await
            .events();
    }
    let path = format!("/api/agent-sessions/{}/logs", session.id);
    let logs = server.get(&path).await.json();
    let entries = logs["entries"].as_array().expect("entries").iter();
    let adapted: Vec<&Value> = entries.filter(|it| it["type"] == "image-adapted").collect();
    assert_eq!(adapted.len(), 1, "once for each image");
    assert_eq!(adapted[0]["original"], json!([1, 2]));
    assert_eq!(adapted[0]["delivered"], json!([1, 1]));
    assert_eq!(adapted[0]["maxImageDimension"], 1);
    assert_eq!(adapted[0]["source"], "declared-cap");
    let content = &shown(&server)[0]["content"][0];
    assert_eq!(content["type"], "image");
    let original = session.at(Method::GET, &slot.download).send().await;
    let original = original.expect("an answer").bytes().await.expect("bytes");
    assert_eq!(&*original, picture, "the file itself is as it was");
}

#[tokio::test]
async fn a_file_that_a_tool_brings_is_shown_behind_its_result() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    let slot = session
        .uploaded("p.png", "image/png", "not really a picture")
        .await;
    server.fake.push(Reply::tool("search", json!({})));
    let asked = session.say("hi").await;
    let mut body = crate::server::continuation(&asked, &json!("found it"));
    body["toolResults"][0]["files"] = json!([reference(&slot, "image/png")]);
    session.trigger(&body).await.events();
    let content = &shown(&server)[2]["content"];
    assert_eq!(content[0]["type"], "tool_result");
    assert_eq!(content[1]["type"], "image");
    server.assert_valid_conversations();
}

#[tokio::test]
async fn a_file_is_downloaded_as_it_was_uploaded() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    let slot = session.slot("photo.png", "image/png", 11).await;
    assert!(
        slot.upload.starts_with("http://127.0.0.1:"),
        "{}",
        slot.upload
    );

    let early = session.download(&slot.download).await;
    assert_refused(&early, StatusCode::NOT_FOUND, "NOT_FOUND");
    let put = send(session.put(&slot.upload, "image/png", "hello world")).await;
    assert_eq!(put.status, StatusCode::NO_CONTENT, "{}", put.text);
    assert_eq!(put.headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");

    let got = session.download(&slot.download).await;
    assert_eq!((got.status, &*got.text), (StatusCode::OK, "hello world"));
    for (name, value) in [
        (header::CONTENT_TYPE, "image/png"),
        (header::CONTENT_LENGTH, "11"),
        (
            header::CONTENT_DISPOSITION,
            "inline; filename*=UTF-8''photo.png",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::ETAG, &format!("\"{}\"", slot.id)),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ] {
        assert_eq!(got.headers[&name], value, "{name}");
    }
    let head = send(session.at(Method::HEAD, &slot.download)).await;
    assert_eq!(head.headers[header::CONTENT_LENGTH], "11");
    assert_eq!((head.status, &*head.text), (StatusCode::OK, ""));
}

#[tokio::test]
async fn urls_are_answered_in_the_order_of_the_request() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    let file = |size: usize| json!({ "filename": "a", "mediaType": "text/plain", "size": size });
    let files: Vec<Value> = (1..=20).map(file).collect();
    let answer = session.ask(json!(files)).await.json();
    let answered = answer["files"].as_array().expect("files");
    for (size, info) in (1..=20).zip(answered) {
        let slot = Slot::from(info);
        assert!(
            slot.upload.contains(&format!("?size={size}&")),
            "{}",
            slot.upload
        );
    }
    assert_eq!(answered.len(), 20);
}

#[tokio::test]
async fn requests_that_are_not_right_are_refused() {
    let server = TestServer::start_with(|config| {
        config.limits.file_bytes = 1_000;
        config.limits.file_request_bytes = 1_500;
    })
    .await;
    let session = server.session_of(CHAT).await;
    let file = |filename: &str, media_type: &str, size: Value| json!([{ "filename": filename, "mediaType": media_type, "size": size }]);
    let one = &file("a", "text/plain", json!(1))[0];
    for files in [
        json!([]),
        json!(vec![one; 21]),
        json!("files"),
        json!([{ "filename": "a", "size": 1 }]),
        file("", "text/plain", json!(1)),
        file(&"ä".repeat(256), "text/plain", json!(1)),
        file("a", "", json!(1)),
        file("a", "text/plain\r\nSet-Cookie: a=b", json!(1)),
        file("a", " text/plain", json!(1)),
        file("a", "text/plain", json!(0)),
        file("a", "text/plain", json!(-1)),
        file("a", "text/plain", json!(1.5)),
        file("a", "text/plain", json!("1")),
    ] {
        let answer = session.ask(files.clone()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{files}");
        assert_eq!(answer.json()["code"], "VALIDATION_ERROR");
    }
    let big = &file("a", "text/plain", json!(800))[0];
    for files in [file("a", "text/plain", json!(1_001)), json!([big, big])] {
        let answer = session.ask(files.clone()).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{files}");
        assert_eq!(answer.json()["code"], "PAYLOAD_TOO_LARGE");
    }
    let long = session
        .ask(file(&"ä".repeat(255), "any/thing", json!(1_000)))
        .await;
    assert_eq!(long.status, StatusCode::OK, "{}", long.text);
}

#[tokio::test]
async fn a_session_takes_files_of_its_own_project_while_it_lives() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    let body = |session: &str| {
        let file = json!({ "filename": "a", "mediaType": "text/plain", "size": 1 });
        json!({ "sessionId": session, "files": [file] }).to_string()
    };
    let stranger = server.key("other", &Permission::ALL).await;
    let post = |key: &str, session: &str| {
        let request = server.request_as(key, Method::POST, "/api/files/upload-urls");
        request.body(body(session))
    };
    let elsewhere = send(post(&stranger, &session.id)).await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
    assert_eq!(elsewhere.json()["code"], "NOT_FOUND");
    let unknown = send(post(&stranger, "nobody")).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let agents_only = server.key("default", &[Permission::Agents]).await;
    let forbidden = send(post(&agents_only, &session.id)).await;
    assert_eq!(forbidden.status, StatusCode::FORBIDDEN);

    session.clear().await;
    let file = json!([{ "filename": "a", "mediaType": "text/plain", "size": 1 }]);
    let expired = session.ask(file).await;
    assert_eq!(expired.status, StatusCode::NOT_FOUND);
    assert_eq!(expired.json()["code"], "SESSION_EXPIRED");
}

#[tokio::test]
async fn a_url_is_good_for_what_it_was_signed_for_alone() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    let slot = session.slot("a.txt", "text/plain", 5).await;
    let other = session.slot("b.txt", "text/plain", 5).await;
    let changed = [
        slot.upload.replace("size=5", "size=6"),
        slot.upload.replace("type=text%2Fplain", "type=text%2Fhtml"),
        slot.upload.replace("expires=1", "expires=2"),
        slot.upload.replace(&slot.id, &other.id),
        slot.upload.replace("signature=", "signature=0"),
        slot.upload
            .split("&signature")
            .next()
            .expect("a part")
            .to_owned(),
        slot.upload.split('?').next().expect("a part").to_owned(),
        slot.download.clone(),
    ];
    for url in changed {
        let began = Instant::now();
        let answer = send(session.put(&url, "text/plain", "hello")).await;
        assert_refused(&answer, StatusCode::FORBIDDEN, "FORBIDDEN");
        assert!(began.elapsed() < Duration::from_millis(200), "{url}");
    }
    let read = session.download(&slot.upload).await;
    assert_refused(&read, StatusCode::FORBIDDEN, "FORBIDDEN");
    let other_type = send(session.put(&slot.upload, "text/html", "hello")).await;
    assert_refused(&other_type, StatusCode::FORBIDDEN, "FORBIDDEN");
    let no_type = send(session.at(Method::PUT, &slot.upload).body("hello")).await;
    assert_refused(&no_type, StatusCode::FORBIDDEN, "FORBIDDEN");
    assert!(no_type.text.contains("text/plain"), "{}", no_type.text);
    let put = send(session.put(&slot.upload, "Text/Plain", "hello")).await;
    assert_eq!(put.status, StatusCode::NO_CONTENT, "{}", put.text);
    let deleted = send(session.at(Method::DELETE, &slot.upload)).await;
    assert_eq!(deleted.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_body_of_another_size_leaves_nothing() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    let slot = session.slot("a.txt", "text/plain", 5).await;
    let url = &slot.upload;
    for body in [Body::from("hello!"), pieces(&["hello", "!"])] {
        let long = send(session.put(url, "text/plain", body)).await;
        assert_refused(&long, StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE");
    }
    for body in [Body::from("hell"), pieces(&["he", "ll"]), Body::from("")] {
        let short = send(session.put(url, "text/plain", body)).await;
        assert_refused(&short, StatusCode::BAD_REQUEST, "VALIDATION_ERROR");
    }
    assert_eq!(on_disk(&server), [""; 0]);
    let put = send(session.put(url, "text/plain", pieces(&["he", "llo"]))).await;
    assert_eq!(put.status, StatusCode::NO_CONTENT, "{}", put.text);
    assert_eq!(on_disk(&server), [&*slot.id]);
}

#[tokio::test]
async fn a_client_that_goes_or_stalls_leaves_nothing() {
    let server = TestServer::start_with(|config| {
        config.limits.stalled_upload = Duration::from_millis(100);
    })
    .await;
    let session = server.session_of(CHAT).await;
    let slot = session.slot("a.txt", "text/plain", 5).await;
    let stalled = || {
        use futures_util::StreamExt as _;
        let first = futures_util::stream::iter([Ok::<_, std::io::Error>("he")]);
        Body::wrap_stream(first.chain(futures_util::stream::pending()))
    };
    let answer = send(session.put(&slot.upload, "text/plain", stalled())).await;
    assert_refused(&answer, StatusCode::BAD_REQUEST, "VALIDATION_ERROR");
    let leaving = session
        .put(&slot.upload, "text/plain", stalled())
        .timeout(Duration::from_millis(50));
    assert!(leaving.send().await.is_err());
    let deadline = Instant::now() + Duration::from_secs(5);
    while !on_disk(&server).is_empty() {
        assert!(Instant::now() < deadline, "{:?}", on_disk(&server));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let put = send(session.put(&slot.upload, "text/plain", "hello")).await;
    assert_eq!(put.status, StatusCode::NO_CONTENT, "{}", put.text);
}

#[tokio::test]
async fn a_file_is_uploaded_once() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    let slot = session.uploaded("a.txt", "text/plain", "first").await;
    let again = send(session.put(&slot.upload, "text/plain", "other")).await;
    assert_refused(&again, StatusCode::CONFLICT, "CONFLICT");
    assert_eq!(session.download(&slot.download).await.text, "first");
}

#[tokio::test]
async fn of_parallel_uploads_of_one_file_one_stands() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    let slot = session.slot("a.txt", "text/plain", 500_000).await;
    let bodies = ["a", "b", "c", "d", "e"].map(|letter| letter.repeat(500_000));
    let puts = bodies.iter().map(|body| {
        let put = session.put(&slot.upload, "text/plain", body.clone());
        async move { (send(put).await.status, body) }
    });
    let answers = futures_util::future::join_all(puts).await;
    let mut stood = answers
        .iter()
        .filter(|(status, _)| *status == StatusCode::NO_CONTENT);
    let (_, body) = stood.next().expect("one stands");
    assert!(stood.next().is_none());
    let refused = answers
        .iter()
        .filter(|(status, _)| *status == StatusCode::CONFLICT);
    assert_eq!(refused.count(), 4);
    assert!(session.download(&slot.download).await.text == **body);
    assert_eq!(on_disk(&server), [&*slot.id]);
}

#[tokio::test]
async fn files_may_be_uploaded_in_parallel() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    let all = (0..20).map(|_| session.uploaded("a.txt", "text/plain", "hello"));
    let slots = futures_util::future::join_all(all).await;
    for slot in &slots {
        assert_eq!(session.download(&slot.download).await.text, "hello");
    }
    assert_eq!(on_disk(&server).len(), 20);
}

#[tokio::test]
async fn urls_expire() {
    let server = TestServer::start_with(|config| {
        config.limits.upload_url_life = Duration::ZERO;
    })
    .await;
    let session = server.session_of(CHAT).await;
    let slot = session.slot("a.txt", "text/plain", 5).await;
    let late = send(session.put(&slot.upload, "text/plain", "hello")).await;
    assert_refused(&late, StatusCode::FORBIDDEN, "FORBIDDEN");
    assert!(late.text.contains("expired"), "{}", late.text);

    let server = TestServer::start_with(|config| {
        config.limits.download_url_life = Duration::ZERO;
    })
    .await;
    let session = server.session_of(CHAT).await;
    let slot = session.uploaded("a.txt", "text/plain", "hello").await;
    let late = session.download(&slot.download).await;
    assert_refused(&late, StatusCode::FORBIDDEN, "FORBIDDEN");
}

#[tokio::test]
async fn a_browser_may_ask_before_it_uploads() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    let slot = session.slot("a.txt", "text/plain", 5).await;
    let preflight = session
        .at(Method::OPTIONS, &slot.upload)
        .header(header::ORIGIN, "https://app.example")
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, "PUT")
        .header(header::ACCESS_CONTROL_REQUEST_HEADERS, "content-type");
    let answer = send(preflight).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(answer.headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    let methods = answer.headers[header::ACCESS_CONTROL_ALLOW_METHODS].to_str();
    assert!(methods.expect("text").contains("PUT"));
    let headers = answer.headers[header::ACCESS_CONTROL_ALLOW_HEADERS].to_str();
    assert!(headers.expect("text").contains("content-type"));

    for path in ["/api/files/upload-urls", "/api/agents"] {
        let answer = send(server.request(Method::OPTIONS, path)).await;
        let allowed = answer.headers.get(header::ACCESS_CONTROL_ALLOW_ORIGIN);
        assert!(allowed.is_none(), "the API is not for browsers: {path}");
    }
}

#[tokio::test]
async fn a_name_is_a_name_and_never_a_path() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    let name = "../../etc/\"passwd\"\r\nX-Bad: 1 ü.png";
    let slot = session.uploaded(name, "image/png", "hello").await;
    let got = session.download(&slot.download).await;
    assert_eq!(
        got.headers[header::CONTENT_DISPOSITION],
        "inline; filename*=UTF-8''..%2F..%2Fetc%2F%22passwd%22%0D%0AX-Bad%3A%201%20%C3%BC.png"
    );
    assert!(got.headers.get("x-bad").is_none());
    assert_eq!(on_disk(&server), [&*slot.id]);
    for path in [
        "/files/../test.db",
        "/files/..%2Ftest.db",
        "/files/%2e%2e/test.db",
    ] {
        let answer = send(server.request_openly(Method::GET, path)).await;
        assert!(answer.status.is_client_error(), "{path}");
    }
}

#[tokio::test]
async fn a_page_is_never_shown_as_ours() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    for media_type in ["text/html", "image/svg+xml", "application/xhtml+xml", "odd"] {
        let slot = session.uploaded("page", media_type, "<script>").await;
        let headers = session.download(&slot.download).await.headers;
        assert_eq!(headers[header::CONTENT_TYPE], media_type);
        assert_eq!(
            headers[header::CONTENT_DISPOSITION],
            "attachment; filename*=UTF-8''page"
        );
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str();
        assert!(policy.expect("text").contains("sandbox"), "{media_type}");
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    }
}

#[tokio::test]
async fn a_part_of_a_file_can_be_read() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    let slot = session.uploaded("a.mp4", "video/mp4", "0123456789").await;
    let part = |name: &'static str, value: &str| {
        send(session.at(Method::GET, &slot.download).header(name, value))
    };
    let middle = part("range", "bytes=2-4").await;
    assert_eq!(
        (middle.status, &*middle.text),
        (StatusCode::PARTIAL_CONTENT, "234")
    );
    assert_eq!(middle.headers[header::CONTENT_RANGE], "bytes 2-4/10");
    assert_eq!(middle.headers[header::CONTENT_LENGTH], "3");
    let behind = part("range", "bytes=10-").await;
    assert_refused(
        &behind,
        StatusCode::RANGE_NOT_SATISFIABLE,
        "RANGE_NOT_SATISFIABLE",
    );
    let known = part("if-none-match", &format!("\"{}\"", slot.id)).await;
    assert_eq!((known.status, &*known.text), (StatusCode::NOT_MODIFIED, ""));
}

#[tokio::test]
async fn the_files_of_a_session_go_with_it() {
    let server = TestServer::start_with(|config| {
        config.session_ttl = Duration::from_millis(500);
        config.sweep_period = Duration::from_millis(50);
    })
    .await;
    let session = server.session_of(CHAT).await;
    let slot = session.uploaded("a.txt", "text/plain", "hello").await;
    let pending = session.slot("b.txt", "text/plain", 5).await;
    let deadline = Instant::now() + Duration::from_secs(10);
    while !on_disk(&server).is_empty() {
        assert!(Instant::now() < deadline, "{:?}", on_disk(&server));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let gone = session.download(&slot.download).await;
    assert_refused(&gone, StatusCode::NOT_FOUND, "NOT_FOUND");
    let late = send(session.put(&pending.upload, "text/plain", "hello")).await;
    assert_refused(&late, StatusCode::NOT_FOUND, "NOT_FOUND");
    assert_eq!(on_disk(&server), [""; 0]);
}

#[tokio::test]
async fn clearing_a_session_takes_its_files() {
    let server =
        TestServer::start_with(|config| config.sweep_period = Duration::from_millis(20)).await;
    let session = server.session_of(CHAT).await;
    let slot = session.uploaded("a.txt", "text/plain", "hello").await;
    session.clear().await;
    let gone = session.download(&slot.download).await;
    assert_refused(&gone, StatusCode::NOT_FOUND, "NOT_FOUND");
    let deadline = Instant::now() + Duration::from_secs(10);
    while !on_disk(&server).is_empty() {
        assert!(Instant::now() < deadline, "{:?}", on_disk(&server));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_deleted_keeps_no_other() {
    let server =
        TestServer::start_with(|config| config.sweep_period = Duration::from_millis(20)).await;
    let session = server.session_of(CHAT).await;
    let stuck = session.uploaded("a.txt", "text/plain", "hello").await;
    let other = session.uploaded("b.txt", "text/plain", "hello").await;
    assert!(stuck.id < other.id, "it is the first to be deleted");
    let object = server.folder.path().join("files/files").join(&stuck.id);
    std::fs::remove_file(&object).expect("an object");
    std::fs::create_dir_all(object.join("in the way")).expect("a folder in its place");
    session.clear().await;
    wait_for_dropped(&server, &[&stuck.id]).await;
    assert_eq!(on_disk(&server), [""; 0]);
    std::fs::remove_dir_all(&object).expect("the folder");
    wait_for_dropped(&server, &[]).await;
}

/// Waits until these are the files that are still to be deleted.
async fn wait_for_dropped(server: &TestServer, expected: &[&str]) {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let dropped = server.runtime.store().dropped_files(None, 9).await;
        let dropped = dropped.expect("a store");
        if dropped
            .iter()
            .map(FileId::as_str)
            .eq(expected.iter().copied())
        {
            return;
        }
        assert!(Instant::now() < deadline, "{dropped:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_file_in_a_trigger_is_a_part_of_the_message_with_a_fresh_url() {
    let server = TestServer::start().await;
    let session = server.session_of(WITH_FILES).await;
    let slot = session.uploaded("a.png", "image/png", "hello").await;
    let own = json!({ "id": slot.id, "mediaType": "image/png", "url": "https://old.example/a",
        "filename": "a.png", "size": 5 });
    let foreign = json!({ "id": "f-elsewhere", "mediaType": "image/png",
        "url": "https://example.com/b.png" });
    server.fake.push(Reply::text("Nice."));
    let leg = session
        .trigger(&json!({
            "triggerName": "user-message",
            "input": { "TEXT": "look", "FILES": [own, foreign] },
        }))
        .await;
    assert_eq!(leg.said(), "Nice.");
    let full = server.get(&session.path()).await.json();
    let shown = session.ui().await;
    for (messages, file) in [
        (&full["messages"], "/parts/0/file"),
        (&shown["messages"], "/parts/0"),
    ] {
        let file = messages[0].pointer(file).expect("a file part");
        assert_eq!(
            (&file["id"], &file["filename"]),
            (&json!(slot.id), &json!("a.png"))
        );
        let url = file["url"].as_str().expect("a URL");
        assert_eq!(session.download(url).await.text, "hello");
    }
    assert_eq!(
        shown["messages"][0]["parts"][1]["url"],
        "https://example.com/b.png"
    );
    server.assert_valid_conversations();
}

#[tokio::test]
async fn a_file_of_another_session_gets_no_url() {
    let server = TestServer::start().await;
    let session = server.session_of(WITH_FILES).await;
    let body = json!({ "agentId": "sample" });
    let other = server.post("/api/agent-sessions", &body).await.json();
    let other = Session {
        server: &server,
        id: other["sessionId"].as_str().expect("an id").to_owned(),
    };
    let slot = other.uploaded("a.png", "image/png", "secret").await;
    let guess = json!({ "id": slot.id, "mediaType": "image/png", "url": "https://old.example/a" });
    server.fake.push(Reply::text("Nice."));
    session
        .trigger(&json!({
            "triggerName": "user-message",
            "input": { "TEXT": "look", "FILES": [guess] },
        }))
        .await;
    let shown = session.ui().await;
    assert_eq!(
        shown["messages"][0]["parts"][0]["url"],
        "https://old.example/a"
    );
}

#[tokio::test]
async fn a_restored_session_that_was_not_swept_has_its_files() {
    let life = Duration::from_millis(300);
    let server = TestServer::start_with(|config| config.session_ttl = life).await;
    let session = server.session_of(WITH_FILES).await;
    let slot = session.uploaded("a.png", "image/png", "hello").await;
    let copy = json!([{
        "id": "m", "role": "user", "status": "done", "createdAt": "2026-01-15T10:30:00.000Z",
        "parts": [{ "type": "file", "id": slot.id, "mediaType": "image/png",
            "url": "https://old.example/a" }],
    }]);
    tokio::time::sleep(life).await;
    let path = format!("{}/restore", session.path());
    let mut restored = json!(null);
    while restored != json!(true) {
        let answer = server.post(&path, &json!({ "messages": copy })).await;
        restored = answer.json()["restored"].clone();
    }
    let ui = session.ui().await;
    let url = ui["messages"][0]["parts"][0]["url"]
        .as_str()
        .expect("a URL");
    assert_eq!(session.download(url).await.text, "hello");
}
