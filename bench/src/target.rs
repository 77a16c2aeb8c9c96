//! The servers that are compared: how each is started and asked for a reply.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

use crate::http::{HttpClient, Post};
use crate::vendor::Pace;

/// How long a server may take to start.
const START: Duration = Duration::from_secs(30);

const PROTOCOL: &str = "
triggers:
  user-message:
    input:
      USER_MESSAGE: { type: string }
agent:
  model: openai/bench
  system: system
handlers:
  user-message:
    Add the message:
      block: add-message
      role: user
      prompt: user-message
      input: [USER_MESSAGE]
    Answer:
      block: next-message
";

/// A running server. Dropping it ends it.
pub struct Server {
    pub name: &'static str,
    pub port: u16,
    child: Child,
    kind: Kind,
}

enum Kind {
    Vendor,
    PassThrough,
    Octavusd {
        key: String,
        agent: String,
        _folder: TempDir,
    },
}

/// Puts the server on the first core of the machine; the bench itself keeps to the second.
fn on_first_core(program: &Path) -> Command {
    let mut command = Command::new("taskset");
    command.args(["--cpu-list", "0"]).arg(program);
    command
}

impl Server {
    pub async fn vendor() -> Result<Self> {
        let port = free_port().await?;
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("vendor").arg(port.to_string());
        Self::start("vendor", port, command, Kind::Vendor).await
    }

    pub async fn pass_through(vendor: &Self) -> Result<Self> {
        let port = free_port().await?;
        let mut command = on_first_core(&std::env::current_exe()?);
        command
            .arg("pass-through")
            .args([port.to_string(), vendor.port.to_string()]);
        Self::start("pass-through", port, command, Kind::PassThrough).await
    }

    pub async fn octavusd(binary: &Path, vendor: &Self, client: &HttpClient) -> Result<Self> {
        let folder = TempDir::new()?;
        let port = free_port().await?;
        let environment = |mut command: Command| {
            command
                .env("OCTAVUSD_LISTEN", format!("127.0.0.1:{port}"))
                .env("OCTAVUSD_DATA_DIR", folder.path())
                .env("OPENAI_API_KEY", "sk-bench")
                .env(
                    "OPENAI_BASE_URL",
                    format!("http://127.0.0.1:{}/v1", vendor.port),
                )
                .env("LOG_LEVEL", "warn");
            command
        };
        let mut serve = environment(on_first_core(binary));
        serve.arg("serve");
        let mut server = Self::start("octavusd", port, serve, Kind::PassThrough).await?;
        let key = create_key(environment(Command::new(binary))).await?;
        let agent = create_agent(port, &key, client).await?;
        server.kind = Kind::Octavusd {
            key,
            agent,
            _folder: folder,
        };
        Ok(server)
    }

    async fn start(
        name: &'static str,
        port: u16,
        mut command: Command,
        kind: Kind,
    ) -> Result<Self> {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("`{name}` did not start"))?;
        let mut server = Self {
            name,
            port,
            child,
            kind,
        };
        let deadline = Instant::now() + START;
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            if let Some(status) = server.child.try_wait()? {
                bail!("`{name}` ended with {status}");
            }
            if Instant::now() > deadline {
                bail!("`{name}` does not answer on port {port}");
            }
            sleep(Duration::from_millis(10)).await;
        }
        Ok(server)
    }

    pub fn pid(&self) -> Result<u32> {
        self.child.id().context("the server has ended")
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// A request for one reply. Octavusd gets a session for each, made before anything is measured.
    pub async fn reply(&self, number: u32, client: &HttpClient) -> Result<Post> {
        let text = format!("hello {number}");
        let Kind::Octavusd { key, agent, .. } = &self.kind else {
            return Ok(Post {
                url: self.url("/v1/responses"),
                key: None,
                body: json!({ "model": "bench", "stream": true, "input": text }),
            });
        };
        let session = Post {
            url: self.url("/api/agent-sessions"),
            key: Some(key.clone()),
            body: json!({ "agentId": agent, "input": {} }),
        };
        let session = field(&session.json(client).await?, "sessionId")?;
        Ok(Post {
            url: self.url(&format!("/api/agent-sessions/{session}/trigger")),
            key: Some(key.clone()),
            body: json!({ "triggerName": "user-message", "input": { "USER_MESSAGE": text } }),
        })
    }

    /// Tells the vendor how to answer.
    pub async fn set_pace(&self, pace: Pace, client: &HttpClient) -> Result<()> {
        let (tokens, every) = (pace.tokens, pace.every.as_micros());
        let uri = self.url(&format!("/pace?tokens={tokens}&every={every}"));
        let request = hyper::Request::put(uri).body(http_body_util::Full::default())?;
        let answer = client.request(request).await?;
        if !answer.status().is_success() {
            bail!("the vendor did not take the pace: {}", answer.status());
        }
        Ok(())
    }
}

async fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    Ok(listener.local_addr()?.port())
}

async fn create_key(mut command: Command) -> Result<String> {
    command
        .args(["keys", "create", "--project", "bench", "--name", "bench"])
        .args(["--permissions", "sessions,agents", "--json"]);
    let made = command.output().await?;
    if !made.status.success() {
        bail!("no key: {}", String::from_utf8_lossy(&made.stderr));
    }
    field(&serde_json::from_slice(&made.stdout)?, "key")
}

async fn create_agent(port: u16, key: &str, client: &HttpClient) -> Result<String> {
    let agent = Post {
        url: format!("http://127.0.0.1:{port}/api/agents"),
        key: Some(key.to_owned()),
        body: json!({
            "settings": { "slug": "bench", "name": "Bench", "format": "interactive" },
            "protocol": PROTOCOL,
            "prompts": [
                { "name": "system", "content": "You are a helpful assistant." },
                { "name": "user-message", "content": "{{USER_MESSAGE}}" },
            ],
        }),
    };
    field(&agent.json(client).await?, "agentId")
}

fn field(value: &Value, name: &str) -> Result<String> {
    let text = value[name].as_str();
    Ok(text
        .with_context(|| format!("no `{name}` in {value}"))?
        .to_owned())
}
