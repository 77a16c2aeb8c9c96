//! `octavusd dev`: a server for one developer, with agents from folders and a key to try them.

mod agents;
mod watch;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use domain::wire::WireChoice;
use domain::{JsonMap, Permission, ProjectId, SessionId};
use runtime::{AgentRef, Runtime};
use serde_json::json;

use self::agents::{DevAgents, LoadedAgent, Notice};
use self::watch::Watch;
use super::say;
use crate::config::Config;
use crate::server::{Mode, Server};
use crate::{agent_folder, api_key, telemetry};

const DATA_DIR: &str = "./.octavusd";

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Agent folders, or folders of agent folders
    #[arg(value_name = "DIR")]
    folders: Vec<PathBuf>,
}

pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    for folder in &arguments.folders {
        agent_folder::find(folder)?;
    }
    let config = Config::load(DATA_DIR)?;
    telemetry::start(&config, "warn")?;
    let key_file = config.data_dir.join("dev-key");
    let missing = config.missing_model_keys();
    let server = Server::open(config, Mode::Dev).await?;
    let runtime = server.runtime.clone();
    let project = api_key::default_project(&runtime).await?;
    let watch = Watch::start(&arguments.folders)?;
    let mut agents = DevAgents::new(runtime.clone(), project.clone(), arguments.folders);
    let broken = agents
        .sync()
        .await?
        .into_iter()
        .filter(|notice| matches!(notice, Notice::Broken(_)));
    watch::report(broken.collect());
    let loaded = agents.loaded();
    let key = dev_key(&runtime, &project, &key_file).await?;
    let sample = sample(&runtime, &project, &loaded).await?;
    tokio::select! {
        ended = server.run(|url| say(&banner(url, &key, &missing, &loaded, sample.as_ref()))) => ended,
        failed = watch.keep(agents) => failed,
    }
}

/// The key of this data folder: the same at every start, so that an application can keep it.
async fn dev_key(runtime: &Runtime, project: &ProjectId, file: &Path) -> anyhow::Result<String> {
    if let Ok(text) = fs::read_to_string(file)
        && let Some((id, secret)) = api_key::parse(&text)
        && api_key::verify(runtime.store().key(&id).await?.as_ref(), secret)
    {
        return Ok(text);
    }
    let permissions = Permission::ALL.into_iter().collect();
    let (store, wire) = (&**runtime.store(), WireChoice::default());
    let key = api_key::create(store, project.clone(), "dev", permissions, wire).await?;
    // The data folder is readable by its owner alone.
    fs::write(file, &key.text).with_context(|| format!("{} cannot be written", file.display()))?;
    Ok(key.text)
}

/// A session to try, and the body of a trigger that it takes.
struct Sample {
    session: SessionId,
    body: String,
}

/// A session of the first agent with a trigger that takes one text.
async fn sample(
    runtime: &Runtime,
    project: &ProjectId,
    agents: &[LoadedAgent],
) -> anyhow::Result<Option<Sample>> {
    for agent in agents {
        let Some((trigger, input)) = runtime.text_trigger(project, &agent.id).await? else {
            continue;
        };
        let agent = AgentRef(agent.id.as_str());
        // An agent that needs input of its own is tried from code.
        let Ok(session) = runtime.create_session(project, agent, JsonMap::new()).await else {
            continue;
        };
        let text = "Hello! What can you do?";
        let body = json!({ "triggerName": trigger, "input": { &*input: text } });
        return Ok(Some(Sample {
            session,
            body: body.to_string(),
        }));
    }
    Ok(None)
}

fn banner(
    url: &str,
    key: &str,
    missing_keys: &[&str],
    agents: &[LoadedAgent],
    sample: Option<&Sample>,
) -> String {
    let mut lines = vec![
        format!("octavusd is ready at {url}"),
        format!("key    {key}"),
    ];
    lines.extend(
        agents
            .iter()
            .map(|agent| format!("agent  {}  {}", agent.slug, agent.id)),
    );
    lines.extend(missing_keys.iter().map(|variable| {
        format!("model  {variable} is not set: the built-in demo model answers in its place")
    }));
    if let Some(Sample { session, body }) = sample {
        lines.push(format!(
            "\ntry it:\n\ncurl -N {url}/api/agent-sessions/{session}/trigger \\\n  \
             -H 'Authorization: Bearer {key}' \\\n  -H 'Content-Type: application/json' \\\n  \
             -d '{body}'"
        ));
    }
    lines.join("\n") + "\n"
}
