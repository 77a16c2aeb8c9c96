//! Turns → messages.

use std::borrow::Cow;

use domain::{Part, ToolCall, Turn, TurnRole};
use serde_json::Value;

use super::quirks::{Quirks, Replay};
use super::shown;
use super::wire::{Call, CalledFunction, ContentPart, Message, Thoughts, UserContent};
use crate::dialect::tools::{self, CallIds};
use crate::dialect::{EncodeError, opaque};

/// Stands between results and a word of the user where a vendor wants an assistant to have spoken.
const ACKNOWLEDGED: &str = "OK";

/// The messages of a transcript. `thinks` is whether the model is asked to think.
pub(super) fn messages<'a>(
    quirks: &Quirks,
    turns: &'a [Turn],
    thinks: bool,
) -> Result<Vec<Message<'a>>, EncodeError> {
    let mut transcript = Transcript {
        quirks,
        thinks,
        ids: CallIds::new(quirks.vendor, quirks.call_ids),
        messages: Vec::with_capacity(turns.len()),
    };
    let under_way = turns.iter().rposition(opens_turn).unwrap_or(0);
    for (at, turn) in turns.iter().enumerate() {
        match turn.role {
            TurnRole::User => turn
                .parts
                .iter()
                .try_for_each(|part| transcript.user(part))?,
            TurnRole::Assistant => transcript.assistant(turn, at > under_way)?,
        }
    }
    Ok(transcript.messages)
}

/// Whether the user speaks, other than by results.
fn opens_turn(turn: &Turn) -> bool {
    let speaks = |part: &Part| matches!(part, Part::Text(_) | Part::Media(_));
    turn.role == TurnRole::User && turn.parts.iter().any(speaks)
}

struct Transcript<'a, 'q> {
    quirks: &'q Quirks,
    thinks: bool,
    ids: CallIds<'a>,
    messages: Vec<Message<'a>>,
}

impl<'a> Transcript<'a, '_> {
    fn user(&mut self, part: &'a Part) -> Result<(), EncodeError> {
        match part {
            Part::Text(text) if !text.trim().is_empty() => {
                self.say(ContentPart::Text {
                    text: Cow::Borrowed(text),
                });
            }
            Part::Media(media) => self.say(shown::part(self.quirks, media)?),
            Part::Result { call, outcome } => self.messages.push(Message::Tool {
                tool_call_id: self.ids.of(call),
                content: tools::content(outcome),
            }),
            Part::Text(_) | Part::Reasoning { .. } | Part::Call(_) => {}
        }
        Ok(())
    }

    /// Text that nothing stands between is one message: templates of open models want the sides to take
    /// turns.
    fn say(&mut self, said: ContentPart<'a>) {
        match self.messages.last_mut() {
            Some(Message::User { content }) => content.add(said),
            Some(Message::Tool { .. }) if !self.quirks.user_behind_results => {
                self.messages.push(Message::Assistant {
                    content: Some(Cow::Borrowed(ACKNOWLEDGED)),
                    tool_calls: Vec::new(),
                    thoughts: Thoughts::default(),
                });
                self.say(said);
            }
            Some(_) | None => self.messages.push(Message::User {
                content: match said {
                    ContentPart::Text { text } => UserContent::Text(text),
                    said @ (ContentPart::ImageUrl { .. }
                    | ContentPart::VideoUrl { .. }
                    | ContentPart::InputAudio { .. }
                    | ContentPart::File { .. }
                    | ContentPart::DocumentUrl { .. }) => UserContent::Parts(vec![said]),
                },
            }),
        }
    }

    /// A turn that nothing is left of is left out.
    fn assistant(&mut self, turn: &'a Turn, under_way: bool) -> Result<(), EncodeError> {
        let mut said: Option<Cow<'a, str>> = None;
        let mut calls = Vec::new();
        let mut thoughts = Thoughts::default();
        for part in &turn.parts {
            match part {
                Part::Text(text) if !text.trim().is_empty() => match &mut said {
                    Some(said) => join(said, text),
                    None => said = Some(Cow::Borrowed(text)),
                },
                Part::Reasoning { text, opaque } => {
                    self.think(text, opaque.as_deref(), under_way, &mut thoughts);
                }
                Part::Call(call) => calls.push(self.call(call)?),
                Part::Text(_) | Part::Result { .. } | Part::Media(_) => {}
            }
        }
        // Another model's calls have no thought of this one, and the field is demanded all the same.
        let demanded = self.quirks.replay == Replay::WithinTurn && self.thinks && under_way;
        if demanded && !calls.is_empty() && thoughts.reasoning.is_none() {
            thoughts.reasoning_content.get_or_insert_default();
        }
        if said.is_some() || !calls.is_empty() {
            self.messages.push(Message::Assistant {
                content: said,
                tool_calls: calls,
                thoughts,
            });
        }
        Ok(())
    }

    fn think(
        &self,
        text: &'a str,
        opaque: Option<&'a Value>,
        under_way: bool,
        thoughts: &mut Thoughts<'a>,
    ) {
        let vendor = self.quirks.vendor;
        match self.quirks.replay {
            Replay::WithinTurn if under_way => {
                let field = match opaque::read(opaque, vendor, "field") {
                    Some("reasoning_content") => &mut thoughts.reasoning_content,
                    Some("reasoning") => &mut thoughts.reasoning,
                    Some(_) | None => return,
                };
                match field {
                    Some(before) => join(before, text),
                    None => *field = Some(Cow::Borrowed(text)),
                }
            }
            Replay::Details => {
                let details = opaque::read(opaque, vendor, "details");
                let details =
                    details.and_then(|text| serde_json::from_str::<Vec<Value>>(text).ok());
                thoughts
                    .reasoning_details
                    .extend(details.unwrap_or_default());
            }
            Replay::WithinTurn | Replay::Never => {}
        }
    }

    fn call(&mut self, call: &'a ToolCall) -> Result<Call<'a>, EncodeError> {
        Ok(Call {
            id: self.ids.open(call),
            function: CalledFunction {
                name: &call.name,
                arguments: tools::arguments(call)?,
            },
        })
    }
}

impl<'a> UserContent<'a> {
    fn add(&mut self, said: ContentPart<'a>) {
        match (self, said) {
            (Self::Text(text), ContentPart::Text { text: more }) => join(text, &more),
            (Self::Parts(parts), said) => parts.push(said),
            (text, said) => {
                let Self::Text(before) = text else { return };
                let text_before = ContentPart::Text {
                    text: std::mem::take(before),
                };
                *text = Self::Parts(vec![text_before, said]);
            }
        }
    }
}

fn join(text: &mut Cow<'_, str>, more: &str) {
    let text = text.to_mut();
    text.push_str("\n\n");
    text.push_str(more);
}
