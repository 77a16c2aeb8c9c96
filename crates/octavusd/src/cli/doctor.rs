//! `octavusd doctor`: looks at everything that a server needs, and changes nothing that is there.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};
use domain::Timestamp;
use provider::Providers;
use store::Inspection;

use super::{DATA_DIR, say};
use crate::config::Config;
use crate::master_key::{self, MasterKey};
use crate::open_files;
use crate::server::{Mode, objects, providers_config};

/// Fewer open files than this are soon too few: a stream takes two.
const ENOUGH_FILES: u64 = 4096;
/// With fewer no server can work.
const LEAST_FILES: u64 = 256;

/// What a check found that is no failure.
enum Finding {
    Fine(String),
    /// It works, but perhaps not as it is meant to.
    Odd(String),
}
use Finding::{Fine, Odd};

/// Counts the failures and prints each line.
#[derive(Default)]
struct Report {
    failed: usize,
}

impl Report {
    fn add(&mut self, what: &str, found: anyhow::Result<Finding>) {
        let (mark, text) = match found {
            Ok(Fine(text)) => ("ok  ", text),
            Ok(Odd(text)) => ("note", text),
            Err(error) => {
                self.failed += 1;
                ("FAIL", format!("{error:#}"))
            }
        };
        say(&format!("{mark}  {what}: {text}"));
    }
}

pub(crate) async fn run() -> anyhow::Result<()> {
    let mut report = Report::default();
    match Config::load(DATA_DIR) {
        Ok(config) => check_all(&config, &mut report).await,
        Err(error) => report.add("configuration", Err(error)),
    }
    match report.failed {
        0 => Ok(()),
        1 => anyhow::bail!("1 check failed"),
        failed => anyhow::bail!("{failed} checks failed"),
    }
}

async fn check_all(config: &Config, report: &mut Report) {
    report.add("data folder", data_folder(&config.data_dir));
    let inspection = store::inspect(&config.database_url()).await;
    let inspection = inspection.context("it cannot be reached; see DATABASE_URL");
    let clock = inspection.as_ref().ok().and_then(|found| found.clock);
    report.add("database", database(config, inspection).await);
    if let Some(theirs) = clock {
        report.add("clock", compare_clocks(config, theirs));
    }
    report.add("files", files(config).await);
    report.add("master key", master_key(config));
    report.add("models", models(config));
    report.add("open files", open_files());
}

fn data_folder(folder: &Path) -> anyhow::Result<Finding> {
    let shown = folder.display();
    if !folder.exists() {
        return Ok(Odd(format!(
            "{shown} is not there yet; the first start makes it"
        )));
    }
    let probe = folder.join(format!("doctor-{}", std::process::id()));
    fs::write(&probe, "probe")
        .and_then(|()| fs::remove_file(&probe))
        .with_context(|| format!("{shown} cannot be written; give it to the server's user"))?;
    Ok(Fine(format!("{shown} can be written")))
}

async fn database(
    config: &Config,
    inspection: anyhow::Result<Inspection>,
) -> anyhow::Result<Finding> {
    let inspection = inspection?;
    let url = config.database_url();
    // The rest of another URL may hold a password.
    let name = url.strip_prefix("sqlite:").unwrap_or("PostgreSQL");
    if let Some(newer) = inspection.unknown.first() {
        anyhow::bail!(
            "{name} was migrated by a newer build, up to script {newer}; run that build, or take the \
             copy that it made before"
        );
    }
    let Some(newest) = inspection.applied.last() else {
        return Ok(Odd(format!("{name} is new; the first start sets it up")));
    };
    if let Some(next) = inspection.pending.first() {
        return Ok(Odd(format!(
            "{name} is at {newest}; the next start, or `octavusd migrate`, runs {next} and all behind it"
        )));
    }
    let store = store::open(&url)
        .await
        .with_context(|| format!("{name} cannot be opened"))?;
    store
        .ping()
        .await
        .with_context(|| format!("{name} takes no writes"))?;
    Ok(Fine(format!("{name} takes writes, at {newest}")))
}

/// A server takes over the sessions of another when their time is up by its own clock.
fn compare_clocks(config: &Config, theirs: Timestamp) -> anyhow::Result<Finding> {
    let apart = (runtime::now().as_millis() - theirs.as_millis()).unsigned_abs();
    let most = config.lease_ttl / 3;
    ensure!(
        u128::from(apart) <= most.as_millis(),
        "it is {apart} ms from the database's; keep both by NTP, at most {most:?} apart"
    );
    Ok(Fine(format!("{apart} ms from the database's")))
}

async fn files(config: &Config) -> anyhow::Result<Finding> {
    let name = config.files_url.clone();
    if name.is_none() && !config.data_dir.exists() {
        return Ok(Odd("their folder is made with the data folder".to_owned()));
    }
    objects(config)?
        .probe(&format!("doctor-{}", std::process::id()))
        .await?;
    let name = name.unwrap_or_else(|| "the data folder".to_owned());
    Ok(Fine(format!("{name} takes files")))
}

fn master_key(config: &Config) -> anyhow::Result<Finding> {
    let given = config.master_key.is_some() || config.master_key_file.is_some();
    if !given && !master_key::file(&config.data_dir).exists() {
        return Ok(Odd(
            "the first start makes one in the data folder".to_owned()
        ));
    }
    MasterKey::load(config)?;
    Ok(Fine(
        if given { "given" } else { "in the data folder" }.to_owned(),
    ))
}

/// No vendor is asked: a key that is refused shows at the first reply.
fn models(config: &Config) -> anyhow::Result<Finding> {
    Providers::new(providers_config(config, Mode::Serve)?)?;
    let with_key = config
        .endpoints
        .iter()
        .filter(|(_, it)| it.api_key.is_some());
    let names: Vec<&str> = with_key.map(|(name, _)| name.as_str()).collect();
    if names.is_empty() {
        let missing = config.missing_model_keys().join(", ");
        return Ok(Odd(format!("no vendor has a key; set one of {missing}")));
    }
    Ok(Fine(format!("keys for {}", names.join(", "))))
}

fn open_files() -> anyhow::Result<Finding> {
    let Some(limit) = open_files::limit() else {
        return Ok(Odd("this system does not tell its limit".to_owned()));
    };
    ensure!(
        limit >= LEAST_FILES,
        "{limit} are too few; raise `ulimit -n`, or LimitNOFILE of the unit"
    );
    if limit < ENOUGH_FILES {
        return Ok(Odd(format!(
            "{limit}, and a stream takes two; raise `ulimit -n`, or LimitNOFILE of the unit"
        )));
    }
    Ok(Fine(limit.to_string()))
}
