//! Answers that are JSON objects: which part of a model's text is the object, whether it is one of its
//! type, and what the model is told where it is not (CONTRACT 3.4).
//!
//! The object is streamed as it comes, and its end is only sent when it is right. Where the model may
//! still call tools its text is held back, since only the text of the last step is the object.

use std::sync::Arc;

use domain::{
    ErrorInfo, ErrorType, FinishReason, LogBody, Part, Role, StreamEvent, Turn, TurnRole, WorkerId,
};
use protocol::program::{Block, NamedType};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::agent_loop::is_cut_off;
use crate::calls::At;
use crate::draft::{Draft, DraftPart};
use crate::effects::Effects;
use crate::lane::LaneId;
use crate::machine::Machine;
use crate::present::BlockView;
use crate::type_problem;

/// How far the object of a step has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ObjectDraft {
    pub(crate) type_name: Arc<str>,
    /// Whether it is sent as it comes.
    live: bool,
    /// The id of the part that the client has been told of.
    sent_as: Option<Arc<str>>,
    scan: Scan,
}

/// An answer that was no object of its type: the model is shown it once more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Repair {
    answer: Arc<str>,
    problem: String,
}

impl ObjectDraft {
    pub(crate) fn new(type_name: Arc<str>, live: bool) -> Self {
        Self {
            type_name,
            live,
            sent_as: None,
            scan: Scan::default(),
        }
    }

    /// The events for a piece of text of the part `id`.
    pub(crate) fn take(
        &mut self,
        id: &Arc<str>,
        text: &str,
        worker_id: Option<&WorkerId>,
    ) -> Vec<StreamEvent> {
        if !self.live {
            return Vec::new();
        }
        let taken = self.scan.take(text);
        // Its last brace is held back until it is known to be right.
        let fragment = match self.scan.over {
            true => taken.strip_suffix('}').unwrap_or(taken),
            false => taken,
        };
        if fragment.is_empty() {
            return Vec::new();
        }
        let mut events = Vec::new();
        let id = match &self.sent_as {
            Some(id) => Arc::clone(id),
            None => {
                self.sent_as = Some(Arc::clone(id));
                events.push(self.start(id, worker_id));
                Arc::clone(id)
            }
        };
        events.push(StreamEvent::TextDelta {
            id,
            delta: fragment.to_owned(),
            worker_id: worker_id.cloned(),
        });
        events
    }

    /// Ends what was sent of an object that is none. Without its last brace no client takes it for one.
    pub(crate) fn abandon(&mut self, worker_id: Option<&WorkerId>, effects: &mut Effects) {
        self.live = false;
        if let Some(id) = self.sent_as.take() {
            effects.emit(StreamEvent::TextEnd {
                id,
                worker_id: worker_id.cloned(),
            });
        }
    }

    fn start(&self, id: &Arc<str>, worker_id: Option<&WorkerId>) -> StreamEvent {
        StreamEvent::TextStart {
            id: Arc::clone(id),
            response_type: Some(Arc::clone(&self.type_name)),
            worker_id: worker_id.cloned(),
        }
    }

    /// The id of the object's part: that of the text in which it begins, as far as the client knows.
    fn id(&self, draft: &Draft) -> Arc<str> {
        let held = draft.parts.iter().find_map(|part| match part {
            DraftPart::Text { id, held: true, .. } => Some(id),
            DraftPart::Text { .. }
            | DraftPart::Reasoning { .. }
            | DraftPart::Call(_)
            | DraftPart::Source(_)
            | DraftPart::Object { .. } => None,
        });
        let id = self.sent_as.as_ref().or(held);
        id.map_or_else(|| "object".into(), Arc::clone)
    }

    /// The events that end the object, or send it whole where nothing of it was sent.
    fn end(&self, id: &Arc<str>, raw: &str, worker_id: Option<&WorkerId>) -> Vec<StreamEvent> {
        let end = StreamEvent::TextEnd {
            id: Arc::clone(id),
            worker_id: worker_id.cloned(),
        };
        let sent = self.sent_as.is_some();
        let delta = StreamEvent::TextDelta {
            id: Arc::clone(id),
            delta: if sent { "}" } else { raw }.to_owned(),
            worker_id: worker_id.cloned(),
        };
        let start = (!sent).then(|| self.start(id, worker_id));
        start.into_iter().chain([delta, end]).collect()
    }
}

impl Repair {
    /// Adds the failed answer, and what is wrong with it, to what the model is shown.
    pub(crate) fn append(&self, type_name: &str, turns: &mut Vec<Turn>) {
        if !self.answer.trim().is_empty() {
            turns.push(Turn {
                role: TurnRole::Assistant,
                parts: vec![Part::Text(Arc::clone(&self.answer))],
            });
        }
        let problem = &self.problem;
        let told = Part::Text(
            format!(
                "Your answer is not a valid `{type_name}`: {problem} \
                 Answer again, with the corrected JSON object and nothing else."
            )
            .into(),
        );
        match turns.last_mut() {
            Some(turn) if turn.role == TurnRole::User => turn.parts.push(told),
            Some(_) | None => turns.push(Turn {
                role: TurnRole::User,
                parts: vec![told],
            }),
        }
    }
}

/// Finds the first JSON object in a text that comes in pieces, and leaves out what stands around it,
/// such as a fence.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Scan {
    depth: u32,
    in_string: bool,
    escaped: bool,
    over: bool,
}

impl Scan {
    /// The part of the next piece that belongs to the object.
    fn take<'t>(&mut self, text: &'t str) -> &'t str {
        if self.over {
            return "";
        }
        let begin = match self.depth {
            0 => text.find('{').unwrap_or(text.len()),
            _ => 0,
        };
        let inside = text.get(begin..).unwrap_or_default();
        for (place, byte) in inside.bytes().enumerate() {
            if self.closes(byte) {
                self.over = true;
                return inside.get(..=place).unwrap_or(inside);
            }
        }
        inside
    }

    /// Whether the object ends with this byte.
    fn closes(&mut self, byte: u8) -> bool {
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' => self.escaped = self.in_string,
            b'"' => self.in_string = !self.in_string,
            b'{' if !self.in_string => self.depth += 1,
            b'}' if !self.in_string => self.depth -= 1,
            _ => {}
        }
        self.depth == 0
    }
}

/// The object in a text, as it is written and as a value.
///
/// # Errors
/// With a sentence for the model.
fn read<'t>(text: &'t str, named: &NamedType) -> Result<(&'t str, Value), String> {
    let raw = Scan::default().take(text);
    if raw.is_empty() {
        return Err("it holds no JSON object.".into());
    }
    let value = serde_json::from_str(raw).map_err(|error| format!("it is not JSON: {error}."))?;
    match type_problem::find(named, &value) {
        None => Ok((raw, value)),
        Some(problem) => Err(problem),
    }
}

/// The type of a block's answer, where it is not plain text.
pub(crate) fn response_type(block: &Block) -> Option<&Arc<NamedType>> {
    block.kind.as_next_message()?.response_type.as_ref()
}

impl Machine {
    /// Sends text that was held back as what it is: words beside a tool call. Where it was not held back
    /// no call was allowed, and the object that began is given up for the next step's.
    pub(crate) fn release_text(&mut self, lane: LaneId, view: BlockView, effects: &mut Effects) {
        let worker_id = self.worker_id(lane);
        let Some(draft) = self.draft_mut(lane) else {
            return;
        };
        let Some(object) = &mut draft.object else {
            return;
        };
        object.abandon(worker_id.as_ref(), effects);
        for part in &mut draft.parts {
            let DraftPart::Text {
                id,
                text,
                held: held @ true,
                open,
            } = part
            else {
                continue;
            };
            (*held, *open) = (false, false);
            if text.is_empty() || !view.content {
                continue;
            }
            effects.emit(StreamEvent::TextStart {
                id: Arc::clone(id),
                response_type: None,
                worker_id: worker_id.clone(),
            });
            effects.emit(StreamEvent::TextDelta {
                id: Arc::clone(id),
                delta: text.clone(),
                worker_id: worker_id.clone(),
            });
            effects.emit(StreamEvent::TextEnd {
                id: Arc::clone(id),
                worker_id: worker_id.clone(),
            });
        }
    }

    /// Ends a step whose text is to be the object, or asks for it once more.
    pub(crate) fn finish_object(
        &mut self,
        at: At<'_>,
        step: (Draft, ObjectDraft, FinishReason),
        named: &NamedType,
        effects: &mut Effects,
    ) {
        let At { lane, block } = at;
        let (mut draft, mut object, reason) = step;
        let text = draft.text();
        let (raw, value) = match read(&text, named) {
            Ok(read) => read,
            Err(problem) => {
                object.abandon(self.worker_id(lane).as_ref(), effects);
                return match is_cut_off(reason) {
                    true => self.fail(lane, cut_off(), effects),
                    false => self.repair(at, (text, problem), effects),
                };
            }
        };
        let id = object.id(&draft);
        let view = self.view(lane, block);
        if view.content {
            let events = object.end(&id, raw, self.worker_id(lane).as_ref());
            events.into_iter().for_each(|event| effects.emit(event));
        }
        draft.settle_object(&id, &object.type_name, &value);
        self.set_output(at, value, effects);
        let items = draft.into_items(&self.home(lane, block));
        effects.commit().items.extend(items);
        if lane == LaneId::ROOT {
            self.exec.reason = reason;
        }
        let message = LogBody::Message {
            role: Role::Assistant,
            content: raw.into(),
            visible: view.audience.reaches_client(),
            response_type: Some(object.type_name),
            files: Vec::new(),
        };
        self.log(lane, effects, message);
        self.end_block(lane, block, effects);
    }

    /// Tells the model what is wrong with its answer, once.
    fn repair(&mut self, at: At<'_>, (answer, problem): (Arc<str>, String), effects: &mut Effects) {
        let At { lane, block } = at;
        let message = format!("The model's answer is not what the protocol asks for: {problem}");
        let error = ErrorInfo::platform(ErrorType::ProtocolError, message);
        let state = self.exec.lanes.get_mut(&lane);
        let Some(state) = state.filter(|state| state.repair.is_none()) else {
            return self.fail(lane, error, effects);
        };
        state.repair = Some(Repair { answer, problem });
        self.log_error(lane, error, effects);
        if let Err(error) = self.ask_model(lane, block, effects) {
            self.fail(lane, error, effects);
        }
    }
}

/// To ask again would end in the same place.
fn cut_off() -> ErrorInfo {
    let message = "The model's answer was cut off before its object was complete.";
    ErrorInfo::platform(ErrorType::ProtocolError, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pieces: &[&str], expected: &str) {
        let mut scan = Scan::default();
        let taken: String = pieces.iter().map(|piece| scan.take(piece)).collect();
        assert_eq!(taken, expected);
    }

    #[test]
    fn only_the_object_is_taken() {
        check(&[r#"{"a": 1}"#], r#"{"a": 1}"#);
        check(&["```js", "on\n{\"a\"", ": {}}\n", "```"], r#"{"a": {}}"#);
        check(
            &[r#"{"a": "}\""#, r#"{"}, and more {}"#],
            r#"{"a": "}\"{"}"#,
        );
        check(&[r#"{"a": "\"#, r#""}"}"#], r#"{"a": "\"}"}"#);
        check(&["no object at all"], "");
        check(&["{\"ü\": ", "\"€\"} €"], "{\"ü\": \"€\"}");
        check(&[r#"{"cut": "#], r#"{"cut": "#);
    }
}
