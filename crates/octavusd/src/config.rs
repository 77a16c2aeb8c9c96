//! The settings of the process, and the only reader of its environment.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, bail};
use provider::{Endpoint, KnownFacts, PRESETS, Secret};
use store::BucketAccess;

use crate::config_file::ConfigFile;
use crate::master_key::{self, MasterKey};

/// What the environment says, with the defaults of `docs/CONFIGURATION.md`.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) listen: SocketAddr,
    /// Where figures are shown, if anywhere.
    pub(crate) metrics_listen: Option<SocketAddr>,
    /// Base of absolute URLs, without a slash at the end.
    pub(crate) public_url: String,
    pub(crate) data_dir: PathBuf,
    /// `sqlite:…` or `postgres://…`; SQLite in the data folder where it is not set.
    pub(crate) database_url: Option<String>,
    /// `file:///…` or `s3://…`; a folder in the data folder where it is not set.
    pub(crate) files_url: Option<String>,
    /// How a bucket of files is reached.
    pub(crate) files_access: BucketAccess,
    pub(crate) master_key: Option<MasterKey>,
    pub(crate) master_key_file: Option<PathBuf>,
    pub(crate) session_ttl: Duration,
    pub(crate) busy_wait: Duration,
    pub(crate) lease_ttl: Duration,
    pub(crate) drain_time: Duration,
    /// How long the address answers 503 before it is closed; by the kind of database where it is not set.
    drain_notice: Option<Duration>,
    /// How the vendors of models are reached, by their names.
    pub(crate) endpoints: BTreeMap<String, Endpoint>,
    pub(crate) model_facts: BTreeMap<String, KnownFacts>,
    pub(crate) log_level: Option<String>,
    pub(crate) log_format: Option<String>,
}

impl Config {
    /// Reads the environment and, behind it, the `.env` file of the working folder.
    ///
    /// # Errors
    /// When a value is not of its kind; the error names the variable.
    pub(crate) fn load(default_data_dir: &str) -> anyhow::Result<Self> {
        let dotenv = dotenv_file()?;
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the one place that reads the environment"
        )]
        let lookup = |name: &str| {
            std::env::var(name)
                .ok()
                .or_else(|| dotenv.get(name).cloned())
        };
        let env = Environment { lookup: &lookup };
        let path = env.get("OCTAVUSD_CONFIG").map(PathBuf::from);
        let file = ConfigFile::load(path.as_deref())?;
        Self::read(&env, file, default_data_dir)
    }

    fn read(
        env: &Environment<'_>,
        mut file: ConfigFile,
        default_data_dir: &str,
    ) -> anyhow::Result<Self> {
        let listen = listen_address(env)?;
        let public_url = env
            .get("OCTAVUSD_PUBLIC_URL")
            .unwrap_or_else(|| format!("http://{listen}"));
        Ok(Self {
            listen,
            metrics_listen: env.address("OCTAVUSD_METRICS_LISTEN")?,
            public_url: public_url.trim_end_matches('/').to_owned(),
            data_dir: env
                .get("OCTAVUSD_DATA_DIR")
                .unwrap_or_else(|| default_data_dir.into())
                .into(),
            database_url: env.get("DATABASE_URL"),
            files_url: env.get("OCTAVUSD_FILES_URL"),
            files_access: BucketAccess::read(|name| env.get(name)),
            master_key: env
                .get("OCTAVUSD_MASTER_KEY")
                .map(|text| MasterKey::parse(&text).context("OCTAVUSD_MASTER_KEY is too weak"))
                .transpose()?,
            master_key_file: env.get("OCTAVUSD_MASTER_KEY_FILE").map(PathBuf::from),
            session_ttl: env.duration("OCTAVUSD_SESSION_TTL", Duration::from_secs(24 * 3600))?,
            busy_wait: env.duration("OCTAVUSD_BUSY_WAIT", Duration::from_secs(10))?,
            lease_ttl: env.duration("OCTAVUSD_LEASE_TTL", Duration::from_secs(30))?,
            drain_time: env.duration("OCTAVUSD_DRAIN_TIME", Duration::from_secs(60))?,
            drain_notice: env.duration_if_set("OCTAVUSD_DRAIN_NOTICE")?,
            endpoints: endpoints(env, &mut file)?,
            model_facts: file.models,
            log_level: env.get("LOG_LEVEL").or_else(|| env.get("RUST_LOG")),
            log_format: env.get("LOG_FORMAT"),
        })
    }

    /// Where the store is.
    pub(crate) fn database_url(&self) -> String {
        let in_data_dir = || format!("sqlite:{}", self.data_dir.join("octavus.db").display());
        self.database_url.clone().unwrap_or_else(in_data_dir)
    }

    /// A server on SQLite is alone: there is no other one to send requests to.
    pub(crate) fn drain_notice(&self) -> Duration {
        let is_alone = self.database_url().starts_with("sqlite:");
        let default = Duration::from_secs(if is_alone { 0 } else { 5 });
        self.drain_notice.unwrap_or(default)
    }

    /// Where files are kept if nothing else is said.
    pub(crate) fn default_files_folder(&self) -> PathBuf {
        self.data_dir.join("files")
    }

    /// The folder where files are kept; none where that is a bucket.
    pub(crate) fn files_folder(&self) -> Option<PathBuf> {
        match &self.files_url {
            None => Some(self.default_files_folder()),
            Some(url) => url.strip_prefix("file://").map(PathBuf::from),
        }
    }

    /// The file of the master key; none where it is a variable.
    pub(crate) fn master_key_path(&self) -> Option<PathBuf> {
        if self.master_key.is_some() {
            return None;
        }
        let given = self.master_key_file.clone();
        Some(given.unwrap_or_else(|| master_key::file(&self.data_dir)))
    }

    /// The variables of the best known vendors whose models have no key.
    pub(crate) fn missing_model_keys(&self) -> Vec<&'static str> {
        let has_key = |name: &str| {
            let endpoint = self.endpoints.get(name);
            endpoint.is_some_and(|endpoint| endpoint.api_key.is_some())
        };
        let known = PRESETS.iter();
        let missing =
            known.filter(|preset| BEST_KNOWN.contains(&preset.name) && !has_key(preset.name));
        missing
            .filter_map(|preset| preset.key_variables.first().copied())
            .collect()
    }
}

/// The vendors whose missing keys are worth a line at the start of `octavusd dev`.
const BEST_KNOWN: [&str; 3] = ["anthropic", "openai", "google"];

/// The vendors as the file describes them, and over it the variables of those that are known by name.
fn endpoints(
    env: &Environment<'_>,
    file: &mut ConfigFile,
) -> anyhow::Result<BTreeMap<String, Endpoint>> {
    let mut endpoints = file.endpoints(|name| env.get(name))?;
    for preset in PRESETS {
        let base_url = env.get(preset.base_url_variable);
        let key = preset.key_variables.iter().find_map(|name| env.get(name));
        if base_url.is_none() && key.is_none() {
            continue;
        }
        let endpoint = endpoints.entry(preset.name.to_owned()).or_default();
        endpoint.base_url = base_url.or_else(|| endpoint.base_url.take());
        endpoint.api_key = key.map(Secret::from).or_else(|| endpoint.api_key.take());
    }
    Ok(endpoints)
}

struct Environment<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
}

impl Environment<'_> {
    /// The value of a variable; an empty one counts as not set.
    fn get(&self, name: &str) -> Option<String> {
        (self.lookup)(name).filter(|value| !value.trim().is_empty())
    }

    fn address(&self, name: &str) -> anyhow::Result<Option<SocketAddr>> {
        self.get(name)
            .map(|text| parse_address(name, &text))
            .transpose()
    }

    fn duration(&self, name: &str, default: Duration) -> anyhow::Result<Duration> {
        Ok(self.duration_if_set(name)?.unwrap_or(default))
    }

    fn duration_if_set(&self, name: &str) -> anyhow::Result<Option<Duration>> {
        let parse =
            |text: String| parse_duration(&text).with_context(|| format!("{name} is `{text}`"));
        self.get(name).map(parse).transpose()
    }
}

fn dotenv_file() -> anyhow::Result<HashMap<String, String>> {
    match dotenvy::from_filename_iter(".env") {
        Ok(lines) => lines
            .collect::<Result<_, _>>()
            .context("the file .env cannot be read"),
        Err(error) if error.not_found() => Ok(HashMap::new()),
        Err(error) => Err(error).context("the file .env cannot be read"),
    }
}

/// `OCTAVUSD_LISTEN`, or all addresses on `PORT`, or loopback.
fn listen_address(env: &Environment<'_>) -> anyhow::Result<SocketAddr> {
    let (name, text) = match (env.get("OCTAVUSD_LISTEN"), env.get("PORT")) {
        (Some(listen), _) => ("OCTAVUSD_LISTEN", listen),
        (None, Some(port)) => ("PORT", format!("0.0.0.0:{port}")),
        (None, None) => return Ok(SocketAddr::from(([127, 0, 0, 1], 8808))),
    };
    parse_address(name, &text)
}

fn parse_address(name: &str, text: &str) -> anyhow::Result<SocketAddr> {
    text.parse().with_context(|| {
        format!("{name} gives `{text}`; it must be an address with a port, such as 127.0.0.1:8808")
    })
}

/// A number and its unit: `500ms`, `10s`, `15m`, `24h`.
fn parse_duration(text: &str) -> anyhow::Result<Duration> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let seconds = match unit {
        "ms" => return Ok(Duration::from_millis(number.parse()?)),
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => bail!("write a number and a unit: 500ms, 10s, 15m or 24h"),
    };
    Ok(Duration::from_secs(
        number.parse::<u64>()?.saturating_mul(seconds),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[(&str, &str)]) -> anyhow::Result<Config> {
        let lookup = |name: &str| {
            let found = values.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Config::read(
            &Environment { lookup: &lookup },
            ConfigFile::default(),
            "./data",
        )
    }

    #[test]
    fn defaults_are_those_of_the_documentation() {
        let config = read(&[]).expect("an empty environment is fine");
        assert_eq!(config.listen.to_string(), "127.0.0.1:8808");
        assert_eq!(config.public_url, "http://127.0.0.1:8808");
        assert_eq!(config.database_url(), "sqlite:./data/octavus.db");
        assert_eq!(config.session_ttl, Duration::from_secs(86_400));
    }

    #[test]
    fn only_a_server_with_others_gives_notice() {
        for (variable, value, seconds) in [
            ("PORT", "80", 0),
            ("DATABASE_URL", "postgres://host/name", 5),
            ("OCTAVUSD_DRAIN_NOTICE", "2s", 2),
        ] {
            let config = read(&[(variable, value)]).expect("fine");
            assert_eq!(config.drain_notice().as_secs(), seconds, "{variable}");
        }
    }

    #[test]
    fn port_alone_listens_everywhere() {
        let config = read(&[("PORT", "80")]).expect("a port is fine");
        assert_eq!(config.listen.to_string(), "0.0.0.0:80");
    }

    #[test]
    fn a_bad_value_names_its_variable() {
        let error = read(&[("OCTAVUSD_SESSION_TTL", "1 day")]).expect_err("not a duration");
        let text = format!("{error:#}");
        assert!(
            text.contains("OCTAVUSD_SESSION_TTL is `1 day`: write a number"),
            "{text}"
        );
        let error = read(&[("OCTAVUSD_LISTEN", "localhost")]).expect_err("no port");
        assert!(
            format!("{error:#}").contains("OCTAVUSD_LISTEN"),
            "{error:#}"
        );
    }

    #[test]
    fn a_key_never_shows_in_the_debug_text() {
        for variable in [
            "ANTHROPIC_API_KEY",
            "XAI_API_KEY",
            "OCTAVUSD_MASTER_KEY",
            "AWS_SECRET_ACCESS_KEY",
        ] {
            let secret = "sk-canary-that-is-as-long-as-a-master-key";
            let config = read(&[(variable, secret)]).expect("fine");
            assert!(!format!("{config:?}").contains("canary"));
        }
    }

    #[test]
    fn a_key_that_is_missing_is_named() {
        let config = read(&[
            ("OPENAI_API_KEY", "sk"),
            ("GOOGLE_API_KEY", "sk"),
            ("ANTHROPIC_API_KEY", " "),
        ])
        .expect("fine");
        assert_eq!(config.missing_model_keys(), ["ANTHROPIC_API_KEY"]);
    }

    #[test]
    fn the_environment_goes_before_the_file() {
        let file = ConfigFile::parse(
            "[providers.groq]\nbase_url = 'https://a'\nkey = 'of-file'\n[providers.vllm]\nkey = 'k'",
        );
        let lookup = |name: &str| (name == "GROQ_API_KEY").then(|| "of-environment".to_owned());
        let env = Environment { lookup: &lookup };
        let endpoints = endpoints(&env, &mut file.expect("fine")).expect("fine");
        assert_eq!(endpoints["groq"].api_key, Some("of-environment".into()));
        assert_eq!(endpoints["groq"].base_url.as_deref(), Some("https://a"));
        assert_eq!(endpoints["vllm"].api_key, Some("k".into()));
    }

    #[test]
    fn durations_take_four_units() {
        for (text, millis) in [
            ("500ms", 500),
            ("10s", 10_000),
            ("2m", 120_000),
            ("1h", 3_600_000),
        ] {
            assert_eq!(parse_duration(text).expect(text).as_millis(), millis);
        }
        for text in ["", "10", "s", "1.5h", "99999999999999999999s"] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }
}
