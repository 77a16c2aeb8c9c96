//! A stream of responses → deltas.

use std::borrow::Cow;

use domain::{Delta, FinishReason, Usage};

use super::{VENDOR, errors, wire};
use crate::dialect::sources::{self, Document, Sources};
use crate::dialect::text::Text;
use crate::dialect::{DecodeError, Decoder, VendorError, events, opaque};
use crate::sse::Frame;

/// Reads one answer.
pub(super) struct ResponseDecoder {
    thinking: bool,
    /// Calls so far; a call's slot is its number.
    calls: u32,
    sources: Sources,
    usage: Option<Usage>,
    reason: Option<FinishReason>,
}

impl Decoder for ResponseDecoder {
    fn frame(&mut self, frame: &Frame<'_>, deltas: &mut Vec<Delta>) -> Result<(), DecodeError> {
        let chunk = serde_json::from_str::<wire::Chunk<'_>>(&frame.data);
        let chunk = chunk.map_err(|error| DecodeError::Malformed {
            detail: error.to_string(),
        })?;
        if let Some(error) = chunk.error {
            return Err(DecodeError::Vendor(errors::in_stream(error)));
        }
        let says = chunk.candidates.is_some() || chunk.usage_metadata.is_some();
        if !says && chunk.prompt_feedback.is_none() {
            events::ignored(VENDOR, "chunk");
        }
        let blocked = chunk.prompt_feedback.and_then(|it| it.block_reason);
        if blocked.is_some() {
            self.reason = Some(FinishReason::ContentFilter);
        }
        for candidate in chunk.candidates.into_iter().flatten() {
            // No more than one was asked for.
            if candidate.index == 0 {
                self.candidate(candidate, deltas)?;
            }
        }
        self.count(chunk.usage_metadata, deltas);
        Ok(())
    }

    /// The vendor has no terminal event: an answer is whole where it gave a reason to end.
    fn end(&mut self, deltas: &mut Vec<Delta>) {
        let Some(reason) = self.reason else { return };
        self.end_thought(None, deltas);
        let called = reason == FinishReason::Stop && self.calls > 0;
        deltas.push(Delta::Finish(if called {
            FinishReason::ToolCalls
        } else {
            reason
        }));
    }
}

impl Default for ResponseDecoder {
    fn default() -> Self {
        Self {
            thinking: false,
            calls: 0,
            sources: Sources::new(VENDOR),
            usage: None,
            reason: None,
        }
    }
}

impl ResponseDecoder {
    fn candidate(
        &mut self,
        candidate: wire::Candidate<'_>,
        deltas: &mut Vec<Delta>,
    ) -> Result<(), DecodeError> {
        for part in candidate.content.into_iter().flat_map(|it| it.parts) {
            self.part(part, deltas);
        }
        if let Some(grounding) = candidate.grounding_metadata {
            let grounding = self.sources.cited::<wire::Grounding>(grounding);
            for chunk in grounding.into_iter().flat_map(|it| it.grounding_chunks) {
                match chunk.web.or(chunk.maps).or(chunk.retrieved_context) {
                    Some(cited) => self.cite(cited, deltas),
                    None => events::ignored(VENDOR, "grounding chunk"),
                }
            }
        }
        if let Some(citations) = candidate.citation_metadata {
            let citations = self.sources.cited::<wire::Citations>(citations);
            for cited in citations.into_iter().flat_map(|it| it.citation_sources) {
                self.cite(cited, deltas);
            }
        }
        if let Some(reason) = candidate.finish_reason {
            self.reason = Some(finish_reason(&reason, candidate.finish_message)?);
        }
        Ok(())
    }

    fn part(&mut self, part: wire::AnswerPart<'_>, deltas: &mut Vec<Delta>) {
        let signature = part.thought_signature.as_deref();
        let signature = signature.filter(|signature| !signature.is_empty());
        if let Some(call) = part.function_call {
            self.end_thought(None, deltas);
            self.call(call, signature, deltas);
            return;
        }
        let Some(text) = part.text.map(Text::into_cow) else {
            events::ignored(VENDOR, "part");
            return;
        };
        if part.thought {
            self.thinking = true;
            events::push(Delta::Reasoning, text, deltas);
        } else if !text.is_empty() {
            self.end_thought(None, deltas);
            events::push(Delta::Text, text, deltas);
        }
        // Behind a thought, or behind a text as a hidden thought of its own.
        if signature.is_some() {
            self.thinking = true;
            self.end_thought(signature, deltas);
        }
    }

    /// Calls come whole.
    fn call(
        &mut self,
        call: wire::FunctionCall<'_>,
        signature: Option<&str>,
        deltas: &mut Vec<Delta>,
    ) {
        let slot = self.calls;
        self.calls += 1;
        let id = call.id.as_deref().filter(|id| !id.is_empty());
        let theirs = [("id", id), ("signature", signature)];
        let theirs = theirs
            .into_iter()
            .filter_map(|(key, value)| Some((key, value?)));
        let theirs: Vec<_> = theirs.collect();
        deltas.push(Delta::ToolStart {
            slot,
            name: call.name.into_owned(),
            opaque: (!theirs.is_empty()).then(|| opaque::write(VENDOR, &theirs)),
        });
        let arguments = call.args.map_or("{}", |arguments| arguments.get());
        deltas.push(Delta::ToolArguments {
            slot,
            fragment: arguments.to_owned(),
        });
        deltas.push(Delta::ToolEnd { slot });
    }

    fn end_thought(&mut self, signature: Option<&str>, deltas: &mut Vec<Delta>) {
        if std::mem::take(&mut self.thinking) {
            let opaque = signature.map(|it| opaque::write(VENDOR, &[("signature", it)]));
            deltas.push(Delta::ReasoningEnd { opaque });
        }
    }

    fn cite(&mut self, cited: wire::Cited, deltas: &mut Vec<Delta>) {
        let uri = cited.uri.unwrap_or_default();
        if sources::is_address(&uri) {
            self.sources.page(&uri, cited.title, deltas);
            return;
        }
        let named = [Some(uri), cited.document_name, cited.title.clone()];
        let mut named = named.into_iter().flatten();
        let document = Document {
            id: named
                .find(|name| !name.is_empty())
                .unwrap_or_default()
                .into(),
            media_type: sources::media_type_of(cited.title.as_deref().unwrap_or_default()),
            title: cited.title.as_deref().map(Cow::Borrowed),
            filename: None,
        };
        self.sources.document(document, deltas);
    }

    /// A count that says nothing new is not repeated: it comes with every chunk.
    fn count(&mut self, usage: Option<wire::Usage>, deltas: &mut Vec<Delta>) {
        let usage = usage.map(|usage| neutral(&usage));
        if let Some(usage) = usage.filter(|usage| self.usage != Some(*usage)) {
            self.usage = Some(usage);
            deltas.push(Delta::Usage(usage));
        }
    }
}

/// <https://ai.google.dev/api/generate-content#FinishReason>
fn finish_reason(reason: &str, message: Option<String>) -> Result<FinishReason, DecodeError> {
    match reason {
        "STOP" => Ok(FinishReason::Stop),
        "MAX_TOKENS" => Ok(FinishReason::Length),
        "SAFETY"
        | "RECITATION"
        | "BLOCKLIST"
        | "PROHIBITED_CONTENT"
        | "SPII"
        | "LANGUAGE"
        | "IMAGE_SAFETY"
        | "IMAGE_PROHIBITED_CONTENT"
        | "IMAGE_RECITATION" => Ok(FinishReason::ContentFilter),
        // The model stumbled over the form of a call; the next attempt often goes well.
        "MALFORMED_FUNCTION_CALL" | "UNEXPECTED_TOOL_CALL" | "MALFORMED_RESPONSE" => {
            Err(DecodeError::Vendor(VendorError {
                status: Some(500),
                kind: Some(reason.to_owned()),
                message,
                ..VendorError::default()
            }))
        }
        _ => Ok(FinishReason::Other),
    }
}

/// The vendor counts its thoughts apart from what is said, we count all of the output.
fn neutral(usage: &wire::Usage) -> Usage {
    Usage {
        input_tokens: usage
            .prompt_token_count
            .saturating_add(usage.tool_use_prompt_token_count),
        cached_input_tokens: usage.cached_content_token_count,
        cached_write_tokens: 0,
        output_tokens: usage
            .candidates_token_count
            .saturating_add(usage.thoughts_token_count),
        reasoning_output_tokens: usage.thoughts_token_count,
    }
}
