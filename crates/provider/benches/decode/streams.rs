//! Long streams of each dialect: thoughts, text and a call, in the pieces in which vendors send them.

use provider::dialect::Dialect;
use provider::dialect::anthropic::Anthropic;
use provider::dialect::google::Google;
use provider::dialect::openai::OpenAi;
use provider::dialect::openai_chat::STANDARD;

/// A stream's kind of delta, written for a piece of text without characters that JSON escapes.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) dialect: &'static dyn Dialect,
    /// What comes before the deltas, so that they mean something.
    pub(crate) head: &'static [&'static str],
    pub(crate) text: fn(&str) -> String,
    pub(crate) reasoning: fn(&str) -> String,
    /// A fragment of the arguments; none where calls come whole.
    pub(crate) arguments: Option<fn(&str) -> String>,
}

pub(crate) const KINDS: [Kind; 4] = [
    Kind {
        name: "anthropic",
        dialect: &Anthropic,
        head: &[
            r#"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}}"#,
            r#"{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}"#,
            r#"{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"a","name":"x","input":{}}}"#,
        ],
        text: |piece| {
            format!(
                r#"{{"type":"content_block_delta","index":1,"delta":{{"type":"text_delta","text":"{piece}"}}}}"#
            )
        },
        reasoning: |piece| {
            format!(
                r#"{{"type":"content_block_delta","index":0,"delta":{{"type":"thinking_delta","thinking":"{piece}"}}}}"#
            )
        },
        arguments: Some(|piece| {
            format!(
                r#"{{"type":"content_block_delta","index":2,"delta":{{"type":"input_json_delta","partial_json":"{piece}"}}}}"#
            )
        }),
    },
    Kind {
        name: "openai",
        dialect: &OpenAi,
        head: &[
            r#"{"type":"response.output_item.added","output_index":2,"item":{"type":"function_call","call_id":"a","name":"x","arguments":""}}"#,
        ],
        text: |piece| {
            format!(
                r#"{{"type":"response.output_text.delta","sequence_number":8,"item_id":"msg_1","output_index":1,"content_index":0,"delta":"{piece}","logprobs":[]}}"#
            )
        },
        reasoning: |piece| {
            format!(
                r#"{{"type":"response.reasoning_summary_text.delta","sequence_number":8,"item_id":"rs_1","output_index":0,"summary_index":0,"delta":"{piece}"}}"#
            )
        },
        arguments: Some(|piece| {
            format!(
                r#"{{"type":"response.function_call_arguments.delta","sequence_number":8,"item_id":"fc_1","output_index":2,"delta":"{piece}"}}"#
            )
        }),
    },
    Kind {
        name: "openai_chat",
        dialect: &STANDARD,
        head: &[
            r#"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"x","arguments":""}}]}}]}"#,
        ],
        text: |piece| chunk(&format!(r#""content":"{piece}""#)),
        reasoning: |piece| chunk(&format!(r#""reasoning_content":"{piece}""#)),
        arguments: Some(|piece| {
            chunk(&format!(
                r#""tool_calls":[{{"index":0,"function":{{"arguments":"{piece}"}}}}]"#
            ))
        }),
    },
    Kind {
        name: "google",
        dialect: &Google,
        head: &[],
        text: |piece| candidate(&format!(r#"{{"text":"{piece}"}}"#)),
        reasoning: |piece| candidate(&format!(r#"{{"text":"{piece}","thought":true}}"#)),
        arguments: None,
    },
];

fn chunk(delta: &str) -> String {
    format!(
        r#"{{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1741569952,"model":"gpt-5.1","system_fingerprint":"fp_1","choices":[{{"index":0,"delta":{{{delta}}},"logprobs":null,"finish_reason":null}}],"usage":null}}"#
    )
}

fn candidate(part: &str) -> String {
    format!(
        r#"{{"candidates":[{{"content":{{"parts":[{part}],"role":"model"}},"index":0}}],"usageMetadata":{{"promptTokenCount":25,"totalTokenCount":25}},"modelVersion":"gemini-3-flash-preview","responseId":"Q"}}"#
    )
}

/// The bytes of a stream with these data.
pub(crate) fn stream<T: AsRef<str>>(data: impl IntoIterator<Item = T>) -> String {
    let mut stream = String::new();
    for data in data {
        stream.push_str("data: ");
        stream.push_str(data.as_ref());
        stream.push_str("\n\n");
    }
    stream
}
