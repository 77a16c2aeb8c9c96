//! Two turns with a model at some address, and what came of each as a line of JSON.
//!
//! ```text
//! converse llamacpp http://127.0.0.1:8080/v1 any                 a vendor that is known by its name
//! converse openai_chat:KEY http://127.0.0.1:4000/v1 some-model   an endpoint that speaks that format
//! ```

use anyhow::{Context as _, bail};
use domain::{Delta, ModelRequest, Part, ToolDef, Turn, TurnRole};
use futures_util::StreamExt as _;
use provider::{Endpoint, Format, Provider as _, Providers, ProvidersConfig};
use serde_json::json;

/// The name of an endpoint that has none of its own.
const OWN: &str = "peer";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [who, base_url, model] = arguments.as_slice() else {
        bail!("usage: converse VENDOR|FORMAT:KEY BASE_URL MODEL");
    };
    let (name, endpoint) = endpoint(who, base_url)?;
    let config = ProvidersConfig {
        endpoints: [(name.to_owned(), endpoint)].into(),
        ..ProvidersConfig::default()
    };
    let providers = Providers::new(config)?;
    let model = format!("{name}/{model}");
    let mut turns = Vec::new();
    for text in ["Say hello.", "And now?"] {
        turns.push(turn(TurnRole::User, text));
        let request = ModelRequest {
            system: Some("You are terse.".into()),
            tools: vec![ToolDef {
                name: "get-weather".to_owned(),
                description: "The weather of a city".to_owned(),
                input_schema: json!({ "type": "object", "properties": { "city": { "type": "string" } } }),
            }],
            max_output_tokens: Some(32),
            ..ModelRequest::new(model.parse()?, turns.clone())
        };
        let said = ask(&providers, request).await;
        turns.push(turn(TurnRole::Assistant, &said));
    }
    Ok(())
}

fn endpoint<'a>(who: &'a str, base_url: &str) -> anyhow::Result<(&'a str, Endpoint)> {
    let mut endpoint = Endpoint {
        base_url: Some(base_url.to_owned()),
        ..Endpoint::default()
    };
    let Some((format, key)) = who.split_once(':') else {
        return Ok((who, endpoint));
    };
    let named = Format::NAMED.iter().find(|(name, _)| *name == format);
    let (_, format) = named.with_context(|| format!("no format is called `{format}`"))?;
    endpoint.format = Some(*format);
    endpoint.api_key = Some(key.into());
    Ok((OWN, endpoint))
}

fn turn(role: TurnRole, text: &str) -> Turn {
    Turn {
        role,
        parts: vec![Part::Text(text.into())],
    }
}

/// The text of the answer. A line of what came is printed for whoever checks it.
#[expect(
    clippy::print_stdout,
    reason = "a line of JSON is what this program is for"
)]
async fn ask(providers: &Providers, request: ModelRequest) -> String {
    let mut stream = providers.stream(request);
    let (mut text, mut finish, mut usage, mut failure) = (String::new(), None, None, None);
    while let Some(entry) = stream.next().await {
        match entry {
            Ok(Delta::Text(more)) => text.push_str(&more),
            Ok(Delta::Finish(reason)) => finish = Some(reason),
            Ok(Delta::Usage(counted)) => usage = Some(counted),
            Ok(_) => {}
            Err(info) => failure = Some(info),
        }
    }
    let line = json!({ "text": text, "finish": finish, "usage": usage, "failure": failure });
    println!("{line}");
    text
}
