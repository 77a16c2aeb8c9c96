//! The settings of the process, and the only reader of its environment.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, bail};
use provider::Secret;

use crate::master_key::MasterKey;

/// What the environment says, with the defaults of `docs/CONFIGURATION.md`.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) listen: SocketAddr,
    /// Base of absolute URLs, without a slash at the end.
    pub(crate) public_url: String,
    pub(crate) data_dir: PathBuf,
    /// `sqlite:…` or `postgres://…`; SQLite in the data folder where it is not set.
    pub(crate) database_url: Option<String>,
    /// `file:///…`; a folder in the data folder where it is not set.
    pub(crate) files_url: Option<String>,
    pub(crate) master_key: Option<MasterKey>,
    pub(crate) master_key_file: Option<PathBuf>,
    pub(crate) session_ttl: Duration,
    pub(crate) busy_wait: Duration,
    pub(crate) lease_ttl: Duration,
    pub(crate) drain_time: Duration,
    pub(crate) anthropic_api_key: Option<Secret>,
    pub(crate) anthropic_base_url: Option<String>,
    pub(crate) openai_api_key: Option<Secret>,
    pub(crate) openai_base_url: Option<String>,
    pub(crate) log_level: Option<String>,
    pub(crate) log_format: Option<String>,
}

impl Config {
    /// Reads the environment and, behind it, the `.env` file of the working folder.
    ///
    /// # Errors
    /// When a value is not of its kind; the error names the variable.
    pub(crate) fn load(default_data_dir: &str) -> anyhow::Result<Self> {
        let file = dotenv_file()?;
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the one place that reads the environment"
        )]
        let lookup = |name: &str| std::env::var(name).ok().or_else(|| file.get(name).cloned());
        Self::read(&Environment { lookup: &lookup }, default_data_dir)
    }

    fn read(env: &Environment<'_>, default_data_dir: &str) -> anyhow::Result<Self> {
        let listen = listen_address(env)?;
        let public_url = env
            .get("OCTAVUSD_PUBLIC_URL")
            .unwrap_or_else(|| format!("http://{listen}"));
        Ok(Self {
            listen,
            public_url: public_url.trim_end_matches('/').to_owned(),
            data_dir: env
                .get("OCTAVUSD_DATA_DIR")
                .unwrap_or_else(|| default_data_dir.into())
                .into(),
            database_url: env.get("DATABASE_URL"),
            files_url: env.get("OCTAVUSD_FILES_URL"),
            master_key: env
                .get("OCTAVUSD_MASTER_KEY")
                .map(|text| MasterKey::parse(&text).context("OCTAVUSD_MASTER_KEY is too weak"))
                .transpose()?,
            master_key_file: env.get("OCTAVUSD_MASTER_KEY_FILE").map(PathBuf::from),
            session_ttl: env.duration("OCTAVUSD_SESSION_TTL", Duration::from_secs(24 * 3600))?,
            busy_wait: env.duration("OCTAVUSD_BUSY_WAIT", Duration::from_secs(10))?,
            lease_ttl: env.duration("OCTAVUSD_LEASE_TTL", Duration::from_secs(30))?,
            drain_time: env.duration("OCTAVUSD_DRAIN_TIME", Duration::from_secs(60))?,
            anthropic_api_key: env.get("ANTHROPIC_API_KEY").map(Secret::from),
            anthropic_base_url: env.get("ANTHROPIC_BASE_URL"),
            openai_api_key: env.get("OPENAI_API_KEY").map(Secret::from),
            openai_base_url: env.get("OPENAI_BASE_URL"),
            log_level: env.get("LOG_LEVEL").or_else(|| env.get("RUST_LOG")),
            log_format: env.get("LOG_FORMAT"),
        })
    }

    /// Where the store is.
    pub(crate) fn database_url(&self) -> String {
        let in_data_dir = || format!("sqlite:{}", self.data_dir.join("octavus.db").display());
        self.database_url.clone().unwrap_or_else(in_data_dir)
    }

    /// The variables of the vendors whose models have no key.
    pub(crate) fn missing_model_keys(&self) -> Vec<&'static str> {
        let keys = [
            ("ANTHROPIC_API_KEY", &self.anthropic_api_key),
            ("OPENAI_API_KEY", &self.openai_api_key),
        ];
        let missing = keys.into_iter().filter(|(_, key)| key.is_none());
        missing.map(|(variable, _)| variable).collect()
    }
}

struct Environment<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
}

impl Environment<'_> {
    /// The value of a variable; an empty one counts as not set.
    fn get(&self, name: &str) -> Option<String> {
        (self.lookup)(name).filter(|value| !value.trim().is_empty())
    }

    fn duration(&self, name: &str, default: Duration) -> anyhow::Result<Duration> {
        self.get(name).map_or(Ok(default), |text| {
            parse_duration(&text).with_context(|| format!("{name} is `{text}`"))
        })
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
        Config::read(&Environment { lookup: &lookup }, "./data")
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
        for variable in ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "OCTAVUSD_MASTER_KEY"] {
            let secret = "sk-canary-that-is-as-long-as-a-master-key";
            let config = read(&[(variable, secret)]).expect("fine");
            assert!(!format!("{config:?}").contains("canary"));
        }
    }

    #[test]
    fn a_key_that_is_missing_is_named() {
        let config = read(&[("OPENAI_API_KEY", "sk"), ("ANTHROPIC_API_KEY", " ")]).expect("fine");
        assert_eq!(config.missing_model_keys(), ["ANTHROPIC_API_KEY"]);
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
