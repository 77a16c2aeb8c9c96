//! A stream of chunks → deltas.

use std::borrow::Cow;

use domain::{Delta, FinishReason, Usage};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::calls::Calls;
use super::details::Details;
use super::quirks::{Quirks, Replay};
use super::value::Content;
use super::{errors, wire};
use crate::dialect::sources::Sources;
use crate::dialect::{DecodeError, Decoder, VendorError, events, opaque};
use crate::sse::Frame;

/// The data of the last frame.
const DONE: &str = "[DONE]";

/// What every chunk says that it is.
const OBJECT: &str = "chat.completion.chunk";

/// Reads one completion.
pub(super) struct ChunkDecoder {
    quirks: &'static Quirks,
    calls: Calls,
    sources: Sources,
    /// The field in which the open thought comes.
    thinking: Option<&'static str>,
    details: Details,
    usage: Option<Usage>,
    reason: Option<FinishReason>,
    refused: bool,
}

impl Decoder for ChunkDecoder {
    fn frame(&mut self, frame: &Frame<'_>, deltas: &mut Vec<Delta>) -> Result<(), DecodeError> {
        let data = frame.data.trim();
        if data == DONE {
            self.finish(deltas);
            return Ok(());
        }
        let Some(chunk) = self.chunk(data)? else {
            return Ok(());
        };
        if let Some(error) = chunk.error {
            return Err(DecodeError::Vendor(errors::in_stream(&error)));
        }
        let says = chunk.choices.is_some() || chunk.usage.is_some() || chunk.x_groq.is_some();
        if !says {
            events::ignored(self.quirks.vendor, "chunk");
        }
        for choice in chunk.choices.into_iter().flatten() {
            // No more than one was asked for.
            if choice.index == 0 {
                self.choice(choice, deltas)?;
            }
        }
        // Where both are, the list with the titles says it all.
        match (chunk.search_results, chunk.citations) {
            (Some(pages), _) => self.cite::<wire::Page>(pages, deltas),
            (None, Some(addresses)) => self.cite::<String>(addresses, deltas),
            (None, None) => {}
        }
        let of_groq = chunk.x_groq.and_then(|groq| groq.usage);
        self.count(chunk.usage.or(of_groq), deltas);
        Ok(())
    }

    /// Not everybody sends a last frame; all is said with the reason.
    fn end(&mut self, deltas: &mut Vec<Delta>) {
        if self.reason.is_some() {
            self.finish(deltas);
        }
    }
}

impl ChunkDecoder {
    pub(super) fn new(quirks: &'static Quirks) -> Self {
        Self {
            quirks,
            calls: Calls::new(quirks.vendor),
            sources: Sources::new(quirks.vendor),
            thinking: None,
            details: Details::default(),
            usage: None,
            reason: None,
            refused: false,
        }
    }

    /// A frame of another kind may come at any time and means nothing here; a chunk that cannot be read may
    /// not.
    fn chunk<'a>(&self, data: &'a str) -> Result<Option<wire::Chunk<'a>>, DecodeError> {
        let error = match serde_json::from_str::<wire::Chunk<'_>>(data) {
            Ok(chunk) => return Ok(Some(chunk)),
            Err(error) => error,
        };
        let kind = serde_json::from_str::<wire::ChunkKind<'_>>(data).ok();
        match kind.and_then(|kind| kind.object) {
            Some(kind) if *kind != *OBJECT => {
                events::ignored(self.quirks.vendor, &kind);
                Ok(None)
            }
            Some(_) | None => Err(DecodeError::Malformed {
                detail: error.to_string(),
            }),
        }
    }

    fn cite<'a, C: Cited + Deserialize<'a>>(
        &mut self,
        list: &'a RawValue,
        deltas: &mut Vec<Delta>,
    ) {
        let list = self.sources.cited::<Option<Vec<C>>>(list).flatten();
        for cited in list.into_iter().flatten() {
            match cited.page() {
                Some((url, title)) => self.sources.page(&url, title, deltas),
                None => events::ignored(self.quirks.vendor, "annotation"),
            }
        }
    }

    fn choice(
        &mut self,
        choice: wire::Choice<'_>,
        deltas: &mut Vec<Delta>,
    ) -> Result<(), DecodeError> {
        if let Some(delta) = choice.delta {
            self.delta(delta, deltas)?;
        }
        match choice.finish_reason.as_deref() {
            None | Some("") => Ok(()),
            Some(reason) => self.reason(reason, deltas),
        }
    }

    fn delta(
        &mut self,
        delta: wire::Delta<'_>,
        deltas: &mut Vec<Delta>,
    ) -> Result<(), DecodeError> {
        if let (Some(details), Replay::Details) = (delta.reasoning_details, self.quirks.replay) {
            self.details.add(details)?;
        }
        // One who fills both says the same in both.
        match (delta.reasoning_content, delta.reasoning) {
            (Some(text), _) if !text.is_empty() => {
                self.think("reasoning_content", text.into_cow(), deltas);
            }
            (_, Some(text)) => self.think("reasoning", text.into_cow(), deltas),
            (_, None) => {}
        }
        let Content { text, thinking } = delta.content;
        self.think("content", thinking, deltas);
        if !text.is_empty() {
            self.end_thought(deltas);
            events::push(Delta::Text, text, deltas);
        }
        if let Some(refusal) = delta.refusal.filter(|text| !text.is_empty()) {
            self.end_thought(deltas);
            self.refused = true;
            events::push(Delta::Text, refusal.into_cow(), deltas);
        }
        if let Some(annotations) = delta.annotations {
            self.cite::<wire::Annotation>(annotations, deltas);
        }
        for piece in delta.tool_calls.into_iter().flatten() {
            self.end_thought(deltas);
            self.calls.piece(piece, deltas);
        }
        Ok(())
    }

    fn think(&mut self, field: &'static str, text: Cow<'_, str>, deltas: &mut Vec<Delta>) {
        if !text.is_empty() {
            self.thinking = Some(field);
            events::push(Delta::Reasoning, text, deltas);
        }
    }

    fn end_thought(&mut self, deltas: &mut Vec<Delta>) {
        let field = self.thinking.take();
        let details = self.details.take();
        let vendor = self.quirks.vendor;
        let opaque = match (self.quirks.replay, field, &details) {
            (Replay::Details, _, Some(details)) => {
                Some(opaque::write(vendor, &[("details", details)]))
            }
            (Replay::WithinTurn, Some(field), _) => {
                Some(opaque::write(vendor, &[("field", field)]))
            }
            (Replay::Details | Replay::WithinTurn | Replay::Never, ..) => None,
        };
        if field.is_some() || opaque.is_some() {
            deltas.push(Delta::ReasoningEnd { opaque });
        }
    }

    fn reason(&mut self, reason: &str, deltas: &mut Vec<Delta>) -> Result<(), DecodeError> {
        self.end_thought(deltas);
        let reason = match reason {
            "stop" | "eos" | "stop_sequence" => FinishReason::Stop,
            "tool_calls" | "function_call" => FinishReason::ToolCalls,
            "length" | "model_length" => FinishReason::Length,
            "content_filter" => FinishReason::ContentFilter,
            // DeepSeek's word for an answer that it gave up, and OpenRouter's.
            "insufficient_system_resource" | "error" => {
                return Err(DecodeError::Vendor(VendorError {
                    status: Some(503),
                    kind: Some(reason.to_owned()),
                    ..VendorError::default()
                }));
            }
            _ => FinishReason::Other,
        };
        let cut_off = matches!(reason, FinishReason::Length | FinishReason::ContentFilter);
        self.calls.end(cut_off, deltas);
        self.reason = Some(reason);
        Ok(())
    }

    /// A count that says nothing new is not repeated: some send it with every chunk.
    fn count(&mut self, usage: Option<wire::Usage>, deltas: &mut Vec<Delta>) {
        let usage = usage.map(|usage| neutral(&usage));
        if let Some(usage) = usage.filter(|usage| self.usage != Some(*usage)) {
            self.usage = Some(usage);
            deltas.push(Delta::Usage(usage));
        }
    }

    fn finish(&mut self, deltas: &mut Vec<Delta>) {
        self.end_thought(deltas);
        if self.reason.is_none() {
            self.calls.end(false, deltas);
        }
        deltas.push(Delta::Finish(match self.reason {
            Some(FinishReason::Stop) if self.refused => FinishReason::ContentFilter,
            // Some say that they stopped where they called.
            Some(FinishReason::Stop) | None if self.calls.any() => FinishReason::ToolCalls,
            Some(reason) => reason,
            None => FinishReason::Other,
        }));
    }
}

/// The forms in which a page is listed.
trait Cited {
    /// Its address and its title.
    fn page(self) -> Option<(String, Option<String>)>;
}

impl Cited for String {
    fn page(self) -> Option<(String, Option<String>)> {
        Some((self, None))
    }
}

impl Cited for wire::Page {
    fn page(self) -> Option<(String, Option<String>)> {
        Some((self.url?, self.title))
    }
}

impl Cited for wire::Annotation {
    fn page(self) -> Option<(String, Option<String>)> {
        self.url_citation?.page()
    }
}

fn neutral(usage: &wire::Usage) -> Usage {
    let prompt = usage.prompt_tokens_details.as_ref();
    let completion = usage.completion_tokens_details.as_ref();
    let input = usage.prompt_tokens.unwrap_or(0);
    let said = usage.completion_tokens.unwrap_or(0);
    // xAI counts its reasoning in the total alone.
    let rest = usage
        .total_tokens
        .map_or(0, |total| total.saturating_sub(input));
    Usage {
        input_tokens: input,
        cached_input_tokens: prompt
            .and_then(|prompt| prompt.cached_tokens)
            .or(usage.prompt_cache_hit_tokens)
            .unwrap_or(0),
        cached_write_tokens: prompt
            .and_then(|prompt| prompt.cache_write_tokens)
            .unwrap_or(0),
        output_tokens: said.max(rest),
        reasoning_output_tokens: completion
            .and_then(|completion| completion.reasoning_tokens)
            .unwrap_or(0),
    }
}
