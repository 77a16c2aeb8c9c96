//! A Messages stream → deltas.

use std::borrow::Cow;

use domain::{Delta, FinishReason, Usage};
use serde_json::value::RawValue;

use super::{VENDOR, vendor_error, wire};
use crate::dialect::sources::{self, Document, Sources};
use crate::dialect::{DecodeError, Decoder, events, opaque};
use crate::sse::Frame;

/// Reads one message.
pub(super) struct MessageDecoder {
    /// The blocks that are open, by the vendor's index. Few at a time, so a list.
    open: Vec<(u32, Open)>,
    /// So far; a call's slot is its number, for an index may come back.
    calls: u32,
    sources: Sources,
    usage: wire::Usage,
    stop_reason: Option<String>,
}

/// What must be known of a block until it ends.
enum Open {
    Text,
    Thinking {
        signature: String,
    },
    Redacted {
        data: String,
    },
    Tool {
        slot: u32,
        said: bool,
        whole: Option<String>,
    },
}

/// The events that matter; any other may come at any time and means nothing here.
const KNOWN: [&str; 7] = [
    "message_start",
    "content_block_start",
    "content_block_delta",
    "content_block_stop",
    "message_delta",
    "message_stop",
    "error",
];

impl Decoder for MessageDecoder {
    fn frame(&mut self, frame: &Frame<'_>, deltas: &mut Vec<Delta>) -> Result<(), DecodeError> {
        let Some(event) = events::parse::<wire::Event<'_>>(VENDOR, &frame.data, &KNOWN)? else {
            return Ok(());
        };
        match &*event.kind {
            "message_start" => {
                let usage = event.message.and_then(|message| message.usage);
                self.count(usage, deltas);
            }
            "content_block_start" => {
                if let Some(block) = event.content_block {
                    self.start(event.index, block, deltas);
                }
            }
            "content_block_delta" => {
                if let Some(delta) = event.delta {
                    self.delta(event.index, delta, deltas);
                }
            }
            "content_block_stop" => self.stop(event.index, deltas),
            "message_delta" => {
                let reason = event.delta.and_then(|delta| delta.stop_reason);
                self.stop_reason = reason.or_else(|| self.stop_reason.take());
                self.count(event.usage, deltas);
            }
            "message_stop" => {
                deltas.push(Delta::Finish(finish_reason(self.stop_reason.as_deref())));
            }
            "error" => return Err(in_stream_error(event)),
            "ping" => {}
            kind => events::ignored(VENDOR, kind),
        }
        Ok(())
    }
}

impl Default for MessageDecoder {
    fn default() -> Self {
        Self {
            open: Vec::new(),
            calls: 0,
            sources: Sources::new(VENDOR),
            usage: wire::Usage::default(),
            stop_reason: None,
        }
    }
}

impl MessageDecoder {
    fn count(&mut self, usage: Option<wire::Usage>, deltas: &mut Vec<Delta>) {
        let Some(usage) = usage else { return };
        let known = &mut self.usage;
        *known = wire::Usage {
            input_tokens: usage.input_tokens.or(known.input_tokens),
            cache_creation_input_tokens: usage
                .cache_creation_input_tokens
                .or(known.cache_creation_input_tokens),
            cache_read_input_tokens: usage
                .cache_read_input_tokens
                .or(known.cache_read_input_tokens),
            output_tokens: usage.output_tokens.or(known.output_tokens),
            output_tokens_details: usage.output_tokens_details.or(known.output_tokens_details),
        };
        deltas.push(Delta::Usage(neutral(known)));
    }

    fn start(&mut self, index: u32, block: wire::ContentBlock<'_>, deltas: &mut Vec<Delta>) {
        let open = match &*block.kind {
            "text" => {
                events::push(Delta::Text, block.text, deltas);
                Open::Text
            }
            "thinking" => {
                events::push(Delta::Reasoning, block.thinking, deltas);
                Open::Thinking {
                    signature: block.signature.into_owned(),
                }
            }
            "redacted_thinking" => Open::Redacted {
                data: block.data.into_owned(),
            },
            "tool_use" => {
                let slot = self.calls;
                self.calls = slot.saturating_add(1);
                deltas.push(Delta::ToolStart {
                    slot,
                    name: block.name.into_owned(),
                    opaque: (!block.id.is_empty())
                        .then(|| opaque::write(VENDOR, &[("id", &block.id)])),
                });
                let whole = block.input.map(|input| input.get().to_owned());
                Open::Tool {
                    slot,
                    said: false,
                    whole,
                }
            }
            "web_search_tool_result" | "web_fetch_tool_result" => {
                self.found(block.content, deltas);
                return;
            }
            // The vendor's own tools are its own business.
            "server_tool_use" => return,
            kind => {
                events::ignored(VENDOR, kind);
                return;
            }
        };
        self.open.push((index, open));
    }

    fn delta(&mut self, index: u32, delta: wire::ContentDelta<'_>, deltas: &mut Vec<Delta>) {
        let Some((_, open)) = self.open.iter_mut().rfind(|(at, _)| *at == index) else {
            return;
        };
        match (open, &*delta.kind) {
            (Open::Text, "text_delta") => events::push(Delta::Text, delta.text, deltas),
            (Open::Thinking { .. }, "thinking_delta") => {
                events::push(Delta::Reasoning, delta.thinking, deltas);
            }
            (Open::Thinking { signature }, "signature_delta") => {
                signature.push_str(&delta.signature);
            }
            (Open::Tool { slot, said, .. }, "input_json_delta")
                if !delta.partial_json.is_empty() =>
            {
                *said = true;
                deltas.push(Delta::ToolArguments {
                    slot: *slot,
                    fragment: delta.partial_json.into_owned(),
                });
            }
            (Open::Text, "citations_delta") => {
                if let Some(citation) = delta.citation {
                    self.cite(citation, deltas);
                }
            }
            // An empty fragment begins each call.
            (Open::Tool { .. }, "input_json_delta") => {}
            (_, kind) => events::ignored(VENDOR, kind),
        }
    }

    fn cite(&mut self, citation: &RawValue, deltas: &mut Vec<Delta>) {
        let Some(cited) = self.sources.cited::<wire::Citation<'_>>(citation) else {
            return;
        };
        match (&*cited.kind, cited.url, cited.source) {
            (_, Some(url), _) => self.sources.page(&url, cited.title, deltas),
            (_, None, Some(source)) if sources::is_address(&source) => {
                self.sources.page(&source, cited.title, deltas);
            }
            (_, None, Some(source)) => {
                let cited = Document {
                    id: source.into(),
                    media_type: "text/plain",
                    title: cited.title.map(Cow::Owned),
                    filename: None,
                };
                self.sources.document(cited, deltas);
            }
            (kind @ ("char_location" | "page_location" | "content_block_location"), None, None) => {
                let index = cited.document_index.unwrap_or(0);
                let id = cited.file_id.unwrap_or_else(|| format!("document-{index}"));
                let cited = Document {
                    id: id.into(),
                    media_type: if kind == "page_location" {
                        "application/pdf"
                    } else {
                        "text/plain"
                    },
                    title: cited.document_title.map(Cow::Owned),
                    filename: None,
                };
                self.sources.document(cited, deltas);
            }
            (kind, None, None) => events::ignored(VENDOR, kind),
        }
    }

    /// A list of pages, the one that was read, or an error, which names none.
    fn found(&mut self, content: Option<&RawValue>, deltas: &mut Vec<Delta>) {
        let content = content.map_or("null", RawValue::get);
        let pages = serde_json::from_str::<Vec<wire::Found>>(content);
        let pages = pages.or_else(|_| serde_json::from_str(content).map(|page| vec![page]));
        for page in pages.unwrap_or_default() {
            let url = page.url.unwrap_or_default();
            self.sources.page(&url, page.title, deltas);
        }
    }

    fn stop(&mut self, index: u32, deltas: &mut Vec<Delta>) {
        let Some(at) = self.open.iter().rposition(|(at, _)| *at == index) else {
            return;
        };
        match self.open.remove(at).1 {
            Open::Text => {}
            Open::Thinking { signature } => {
                let opaque = (!signature.is_empty())
                    .then(|| opaque::write(VENDOR, &[("signature", &signature)]));
                deltas.push(Delta::ReasoningEnd { opaque });
            }
            Open::Redacted { data } => {
                let opaque = Some(opaque::write(VENDOR, &[("redacted", &data)]));
                deltas.push(Delta::ReasoningEnd { opaque });
            }
            Open::Tool { slot, said, whole } => {
                if !said {
                    let fragment = whole.unwrap_or_else(|| "{}".to_owned());
                    deltas.push(Delta::ToolArguments { slot, fragment });
                }
                deltas.push(Delta::ToolEnd { slot });
            }
        }
    }
}

fn in_stream_error(event: wire::Event<'_>) -> DecodeError {
    match event.error {
        Some(error) => DecodeError::Vendor(vendor_error(error, event.request_id)),
        None => DecodeError::Malformed {
            detail: "an error event without an error".to_owned(),
        },
    }
}

/// The vendor counts cached input apart from the rest, we count all of it.
fn neutral(usage: &wire::Usage) -> Usage {
    let read = usage.cache_read_input_tokens.unwrap_or(0);
    let written = usage.cache_creation_input_tokens.unwrap_or(0);
    let details = usage.output_tokens_details;
    Usage {
        input_tokens: usage
            .input_tokens
            .unwrap_or(0)
            .saturating_add(read)
            .saturating_add(written),
        cached_input_tokens: read,
        cached_write_tokens: written,
        output_tokens: usage.output_tokens.unwrap_or(0),
        reasoning_output_tokens: details
            .and_then(|details| details.thinking_tokens)
            .unwrap_or(0),
    }
}

/// <https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons>
fn finish_reason(stop_reason: Option<&str>) -> FinishReason {
    match stop_reason {
        Some("end_turn" | "stop_sequence") => FinishReason::Stop,
        Some("tool_use") => FinishReason::ToolCalls,
        Some("max_tokens" | "model_context_window_exceeded") => FinishReason::Length,
        Some("refusal") => FinishReason::ContentFilter,
        // `pause_turn` comes with the vendor's own tools alone, which are not offered.
        Some(_) | None => FinishReason::Other,
    }
}
