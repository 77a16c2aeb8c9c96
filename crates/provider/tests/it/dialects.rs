//! The same list of cases for every dialect: neutral requests → the vendor's JSON, the vendor's stream
//! → deltas. To add a dialect: a `dialect_contract!` line and `fixtures/<dialect>/<case>.stream.sse`
//! for each case; the snapshots lie beside the streams.

use std::path::Path;

use domain::{Delta, ModelRequest};
use provider::dialect::anthropic::Anthropic;
use provider::dialect::google::Google;
use provider::dialect::openai::OpenAi;
use provider::dialect::openai_chat::{
    AZURE, DEEPSEEK, FIREWORKS, GROQ, LLAMACPP, LMSTUDIO, MISTRAL, OLLAMA, OPENROUTER, STANDARD,
    TOGETHER, VERCEL, VLLM, X_AI,
};
use provider::dialect::{DecodeError, Dialect, Model};
use provider::sse::{Parser, SseError};
use serde_json::Value;

use crate::dialect_cases::{self as cases, Given};
use crate::support::fold;

macro_rules! dialect_contract {
    ($vendor:ident, $dialect:expr, $model:literal, also: [$($own:ident),*]) => {
        mod $vendor {
            dialect_contract!(@requests $vendor, $dialect, $model;
                text, settings, hot, thinking, no_tool_choice, transcript, parallel_results, foreign_transcript,
                repeated_ids, structured, structured_with_options, media_by_address, media_by_bytes, extended_cache,
                no_cache, thinking_off, fast);
            dialect_contract!(@streams $vendor, $dialect;
                text, reasoning, redacted_reasoning, one_tool, reasoning_and_tool, parallel_tools,
                tool_without_arguments, usage, sources, max_tokens, refusal, in_stream_error, truncated, unknown_events,
                malformed $(, $own)*);
        }
    };
    // What a vendor has of its own beside a format that another line holds to the whole list.
    ($vendor:ident, $dialect:expr, $model:literal, requests: [$($case:ident),*], streams: [$($own:ident),*]) => {
        mod $vendor {
            dialect_contract!(@requests $vendor, $dialect, $model;
                $($case),*);
            dialect_contract!(@streams $vendor, $dialect; $($own),*);
        }
    };
    (@requests $vendor:ident, $dialect:expr, $model:literal; $($case:ident),*) => {
        mod requests {
            use super::super::*;
            $(#[test]
            fn $case() {
                let vendor = stringify!($vendor);
                check_request(vendor, stringify!($case), &$dialect, &cases::$case(&given(vendor, &$dialect, $model)));
            })*
        }
    };
    (@streams $vendor:ident, $dialect:expr; $($case:ident),*) => {
        mod streams {
            use super::super::*;
            $(#[test]
            fn $case() {
                check_stream(stringify!($vendor), stringify!($case), &$dialect);
            })*
        }
    };
}

dialect_contract!(anthropic, Anthropic, "anthropic/claude-sonnet-4-5",
    also: [interleaved_tools, tool_with_whole_input]);

dialect_contract!(openai, OpenAi, "openai/gpt-5.1",
    also: [interleaved_tools, tool_with_whole_input, tool_cut_off, content_filter, error_event,
        error_event_with_its_detail_inside, reasoning_in_the_open]);

dialect_contract!(openai_chat, STANDARD, "openai_chat/gpt-5.1",
    also: [interleaved_tools, tool_with_whole_input, tool_cut_off, content_filter, error_with_a_number, given_up,
        without_done, without_reason, tools_that_share_an_index, tools_without_index_or_id,
        ids_that_are_repeated, thoughts_in_a_list, sources_in_a_list, sources_with_titles, usage_beside_the_answer, usage_of_groq, usage_of_deepseek]);

dialect_contract!(google, Google, "google/gemini-3-flash-preview",
    also: [tools_with_ids, tool_with_whole_input, safety, malformed_call]);

dialect_contract!(openrouter, OPENROUTER, "openrouter/anthropic/claude-sonnet-4.5",
    requests: [settings, thinking, thinking_off, transcript, foreign_transcript, structured, extended_cache, no_cache, fast, media_by_bytes], streams: [reasoning_and_tool, parallel_tools, redacted_reasoning]);

dialect_contract!(deepseek, DEEPSEEK, "deepseek/deepseek-chat",
    requests: [settings, thinking, thinking_off, transcript, parallel_results, foreign_transcript, structured, media_by_bytes], streams: [reasoning_and_tool, parallel_tools]);

dialect_contract!(mistral, MISTRAL, "mistral/mistral-small-latest",
    requests: [settings, hot, thinking, thinking_off, transcript, parallel_results, repeated_ids, structured, media_by_bytes], streams: [reasoning_and_tool, parallel_tools]);

dialect_contract!(azure, AZURE, "azure/gpt-5.1",
    requests: [settings, thinking, thinking_off, transcript, extended_cache, structured, media_by_bytes], streams: [reasoning_and_tool, parallel_tools]);

dialect_contract!(vercel, VERCEL, "vercel/anthropic/claude-opus-4.8",
    requests: [settings, thinking, thinking_off, transcript, structured, fast, extended_cache, no_cache, media_by_bytes], streams: [reasoning_and_tool, parallel_tools]);

dialect_contract!(groq, GROQ, "groq/qwen/qwen3-32b",
    requests: [settings, thinking, thinking_off, transcript, structured, media_by_bytes], streams: [reasoning_and_tool, parallel_tools]);

/// By the names that vendors have in opaque data.
#[test]
fn what_nobody_knows_is_counted() {
    for (vendor, dialect, least) in [
        ("anthropic", &Anthropic as &dyn Dialect, 1),
        ("openai", &OpenAi, 2),
        ("openai_chat", &STANDARD, 3),
        ("google", &Google, 3),
    ] {
        let counted = || provider::unknown_events().get(vendor).copied();
        let before = counted().unwrap_or(0);
        decode(dialect, &stream(vendor, "unknown_events"))
            .1
            .unwrap();
        assert!(
            counted().unwrap_or(0) >= before + least,
            "{vendor}: {:?}",
            counted()
        );
    }
}

dialect_contract!(x_ai, X_AI, "x-ai/grok-4.5",
    requests: [settings, thinking, thinking_off, transcript, structured, media_by_bytes],
    streams: [reasoning_and_tool, parallel_tools]);

dialect_contract!(together, TOGETHER, "together/zai-org/GLM-4.6",
    requests: [settings, thinking, thinking_off, transcript, structured, media_by_bytes],
    streams: [reasoning_and_tool, parallel_tools]);

dialect_contract!(fireworks, FIREWORKS, "fireworks/accounts/fireworks/models/kimi-k2-thinking",
    requests: [settings, thinking, thinking_off, transcript, structured, media_by_bytes],
    streams: [reasoning_and_tool, parallel_tools]);

dialect_contract!(ollama, OLLAMA, "ollama/qwen3:8b",
    requests: [settings, thinking, thinking_off, transcript, structured, media_by_bytes],
    streams: [reasoning_and_tool, parallel_tools]);

dialect_contract!(vllm, VLLM, "vllm/Qwen/Qwen3-8B",
    requests: [settings, thinking, thinking_off, transcript, structured, media_by_bytes],
    streams: [reasoning_and_tool, parallel_tools]);

dialect_contract!(llamacpp, LLAMACPP, "llamacpp/any",
    requests: [settings, thinking, thinking_off, transcript, structured, media_by_bytes],
    streams: [reasoning_and_tool, parallel_tools]);

dialect_contract!(lmstudio, LMSTUDIO, "lmstudio/openai/gpt-oss-20b",
    requests: [settings, thinking, thinking_off, transcript, structured, media_by_bytes],
    streams: [reasoning_and_tool, parallel_tools]);

fn given(vendor: &str, dialect: &dyn Dialect, model: &'static str) -> Given {
    let turn = |case| fold(&decode(dialect, &stream(vendor, case)).0);
    Given {
        model,
        thoughtful: turn("reasoning_and_tool"),
        parallel: turn("parallel_tools"),
    }
}

fn check_request(vendor: &str, case: &str, dialect: &dyn Dialect, request: &ModelRequest) {
    let encoded = dialect
        .encode(request, Model::named(&request.model.model))
        .unwrap();
    let body: Value = serde_json::from_slice(&encoded.body).unwrap();
    let headers = encoded.headers.iter();
    let headers: String = headers
        .map(|(name, value)| format!("{name}: {value}\n"))
        .collect();
    settings(vendor).bind(|| {
        insta::assert_snapshot!(
            format!("{case}.request"),
            format!("POST {}\n{headers}\n{body:#}", encoded.path)
        );
    });
}

fn check_stream(vendor: &str, case: &str, dialect: &dyn Dialect) {
    let (deltas, end) = decode(dialect, &stream(vendor, case));
    let mut lines: Vec<String> = deltas.iter().map(|delta| format!("{delta:?}")).collect();
    if let Err(error) = end {
        lines.push(format!("{error:?}"));
    }
    settings(vendor).bind(|| {
        insta::assert_snapshot!(format!("{case}.deltas"), lines.join("\n"));
    });
}

fn settings(vendor: &str) -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(format!("../../fixtures/{vendor}"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

pub(crate) fn stream(vendor: &str, case: &str) -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    std::fs::read(root.join(vendor).join(format!("{case}.stream.sse"))).unwrap()
}

/// All streams of a vendor with the names of their cases.
pub(crate) fn recorded(vendor: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(vendor);
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    let streams = files.filter(|path| path.extension().is_some_and(|it| it == "sse"));
    let named = |path: std::path::PathBuf| {
        let case = path.file_name().unwrap().to_string_lossy().into_owned();
        (case, std::fs::read_to_string(path).unwrap())
    };
    streams.map(named).collect()
}

#[derive(Debug)]
#[expect(dead_code, reason = "read by the snapshots, which are its debug form")]
pub(crate) enum Unreadable {
    Frame(DecodeError),
    Stream(SseError),
}

impl From<SseError> for Unreadable {
    fn from(error: SseError) -> Self {
        Self::Stream(error)
    }
}

pub(crate) fn decode(dialect: &dyn Dialect, bytes: &[u8]) -> (Vec<Delta>, Result<(), Unreadable>) {
    let mut deltas = Vec::new();
    let mut decoder = dialect.decoder();
    let end = Parser::new(1 << 20).feed(bytes, |frame| {
        decoder
            .frame(&frame, &mut deltas)
            .map_err(Unreadable::Frame)
    });
    if end.is_ok() && !matches!(deltas.last(), Some(Delta::Finish(_))) {
        decoder.end(&mut deltas);
    }
    (deltas, end)
}
