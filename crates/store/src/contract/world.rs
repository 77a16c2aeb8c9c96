//! What most cases begin with: a place for a store, a project, an agent, a session.

use std::any::Any;
use std::sync::Arc;

use domain::{
    AgentFormat, AgentId, Audience, Author, Body, Bundle, ExecutionId, Item, JsonMap, LogBody,
    LogEntry, LogRecord, ProjectId, SessionId, SessionState, Settings, StoredItem, Timestamp,
};
use serde_json::{Value, json};

use crate::{
    AcquireLease, Acquired, CommitPoint, CommitWrite, ExecutionStatus, FindAgent, Lease, LogQuery,
    NewAgent, NewSession, Seen, Session, Store, StoreError, StoredExecution,
};

/// Where a store can be opened, more than once.
pub(crate) struct Place {
    url: String,
    /// What goes when the place goes.
    _guard: Box<dyn Any + Send + Sync>,
}

impl Place {
    pub(crate) fn new(url: String, guard: impl Any + Send + Sync) -> Self {
        Self {
            url,
            _guard: Box::new(guard),
        }
    }

    #[cfg(feature = "postgres")]
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) async fn open(&self) -> Arc<dyn Store> {
        crate::open(&self.url).await.expect("the place opens")
    }
}

/// A column of a table, in the words of SQLite.
#[cfg(feature = "postgres")]
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Column {
    pub(crate) table: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) required: bool,
}

/// The project `acme` with the agent `helper` in a store.
pub(crate) struct World {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) project: ProjectId,
    pub(crate) agent: AgentId,
}

/// Every lease of the cases ends then, unless they say otherwise.
pub(crate) const LEASE_END: Timestamp = at(10_000);
/// And every session.
pub(crate) const SESSION_END: Timestamp = at(1_000_000);

pub(crate) const fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

impl World {
    pub(crate) async fn of(place: &Place) -> Self {
        Self::in_store(place.open().await).await
    }

    pub(crate) async fn in_store(store: Arc<dyn Store>) -> Self {
        let project = project(&*store, "acme").await;
        let agent = AgentId::from("agent-1");
        let find = FindAgent::Id(&agent);
        if store.agent(&project, find).await.expect("find").is_none() {
            let new = new_agent(&project, "agent-1", "helper");
            store.create_agent(new).await.expect("an agent");
        }
        Self {
            store,
            project,
            agent,
        }
    }

    pub(crate) fn new_session(&self, id: &str) -> NewSession {
        NewSession {
            id: id.into(),
            project: self.project.clone(),
            agent: self.agent.clone(),
            revision: "rev-1".into(),
            state: SessionState::default(),
            created: at(0),
            expires: SESSION_END,
        }
    }

    pub(crate) async fn with_session(&self, id: &str) -> SessionId {
        let session = self.new_session(id);
        self.store.create_session(session).await.expect("a session");
        id.into()
    }

    pub(crate) async fn session(&self, id: &SessionId) -> Session {
        let found = self.store.session(&self.project, id).await.expect("find");
        found.expect("the session is there")
    }

    pub(crate) async fn items(&self, id: &SessionId) -> Vec<StoredItem> {
        self.store.items(id).await.expect("items")
    }

    /// The texts of the newest entries of the log.
    pub(crate) async fn log(&self, id: &SessionId, limit: u32) -> Vec<(i64, String)> {
        let query = LogQuery {
            limit,
            without: None,
        };
        let page = self.store.log(id, query).await.expect("a log");
        let text = |entry: &LogRecord| {
            let text = entry.get("reasoningContent").and_then(Value::as_str);
            text.expect("a text").to_owned()
        };
        let entries = page.entries.iter();
        entries.map(|it| (it.seq, text(&it.entry))).collect()
    }

    pub(crate) async fn texts(&self, id: &SessionId) -> Vec<(i64, String)> {
        let items = self.items(id).await;
        items.iter().map(|it| (it.seq, text_of(&it.item))).collect()
    }

    pub(crate) async fn execution(&self, session: &SessionId, id: &str) -> StoredExecution {
        let found = self.store.execution(session, &id.into(), at(5)).await;
        found.expect("find").expect("the execution is there")
    }

    pub(crate) fn request<'r>(
        &'r self,
        session: &'r SessionId,
        node: &'r str,
        now: i64,
    ) -> AcquireLease<'r> {
        AcquireLease {
            project: &self.project,
            session,
            node,
            now: at(now),
            until: LEASE_END.max(at(now + 1)),
        }
    }

    pub(crate) async fn acquire(&self, session: &SessionId, node: &str, now: i64) -> Acquired {
        self.store
            .acquire(self.request(session, node, now))
            .await
            .expect("acquire")
    }

    /// The lease, which must be free.
    pub(crate) async fn take(&self, session: &SessionId) -> Lease {
        self.take_at(session, "node#1", 1).await
    }

    pub(crate) async fn take_at(&self, session: &SessionId, node: &str, now: i64) -> Lease {
        let acquired = self.acquire(session, node, now).await;
        let Acquired::Taken { lease, .. } = acquired else {
            panic!("the session is not free: {acquired:?}");
        };
        lease
    }

    pub(crate) async fn is_free(&self, session: &SessionId) -> bool {
        matches!(
            self.acquire(session, "probe#1", 2).await,
            Acquired::Taken { .. }
        )
    }

    /// Takes the session and makes the one commit of a leg.
    pub(crate) async fn leg(&self, session: &SessionId, step: Step<'_>) {
        let lease = self.take(session).await;
        self.commit(&lease, step).await.expect("the commit");
    }

    pub(crate) async fn commit(
        &self,
        lease: &Lease,
        step: Step<'_>,
    ) -> Result<Vec<StoredItem>, StoreError> {
        let parts = Parts::of(&step);
        self.store.commit(lease, step.write(&parts)).await
    }

    /// The revision of a session that is free.
    pub(crate) async fn look(&self, session: &SessionId, node: &str, now: i64) -> i64 {
        let seen = self.store.look(self.request(session, node, now)).await;
        let Ok(Seen::Free { rev, .. }) = seen else {
            panic!("the session is not free: {seen:?}");
        };
        rev
    }

    pub(crate) async fn accept(
        &self,
        session: &SessionId,
        rev: i64,
        step: Step<'_>,
    ) -> Result<Option<Lease>, StoreError> {
        let parts = Parts::of(&step);
        let request = self.request(session, "node#1", 1);
        self.store.accept(request, rev, step.write(&parts)).await
    }
}

/// What a commit borrows.
struct Parts {
    execution: ExecutionId,
    items: Vec<Arc<Item>>,
    log: Vec<LogRecord>,
}

impl Parts {
    fn of(step: &Step<'_>) -> Self {
        Self {
            execution: step.execution.into(),
            items: step.texts.iter().map(|text| Arc::new(item(text))).collect(),
            log: step.log.iter().map(|text| log_record(text)).collect(),
        }
    }
}

/// A commit in short.
#[derive(Clone, Copy)]
pub(crate) struct Step<'a> {
    pub(crate) execution: &'a str,
    pub(crate) leg: u32,
    pub(crate) begin: bool,
    pub(crate) keyed: bool,
    pub(crate) rewind: Option<i64>,
    pub(crate) point: CommitPoint<'a>,
    pub(crate) texts: &'a [&'a str],
    pub(crate) log: &'a [&'a str],
    pub(crate) state: Option<&'a SessionState>,
}

impl<'a> Step<'a> {
    fn write<'p>(&self, parts: &'p Parts) -> CommitWrite<'p>
    where
        'a: 'p,
    {
        CommitWrite {
            execution: &parts.execution,
            leg: self.leg,
            begin: self.begin,
            keyed: self.keyed,
            rewind: self.rewind,
            point: self.point,
            items: &parts.items,
            state: self.state,
            log: &parts.log,
            now: at(5),
            expires: SESSION_END,
        }
    }

    /// C0 of a first leg.
    pub(crate) fn begin(execution: &'a str) -> Self {
        Self {
            begin: true,
            ..Self::more(execution)
        }
    }

    /// C1 of a first leg.
    pub(crate) fn more(execution: &'a str) -> Self {
        Self {
            execution,
            leg: 1,
            begin: false,
            keyed: false,
            rewind: None,
            point: CommitPoint::Step,
            texts: &[],
            log: &[],
            state: None,
        }
    }

    pub(crate) fn keyed(self) -> Self {
        Self {
            keyed: true,
            ..self
        }
    }

    pub(crate) fn leg(self, leg: u32) -> Self {
        Self { leg, ..self }
    }

    pub(crate) fn at(self, point: CommitPoint<'a>) -> Self {
        Self { point, ..self }
    }

    pub(crate) fn rewind(self, from_seq: i64) -> Self {
        Self {
            rewind: Some(from_seq),
            ..self
        }
    }

    pub(crate) fn pause(self, frame: &'a str) -> Self {
        self.at(CommitPoint::Pause { frame })
    }

    pub(crate) fn end(self) -> Self {
        self.at(CommitPoint::End { failed: false })
    }

    pub(crate) fn texts(self, texts: &'a [&'a str]) -> Self {
        Self { texts, ..self }
    }

    pub(crate) fn log(self, log: &'a [&'a str]) -> Self {
        Self { log, ..self }
    }

    pub(crate) fn state(self, state: &'a SessionState) -> Self {
        Self {
            state: Some(state),
            ..self
        }
    }
}

pub(crate) async fn project(store: &dyn Store, name: &str) -> ProjectId {
    let fresh = ProjectId::from(format!("project-{name}"));
    store
        .ensure_project(name, fresh, at(0))
        .await
        .expect("a project")
}

pub(crate) fn bundle(slug: &str, protocol: &str) -> Bundle {
    Bundle {
        settings: Settings {
            slug: slug.to_owned(),
            name: format!("The {slug}"),
            description: None,
            format: AgentFormat::Interactive,
        },
        protocol: protocol.to_owned(),
        prompts: Vec::new(),
        references: Vec::new(),
    }
}

pub(crate) fn new_agent(project: &ProjectId, id: &str, slug: &str) -> NewAgent {
    NewAgent {
        id: id.into(),
        project: project.clone(),
        revision: "rev-1".into(),
        bundle: bundle(slug, "agent: {}"),
        created: at(0),
    }
}

pub(crate) fn item(text: &str) -> Item {
    Item {
        message: "message-1".into(),
        author: Author::Assistant,
        worker: None,
        thread: domain::ThreadId::main(),
        audience: Audience::Both,
        body: Body::Text { text: text.into() },
    }
}

pub(crate) fn text_of(item: &Item) -> String {
    let Body::Text { text } = &item.body else {
        panic!("not a text: {item:?}");
    };
    text.to_string()
}

pub(crate) fn log_record(text: &str) -> LogRecord {
    let entry = LogEntry {
        body: LogBody::Reasoning {
            reasoning_content: text.into(),
        },
        thread: None,
        block_name: None,
        worker_id: None,
        worker_slug: None,
    };
    LogRecord::new(&entry, usize::MAX)
}

/// Values that hold `value` as the variable `V`.
pub(crate) fn state(value: &str) -> SessionState {
    let mut variables = JsonMap::new();
    variables.insert("V".to_owned(), json!(value));
    SessionState {
        variables,
        ..SessionState::default()
    }
}

pub(crate) fn is_running(execution: &StoredExecution) -> bool {
    execution.status == ExecutionStatus::Running
}
