//! The file `octavusd.toml`: what a variable of the environment is too small for.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, bail};
use provider::{Endpoint, Format, KnownFacts, Secret};
use serde::Deserialize;

/// Its name in the working folder.
pub(crate) const NAME: &str = "octavusd.toml";

/// All that may stand in it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfigFile {
    #[serde(default)]
    providers: BTreeMap<String, ProviderSection>,
    /// `[models."NAME"]`: what the operator knows better of a model.
    #[serde(default)]
    pub(crate) models: BTreeMap<String, KnownFacts>,
}

/// `[providers.NAME]`: a provider of the operator's own, or what differs of one that is known.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProviderSection {
    dialect: Option<String>,
    base_url: Option<String>,
    key: Option<Secret>,
    key_variable: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, Secret>,
}

impl ConfigFile {
    /// The file at `path`, or the one in the working folder where there is one.
    ///
    /// # Errors
    /// When the file cannot be read, or says what nobody understands; the error names the line.
    pub(crate) fn load(path: Option<&Path>) -> anyhow::Result<Self> {
        let here = Path::new(NAME);
        let path = match path {
            Some(path) => path,
            None if here.exists() => here,
            None => return Ok(Self::default()),
        };
        let failed = || format!("the file {} cannot be used", path.display());
        let text = std::fs::read_to_string(path).with_context(failed)?;
        Self::parse(&text).with_context(failed)
    }

    pub(crate) fn parse(text: &str) -> anyhow::Result<Self> {
        toml::from_str(text).map_err(|error| without_source(&error, text))
    }

    /// The endpoints that it describes, taken out of it; `lookup` reads the variables that they name.
    ///
    /// # Errors
    /// When a section names a dialect that nobody speaks, or two keys.
    pub(crate) fn endpoints(
        &mut self,
        lookup: impl Fn(&str) -> Option<String>,
    ) -> anyhow::Result<BTreeMap<String, Endpoint>> {
        let sections = std::mem::take(&mut self.providers).into_iter();
        sections
            .map(|(name, section)| {
                let endpoint = section
                    .endpoint(&lookup)
                    .with_context(|| format!("[providers.{name}] of {NAME} is not right"))?;
                Ok((name, endpoint))
            })
            .collect()
    }
}

impl ProviderSection {
    fn endpoint(self, lookup: impl Fn(&str) -> Option<String>) -> anyhow::Result<Endpoint> {
        if self.key.is_some() && self.key_variable.is_some() {
            bail!("write `key` or `key_variable`, not both");
        }
        let of_variable = self.key_variable.as_deref().and_then(lookup);
        Ok(Endpoint {
            format: self.dialect.as_deref().map(format).transpose()?,
            base_url: self.base_url,
            api_key: self.key.or_else(|| of_variable.map(Secret::from)),
            key_variable: self.key_variable,
            headers: self.headers,
        })
    }
}

fn format(name: &str) -> anyhow::Result<Format> {
    let known = Format::NAMED.iter().find(|(known, _)| *known == name);
    let Some((_, format)) = known else {
        let names: Vec<_> = Format::NAMED.iter().map(|(known, _)| *known).collect();
        bail!(
            "the dialect `{name}` is unknown; take one of {}",
            names.join(", ")
        );
    };
    Ok(*format)
}

/// The parser quotes the line, which may hold a key; its number is enough.
fn without_source(error: &toml::de::Error, text: &str) -> anyhow::Error {
    let line = error.span().map(|span| {
        let before = text.get(..span.start).unwrap_or_default();
        before.matches('\n').count() + 1
    });
    match line {
        Some(line) => anyhow::anyhow!("line {line}: {}", error.message()),
        None => anyhow::anyhow!("{}", error.message()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoints(text: &str) -> anyhow::Result<BTreeMap<String, Endpoint>> {
        let lookup = |name: &str| (name == "ACME_KEY").then(|| "sk-acme".to_owned());
        ConfigFile::parse(text)?.endpoints(lookup)
    }

    #[test]
    fn a_provider_is_a_few_lines() {
        let endpoints = endpoints(
            "[providers.acme]\ndialect = 'openai_chat'\nbase_url = 'https://acme.example/v1'\n\
             key_variable = 'ACME_KEY'\nheaders = { x-team = 'blue' }",
        )
        .expect("fine");
        let expected = Endpoint {
            format: Some(Format::OpenAiChat),
            base_url: Some("https://acme.example/v1".to_owned()),
            api_key: Some("sk-acme".into()),
            key_variable: Some("ACME_KEY".to_owned()),
            headers: [("x-team".to_owned(), "blue".into())].into(),
        };
        assert_eq!(endpoints["acme"], expected);
    }

    #[test]
    fn what_is_known_of_a_model_may_be_said_better() {
        let file = ConfigFile::parse(
            "[models.'acme/any']\nwindow = 32000\nreads = ['image']\nprice = { input = 1.0, output = 2.5 }",
        );
        let models = file.expect("fine").models;
        assert_eq!(models["acme/any"].window, Some(32_000));
        let mistake = ConfigFile::parse("[models.'acme/any']\nwindows = 3").expect_err("a mistake");
        assert!(mistake.to_string().contains("windows"), "{mistake}");
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let error = endpoints(text).expect_err("a mistake");
        assert_eq!(format!("{error:#}"), expected);
    }

    #[test]
    fn a_mistake_is_named_without_the_line_that_holds_it() {
        check(
            "[providers.a]\ndialect = 'x'",
            "[providers.a] of octavusd.toml is not right: the dialect `x` is unknown; take one of \
             anthropic, openai, openai_chat, google",
        );
        check(
            "[providers.a]\nkey = 'a'\nkey_variable = 'A'",
            "[providers.a] of octavusd.toml is not right: write `key` or `key_variable`, not both",
        );
        check(
            "[providers.a]\nbase_url = 'b'\nkey = 7 # sk-canary",
            "line 3: invalid type: integer `7`, expected a string",
        );
    }
}
