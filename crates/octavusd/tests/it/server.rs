//! A server of the test's own, with a store of its own and a scripted model vendor.

use std::sync::Arc;

use domain::wire::WireChoice;
use domain::{Permission, StreamEvent};
use net::{Fetcher, Reach};
use octavusd::http::FileUrls;
use octavusd::master_key::MasterKey;
use provider::{Endpoint, Providers, ProvidersConfig};
use reqwest::{Method, RequestBuilder, StatusCode};
use runtime::{Runtime, RuntimeConfig};
use serde_json::{Value, json};
use store::Objects;
use testkit::FakeProvider;

/// A running server. It ends with the test.
pub(crate) struct TestServer {
    pub(crate) runtime: Runtime,
    pub(crate) fake: FakeProvider,
    base: String,
    key: String,
    pub(crate) client: reqwest::Client,
    pub(crate) folder: Arc<tempfile::TempDir>,
    database: String,
}

/// An answer that was read whole.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    /// The events of a stream, which must end as the contract says.
    pub(crate) fn events(&self) -> Vec<StreamEvent> {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        let mut frames: Vec<&str> = self
            .text
            .split("\n\n")
            .filter(|frame| !frame.is_empty())
            .collect();
        assert_eq!(frames.pop(), Some("data: [DONE]"), "{}", self.text);
        let parse = |frame: &str| {
            let json = frame.strip_prefix("data: ").expect("a data line");
            serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"))
        };
        frames.into_iter().map(parse).collect()
    }

    /// The types of the events of a stream.
    pub(crate) fn event_types(&self) -> Vec<String> {
        let kind = |event: &StreamEvent| {
            let json = serde_json::to_value(event).expect("events are JSON");
            json["type"].as_str().expect("a type").to_owned()
        };
        self.events().iter().map(kind).collect()
    }

    /// The text of all deltas.
    pub(crate) fn said(&self) -> String {
        let delta = |event| match event {
            StreamEvent::TextDelta { delta, .. } => Some(delta),
            _ => None,
        };
        self.events().into_iter().filter_map(delta).collect()
    }
}

impl TestServer {
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub(crate) async fn start_with(change: impl FnOnce(&mut RuntimeConfig)) -> Self {
        let (folder, database) = store::testing::database().await;
        let fake = FakeProvider::start().await.expect("a fake vendor");
        Self::start_on(Arc::new(folder), database, fake, change).await
    }

    /// On an SQLite database that is as a dump says.
    pub(crate) async fn start_from(dump: &str) -> Self {
        let (folder, database) = store::testing::sqlite_of(dump);
        let fake = FakeProvider::start().await.expect("a fake vendor");
        Self::start_on(Arc::new(folder), database, fake, |_| {}).await
    }

    /// Another process on the same store, while this one is treated as dead.
    pub(crate) async fn restart(self) -> Self {
        let key = self.key.clone();
        let mut next = Self::start_on(self.folder, self.database, self.fake, |_| {}).await;
        next.key = key;
        next
    }

    async fn start_on(
        folder: Arc<tempfile::TempDir>,
        database: String,
        fake: FakeProvider,
        change: impl FnOnce(&mut RuntimeConfig),
    ) -> Self {
        let store = store::open(&database).await.expect("a store");
        let endpoint = Endpoint {
            base_url: Some(fake.url()),
            api_key: Some("sk-test".into()),
            ..Endpoint::default()
        };
        let config = ProvidersConfig {
            endpoints: [("anthropic".to_owned(), endpoint)].into(),
            ..ProvidersConfig::default()
        };
        let providers = Providers::new(config).expect("providers");
        let mut config = RuntimeConfig::for_node("test");
        change(&mut config);
        let objects = Objects::folder(&folder.path().join("files")).expect("a folder for files");
        let fetcher = Fetcher::new(Reach::Anywhere).expect("a client");
        let runtime = Runtime::new(store, objects, Arc::new(providers), fetcher, config);
        runtime.recover().await.expect("a recovery");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let key = MasterKey::parse("a key for tests, long enough to be one").expect("a key");
        let file_urls = FileUrls::new(&base, &key).expect("signed URLs");
        let service = octavusd::http::service(runtime.clone(), file_urls);
        #[expect(
            clippy::disallowed_methods,
            reason = "the test's own server ends with the test"
        )]
        tokio::spawn(async move { axum::serve(listener, service).await });
        let key = make_key(
            &runtime,
            "default",
            &[Permission::Sessions, Permission::Agents],
            WireChoice::Auto,
        )
        .await;
        let client = http_client();
        Self {
            runtime,
            fake,
            base,
            key,
            client,
            folder,
            database,
        }
    }

    /// A key of some project with some permissions.
    pub(crate) async fn key(&self, project: &str, permissions: &[Permission]) -> String {
        make_key(&self.runtime, project, permissions, WireChoice::Auto).await
    }

    /// A key of the default project whose clients read one shape.
    pub(crate) async fn key_with_wire(&self, wire: WireChoice) -> String {
        make_key(&self.runtime, "default", &[Permission::Sessions], wire).await
    }

    /// A request with the server's own key.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.request_as(&self.key, method, path)
    }

    pub(crate) fn request_as(&self, key: &str, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(key)
    }

    /// A request without any key.
    pub(crate) fn request_openly(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base))
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        send(self.request(Method::POST, path).body(body.to_string())).await
    }

    /// Stores the sample agent with that protocol and starts a session of it.
    pub(crate) async fn session_of(&self, protocol: &str) -> Session<'_> {
        let created = self
            .post("/api/agents", &definition("sample", protocol))
            .await;
        assert_eq!(created.status, StatusCode::CREATED, "{}", created.text);
        let body = json!({ "agentId": created.json()["agentId"] });
        let session = self.post("/api/agent-sessions", &body).await.json();
        Session {
            server: self,
            id: session["sessionId"].as_str().expect("an id").to_owned(),
        }
    }

    pub(crate) fn assert_valid_conversations(&self) {
        assert_eq!(self.fake.violations(), Vec::<String>::new());
    }
}

async fn make_key(
    runtime: &Runtime,
    project: &str,
    permissions: &[Permission],
    wire: WireChoice,
) -> String {
    let store = &**runtime.store();
    let project = octavusd::api_key::project(store, project)
        .await
        .expect("a project");
    let permissions = permissions.iter().copied().collect();
    octavusd::api_key::create(store, project, "test", permissions, wire)
        .await
        .expect("a key")
        .text
}

pub(crate) fn http_client() -> reqwest::Client {
    // Another test of this process may have done it already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().build().expect("a client")
}

pub(crate) async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status(), response.headers().clone());
    Answer {
        status,
        headers,
        text: response.text().await.expect("a body"),
    }
}

/// A session and the server that holds it.
pub(crate) struct Session<'a> {
    pub(crate) server: &'a TestServer,
    pub(crate) id: String,
}

impl Session<'_> {
    pub(crate) fn path(&self) -> String {
        format!("/api/agent-sessions/{}", self.id)
    }

    pub(crate) async fn say(&self, text: &str) -> Answer {
        let body = json!({ "triggerName": "user-message", "input": { "TEXT": text } });
        self.trigger(&body).await
    }

    pub(crate) async fn trigger(&self, body: &Value) -> Answer {
        self.server
            .post(&format!("{}/trigger", self.path()), body)
            .await
    }

    /// Posts a result for every call that a leg asked for.
    pub(crate) async fn answer(&self, leg: &Answer, result: &Value) -> Answer {
        self.trigger(&continuation(leg, result)).await
    }

    pub(crate) async fn clear(&self) -> Answer {
        send(self.server.request(Method::DELETE, &self.path())).await
    }

    /// What each message of the chat begins with.
    pub(crate) async fn texts(&self) -> Vec<String> {
        let ui = self.ui().await;
        let messages = ui["messages"].as_array().expect("messages").iter();
        let text = |message: &Value| message["parts"][0]["text"].as_str().map(str::to_owned);
        messages.filter_map(text).collect()
    }

    pub(crate) async fn ui(&self) -> Value {
        self.server
            .get(&format!("{}?format=ui", self.path()))
            .await
            .json()
    }
}

/// The body that answers every call of a leg.
pub(crate) fn continuation(leg: &Answer, result: &Value) -> Value {
    let events = leg.events();
    let (mut execution, mut results) = (Value::Null, Vec::new());
    for event in &events {
        match event {
            StreamEvent::Start { execution_id, .. } => execution = json!(execution_id),
            StreamEvent::ToolRequest { tool_calls, .. } => {
                let answer = |call: &domain::ToolRequestCall| json!({ "toolCallId": call.tool_call_id, "toolName": call.tool_name, "result": result });
                results.extend(tool_calls.iter().map(answer));
            }
            _ => {}
        }
    }
    json!({ "executionId": execution, "toolResults": results })
}

/// An agent's files, with a system prompt and one that passes `TEXT` on.
pub(crate) fn definition(slug: &str, protocol: &str) -> Value {
    json!({
        "settings": { "slug": slug, "name": "Sample", "format": "interactive" },
        "protocol": protocol,
        "prompts": [
            { "name": "system", "content": "Be brief." },
            { "name": "text", "content": "{{TEXT}}" },
        ],
    })
}

/// A protocol that answers a text with the agent's tools at hand.
pub(crate) const CHAT: &str = "
triggers:
  user-message:
    input:
      TEXT: { type: string }
tools:
  get-time:
    description: Tells the time
    parameters:
      zone: { type: string, description: A time zone, optional: true }
  search:
    description: Searches
    display: stream
agent:
  model: anthropic/claude-sonnet-4-5
  system: system
  tools: [get-time, search]
  agentic: true
handlers:
  user-message:
    Add:
      block: add-message
      role: user
      prompt: text
      input: [TEXT]
    Respond:
      block: next-message
";
