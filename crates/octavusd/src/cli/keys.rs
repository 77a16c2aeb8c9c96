//! `octavusd keys`: project keys, made beside a running server.

use domain::wire::WireChoice;
use domain::{KeyId, Permission, Permissions};
use serde_json::json;
use store::{Key, Store};

use super::say;
use crate::config::Config;
use crate::{api_key, data_dir};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Make a key; its text is printed once and cannot be read again
    Create(Create),
    /// List the keys that are not revoked
    List {
        /// Only those of this project
        #[arg(long)]
        project: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// Revoke a key: it is refused within a second
    Revoke {
        /// The key's id, as `list` shows it
        id: String,
    },
}

#[derive(Debug, clap::Args)]
pub struct Create {
    /// The project, made where it is not there
    #[arg(long, default_value = api_key::DEFAULT_PROJECT)]
    project: String,
    /// What the key is for
    #[arg(long)]
    name: String,
    /// Of sessions, agents and mint-tokens
    #[arg(long, value_delimiter = ',', default_value = "sessions,agents")]
    permissions: Vec<Permission>,
    /// The shape of messages and events that its clients read: `auto` tells them apart by their
    /// requests, `legacy` is that of the SDKs before version 4
    #[arg(long, default_value = "auto", value_name = "auto|legacy|v4")]
    wire: WireChoice,
    /// Print one JSON object with `key` and `id`
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(command: Command) -> anyhow::Result<()> {
    let config = Config::load("./.octavusd")?;
    data_dir::create(&config.data_dir)?;
    let store = store::open(&config.database_url()).await?;
    match command {
        Command::Create(arguments) => create(&*store, arguments).await,
        Command::List { project, json } => list(&*store, project.as_deref(), json).await,
        Command::Revoke { id } => revoke(&*store, &id).await,
    }
}

async fn create(store: &dyn Store, arguments: Create) -> anyhow::Result<()> {
    let project = api_key::project(store, &arguments.project).await?;
    let permissions: Permissions = arguments.permissions.into_iter().collect();
    let (name, wire) = (&arguments.name, arguments.wire);
    let key = api_key::create(store, project, name, permissions, wire).await?;
    if arguments.json {
        say(&json!({ "key": key.text, "id": key.id }).to_string());
    } else {
        say(&key.text);
    }
    Ok(())
}

async fn list(store: &dyn Store, project: Option<&str>, as_json: bool) -> anyhow::Result<()> {
    let mut keys = store.keys(None).await?;
    keys.retain(|key| project.is_none_or(|project| key.project_name == project));
    if as_json {
        let rows: Vec<_> = keys.iter().map(row).collect();
        say(&json!({ "keys": rows }).to_string());
    } else {
        for key in &keys {
            let permissions: Vec<&str> = key
                .permissions
                .as_slice()
                .iter()
                .map(|permission| permission.as_str())
                .collect();
            let (id, created) = (&key.id, key.created.to_rfc3339());
            say(&format!(
                "{id}  {created}  {}  {}  {}  {}",
                key.project_name,
                permissions.join(","),
                key.wire.as_str(),
                key.name
            ));
        }
    }
    Ok(())
}

fn row(key: &Key) -> serde_json::Value {
    json!({
        "id": key.id,
        "project": key.project_name,
        "name": key.name,
        "permissions": key.permissions,
        "wire": key.wire.as_str(),
        "createdAt": key.created.to_rfc3339(),
    })
}

async fn revoke(store: &dyn Store, id: &str) -> anyhow::Result<()> {
    let revoked = store.revoke_key(&KeyId::from(id), runtime::now()).await?;
    anyhow::ensure!(revoked, "there is no key `{id}`, or it is revoked already");
    say(&format!("revoked {id}"));
    Ok(())
}
