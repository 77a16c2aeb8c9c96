//! A Responses stream → deltas.

use std::borrow::Cow;

use domain::{Delta, FinishReason, Usage};
use serde_json::value::RawValue;

use super::{VENDOR, errors, wire};
use crate::dialect::sources::{self, Document, Sources};
use crate::dialect::{DecodeError, Decoder, events, opaque};
use crate::sse::Frame;

/// Reads one response.
pub(super) struct ResponseDecoder {
    /// The calls that are open. Few at a time.
    open: Vec<OpenCall>,
    /// So far; a call's slot is its number, for an index may come back.
    calls: u32,
    /// Whether the open item of reasoning said anything.
    thinking: bool,
    refused: bool,
    sources: Sources,
}

struct OpenCall {
    /// The vendor's index of its item.
    at: u32,
    slot: u32,
    /// Whether arguments came.
    said: bool,
}

/// The events that matter; any other may come at any time and means nothing here.
const KNOWN: [&str; 14] = [
    "response.output_item.added",
    "response.output_item.done",
    "response.output_text.delta",
    "response.output_text.annotation.added",
    "response.refusal.delta",
    "response.reasoning_summary_part.added",
    "response.reasoning_summary_text.delta",
    "response.reasoning_text.delta",
    "response.function_call_arguments.delta",
    "response.function_call_arguments.done",
    "response.completed",
    "response.incomplete",
    "response.failed",
    "error",
];

/// Events that say when, or say again what came in pieces.
const REPEATED: [&str; 11] = [
    "response.created",
    "response.in_progress",
    "response.content_part.added",
    "response.content_part.done",
    "response.output_text.done",
    "response.refusal.done",
    "response.reasoning_summary_part.added",
    "response.reasoning_summary_part.done",
    "response.reasoning_summary_text.done",
    "response.reasoning_text.done",
    "response.queued",
];

impl Decoder for ResponseDecoder {
    fn frame(&mut self, frame: &Frame<'_>, deltas: &mut Vec<Delta>) -> Result<(), DecodeError> {
        let Some(event) = events::parse::<wire::Event<'_>>(VENDOR, &frame.data, &KNOWN)? else {
            return Ok(());
        };
        let at = event.output_index;
        match &*event.kind {
            "response.output_text.delta" => events::push(Delta::Text, event.delta, deltas),
            "response.refusal.delta" => {
                self.refused = true;
                events::push(Delta::Text, event.delta, deltas);
            }
            // The vendor's own models summarise; compatible endpoints give the reasoning itself.
            "response.reasoning_summary_text.delta" | "response.reasoning_text.delta" => {
                self.reasoning(event.delta, deltas);
            }
            "response.reasoning_summary_part.added" if event.summary_index > 0 => {
                self.reasoning(Cow::Borrowed("\n\n"), deltas);
            }
            "response.function_call_arguments.delta" => self.arguments(at, event.delta, deltas),
            "response.function_call_arguments.done" => self.whole(at, event.arguments, deltas),
            "response.output_text.annotation.added" => {
                if let Some(annotation) = event.annotation {
                    self.cite(annotation, deltas);
                }
            }
            "response.output_item.added" => {
                if let Some(item) = event.item {
                    self.start(at, item, deltas);
                }
            }
            "response.output_item.done" => {
                if let Some(item) = event.item {
                    self.end(at, item, deltas);
                }
            }
            "response.completed" | "response.incomplete" => self.finish(event.response, deltas),
            "response.failed" | "error" => return Err(failure(event)),
            kind if REPEATED.contains(&kind) => {}
            kind => events::ignored(VENDOR, kind),
        }
        Ok(())
    }
}

impl Default for ResponseDecoder {
    fn default() -> Self {
        Self {
            open: Vec::new(),
            calls: 0,
            thinking: false,
            refused: false,
            sources: Sources::new(VENDOR),
        }
    }
}

impl ResponseDecoder {
    fn cite(&mut self, annotation: &RawValue, deltas: &mut Vec<Delta>) {
        let Some(cited) = self.sources.cited::<wire::Annotation>(annotation) else {
            return;
        };
        match (cited.url, cited.file_id) {
            (Some(url), _) => self.sources.page(&url, cited.title, deltas),
            (None, Some(id)) => {
                let filename = cited.filename;
                let cited = Document {
                    id: id.into(),
                    media_type: sources::media_type_of(filename.as_deref().unwrap_or_default()),
                    title: filename.as_deref().map(Cow::Borrowed),
                    filename: filename.as_deref().map(Cow::Borrowed),
                };
                self.sources.document(cited, deltas);
            }
            (None, None) => events::ignored(VENDOR, "annotation"),
        }
    }

    fn start(&mut self, at: u32, item: wire::OutputItem<'_>, deltas: &mut Vec<Delta>) {
        match &*item.kind {
            "function_call" => {
                let slot = self.calls;
                self.calls = slot.saturating_add(1);
                self.open.push(OpenCall {
                    at,
                    slot,
                    said: false,
                });
                let id = &*item.call_id;
                deltas.push(Delta::ToolStart {
                    slot,
                    name: item.name.into_owned(),
                    opaque: (!id.is_empty()).then(|| opaque::write(VENDOR, &[("id", id)])),
                });
            }
            "message" | "reasoning" => {}
            kind => events::ignored(VENDOR, kind),
        }
    }

    fn arguments(&mut self, at: u32, fragment: Cow<'_, str>, deltas: &mut Vec<Delta>) {
        let call = self.open.iter_mut().rfind(|call| call.at == at);
        let Some(call) = call.filter(|_| !fragment.is_empty()) else {
            return;
        };
        call.said = true;
        deltas.push(Delta::ToolArguments {
            slot: call.slot,
            fragment: fragment.into_owned(),
        });
    }

    /// All arguments of a call, repeated where they came in pieces.
    fn whole(&mut self, at: u32, arguments: Cow<'_, str>, deltas: &mut Vec<Delta>) {
        let call = self.open.iter().rfind(|call| call.at == at);
        if call.is_some_and(|call| !call.said) {
            self.arguments(at, arguments, deltas);
        }
    }

    fn end(&mut self, at: u32, item: wire::OutputItem<'_>, deltas: &mut Vec<Delta>) {
        match &*item.kind {
            "reasoning" => self.end_reasoning(&item, deltas),
            // A call that was cut off is never ended: its arguments are not whole.
            "function_call" if item.status.as_deref() != Some("incomplete") => {
                self.whole(at, item.arguments, deltas);
                self.whole(at, Cow::Borrowed("{}"), deltas);
                if let Some(found) = self.open.iter().rposition(|call| call.at == at) {
                    let slot = self.open.remove(found).slot;
                    deltas.push(Delta::ToolEnd { slot });
                }
            }
            _ => {}
        }
    }

    fn reasoning(&mut self, text: Cow<'_, str>, deltas: &mut Vec<Delta>) {
        self.thinking = true;
        events::push(Delta::Reasoning, text, deltas);
    }

    /// Nothing comes of an item that neither says anything nor can be given back.
    fn end_reasoning(&mut self, item: &wire::OutputItem<'_>, deltas: &mut Vec<Delta>) {
        let encrypted = item.encrypted_content.as_deref();
        let encrypted = encrypted.filter(|text| !text.is_empty() && !item.id.is_empty());
        let opaque = encrypted
            .map(|encrypted| opaque::write(VENDOR, &[("id", &item.id), ("encrypted", encrypted)]));
        let thought = std::mem::take(&mut self.thinking);
        if thought || opaque.is_some() {
            deltas.push(Delta::ReasoningEnd { opaque });
        }
    }

    fn finish(&self, response: Option<wire::Response>, deltas: &mut Vec<Delta>) {
        let (usage, details) = response.map_or((None, None), |response| {
            (response.usage, response.incomplete_details)
        });
        deltas.extend(usage.map(|usage| Delta::Usage(neutral(&usage))));
        let reason = details.and_then(|details| details.reason);
        deltas.push(Delta::Finish(match reason.as_deref() {
            Some("max_output_tokens") => FinishReason::Length,
            Some("content_filter") => FinishReason::ContentFilter,
            Some(_) => FinishReason::Other,
            None if self.refused => FinishReason::ContentFilter,
            None if self.calls > 0 => FinishReason::ToolCalls,
            None => FinishReason::Stop,
        }));
    }
}

fn failure(event: wire::Event<'_>) -> DecodeError {
    let of_response = event.response.and_then(|response| response.error);
    let error = event.error.or(of_response).unwrap_or(wire::ErrorDetail {
        kind: None,
        code: event.code,
        message: event.message,
    });
    DecodeError::Vendor(errors::vendor_error(error))
}

fn neutral(usage: &wire::Usage) -> Usage {
    let input = usage.input_tokens_details.as_ref();
    let output = usage.output_tokens_details.as_ref();
    Usage {
        input_tokens: usage.input_tokens.unwrap_or(0),
        cached_input_tokens: input.and_then(|input| input.cached_tokens).unwrap_or(0),
        cached_write_tokens: input
            .and_then(|input| input.cache_write_tokens)
            .unwrap_or(0),
        output_tokens: usage.output_tokens.unwrap_or(0),
        reasoning_output_tokens: output
            .and_then(|output| output.reasoning_tokens)
            .unwrap_or(0),
    }
}
