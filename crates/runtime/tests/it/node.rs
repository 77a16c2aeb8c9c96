//! A runtime on a shared store, and a model that the test speaks for.

use std::sync::{Arc, Mutex};

use domain::wire::WireVersion;
use domain::{
    Bundle, Delta, ErrorInfo, JsonMap, ModelRequest, Models, ProjectId, PromptFile, SessionId,
    Settings,
};
use futures_util::{StreamExt as _, stream};
use net::{Fetcher, Reach};
use provider::{DeltaStream, Provider};
use runtime::{
    AgentRef, ContinueRequest, LegOptions, Runtime, RuntimeConfig, RuntimeError, StartRequest,
    TapeReader, TriggerRequest,
};
use serde_json::{Value, json};
use store::Store;
use tokio::sync::mpsc;

const PROTOCOL: &str = "
triggers:
  user-message:
    input:
      TEXT: { type: string }
tools:
  search:
    description: Searches
agent:
  model: anthropic/test
  tools: [search]
  agentic: true
handlers:
  user-message:
    Add: { block: add-message, role: user, prompt: text, input: [TEXT] }
    Respond: { block: next-message }
";

const OPTIONS: LegOptions = LegOptions {
    wire: WireVersion::V4,
    trace: false,
};

/// What a scripted model does next.
pub(crate) enum Says {
    Delta(Delta),
    Panic,
}

impl From<Delta> for Says {
    fn from(delta: Delta) -> Self {
        Self::Delta(delta)
    }
}

/// A model whose every word comes from the test. It waits for ever where the script ends.
#[derive(Clone)]
pub(crate) struct Scripted {
    words: Arc<Mutex<Option<mpsc::Receiver<Says>>>>,
    script: mpsc::Sender<Says>,
}

impl Default for Scripted {
    fn default() -> Self {
        let (script, words) = mpsc::channel(1_000);
        Self {
            words: Arc::new(Mutex::new(Some(words))),
            script,
        }
    }
}

impl Scripted {
    pub(crate) async fn say(&self, what: impl Into<Says>) {
        self.script
            .send(what.into())
            .await
            .expect("the model listens");
    }

    pub(crate) async fn text(&self, text: &str) {
        self.say(Delta::Text(text.into())).await;
    }

    pub(crate) async fn call(&self, name: &str) {
        self.say(Delta::ToolStart {
            slot: 0,
            name: name.into(),
            opaque: None,
        })
        .await;
        self.say(Delta::ToolEnd { slot: 0 }).await;
        self.say(Delta::Finish(domain::FinishReason::ToolCalls))
            .await;
    }

    pub(crate) async fn finish(&self) {
        self.say(Delta::Finish(domain::FinishReason::Stop)).await;
    }
}

/// Lends the script to one call at a time and takes it back when the call is dropped.
struct Lent {
    words: Option<mpsc::Receiver<Says>>,
    home: Arc<Mutex<Option<mpsc::Receiver<Says>>>>,
}

impl Drop for Lent {
    fn drop(&mut self) {
        *self
            .home
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = self.words.take();
    }
}

impl Models for Scripted {}

impl Provider for Scripted {
    fn stream(&self, _: ModelRequest) -> DeltaStream {
        let words = self.words.lock().expect("the script").take();
        let lent = Lent {
            words,
            home: Arc::clone(&self.words),
        };
        stream::unfold(lent, |mut lent| async {
            let says = lent.words.as_mut()?.recv().await?;
            let entry: Result<Delta, ErrorInfo> = match says {
                Says::Delta(delta) => Ok(delta),
                Says::Panic => panic!("a defect in a provider"),
            };
            Some((entry, lent))
        })
        .boxed()
    }
}

/// One server of a project.
pub(crate) struct Node {
    pub(crate) runtime: Runtime,
    pub(crate) model: Scripted,
    pub(crate) project: ProjectId,
}

impl Node {
    pub(crate) async fn new(
        store: &Arc<dyn Store>,
        name: &str,
        change: impl FnOnce(&mut RuntimeConfig),
    ) -> Self {
        let model = Scripted::default();
        let mut config = RuntimeConfig::for_node(name);
        change(&mut config);
        let objects = store::testing::objects();
        let provider = Arc::new(model.clone());
        let fetcher = Fetcher::new(Reach::Anywhere).expect("a client");
        let runtime = Runtime::new(Arc::clone(store), objects, provider, fetcher, config);
        let now = runtime::now();
        let project = store
            .ensure_project("p", "project".into(), now)
            .await
            .expect("a project");
        Self {
            runtime,
            model,
            project,
        }
    }

    pub(crate) async fn session(&self) -> SessionId {
        self.deploy().await;
        let agent = AgentRef("sample");
        let created = self
            .runtime
            .create_session(&self.project, agent, JsonMap::new())
            .await;
        created.expect("a session")
    }

    /// Stores the agent.
    pub(crate) async fn deploy(&self) {
        let bundle = Bundle {
            settings: Settings {
                slug: "sample".into(),
                name: "Sample".into(),
                description: None,
                format: domain::AgentFormat::Interactive,
            },
            protocol: PROTOCOL.into(),
            prompts: vec![PromptFile {
                name: "text".into(),
                content: "{{TEXT}}".into(),
            }],
            references: Vec::new(),
        };
        self.runtime
            .deploy_agent(&self.project, bundle)
            .await
            .expect("an agent");
    }

    pub(crate) async fn trigger(&self, session: &SessionId) -> Result<TapeReader, RuntimeError> {
        self.runtime
            .trigger(&self.project, session, hi(), OPTIONS)
            .await
    }

    /// A session and its first trigger in one.
    pub(crate) async fn start(&self, key: &str) -> Result<(SessionId, TapeReader), RuntimeError> {
        let request = StartRequest {
            agent: "sample".into(),
            input: JsonMap::new(),
            trigger: hi(),
            key: Some(key.into()),
        };
        self.runtime.start(&self.project, request, OPTIONS).await
    }

    /// Answers every call of a leg.
    pub(crate) async fn resume(
        &self,
        session: &SessionId,
        leg: &[Value],
    ) -> Result<TapeReader, RuntimeError> {
        let start = leg.first().expect("a start");
        let asked = leg
            .iter()
            .find(|event| event["type"] == "tool-request")
            .expect("a request");
        let results = asked["toolCalls"].as_array().expect("calls").iter();
        let results = results.map(|call| json!({ "toolCallId": call["toolCallId"], "result": 1 }));
        let request = ContinueRequest {
            execution: start["executionId"].as_str().map(Into::into),
            results: serde_json::from_value(results.collect()).expect("answers"),
            dynamic_tools: None,
        };
        self.runtime
            .resume(&self.project, session, request, OPTIONS)
            .await
    }

    /// The texts that a client is shown on reload.
    pub(crate) async fn texts(&self, session: &SessionId) -> Vec<String> {
        let (session, _) = self
            .runtime
            .session(&self.project, session)
            .await
            .expect("a session");
        let view = self.runtime.view(session).await.expect("a view");
        view.messages
            .iter()
            .map(|message| message.content.clone())
            .collect()
    }
}

fn hi() -> TriggerRequest {
    let input = json!({ "TEXT": "hi" });
    TriggerRequest {
        name: "user-message".into(),
        input: input.as_object().cloned().unwrap_or_default(),
        sender: None,
        rollback: None,
        dynamic_tools: None,
    }
}

/// All events of a leg.
pub(crate) async fn events(reader: TapeReader) -> Vec<Value> {
    let bytes: Vec<_> = reader.collect().await;
    let text = String::from_utf8(bytes.concat()).expect("UTF-8");
    let mut frames: Vec<&str> = text
        .split("\n\n")
        .filter(|frame| !frame.is_empty())
        .collect();
    assert_eq!(frames.pop(), Some("data: [DONE]"), "{text}");
    let parse = |frame: &str| {
        let json = frame.strip_prefix("data: ").expect("a data line");
        serde_json::from_str(json).expect("JSON")
    };
    frames.into_iter().map(parse).collect()
}

/// Reads until a text has come.
pub(crate) async fn read_until(reader: &mut TapeReader, text: &str) {
    let mut read = Vec::new();
    while let Some(bytes) = reader.next().await {
        read.extend_from_slice(&bytes);
        if String::from_utf8_lossy(&read).contains(text) {
            return;
        }
    }
    panic!("the stream ended: {}", String::from_utf8_lossy(&read));
}

/// A store on a file that lasts as long as the folder.
pub(crate) async fn store() -> (tempfile::TempDir, Arc<dyn Store>) {
    store::testing::temp().await
}
