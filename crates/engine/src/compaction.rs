//! `contextManagement`: how a long conversation stays below its model's window. Only what the model is
//! shown becomes shorter; what is stored stays whole.
//!
//! The oldest turns become a summary, which a worker writes and which is an item of the history. Where
//! there is no worker, or that is not enough, [`squeeze`] leaves out what it must.

use std::sync::Arc;

use domain::{
    Adaptation, AdaptedBecause, Body, Compaction, CompactionTrigger, ErrorInfo, Exceeded,
    ImageAdapted, Item, LogBody, ModelRef, ModelRequest, Outcome, Part, RequestLimit, ToolSource,
    TurnRole,
};
use protocol::program::{ContextManagement, Program, Worker};
use serde_json::Value;

use crate::calls::At;
use crate::draft::{Asked, Card};
use crate::effects::Effects;
use crate::lane::{By, LaneId, Phase, Refused, Slot};
use crate::machine::Machine;
use crate::squeeze::{cut, elide_images, is_image, squeeze};
use crate::thread::is_aside;
use crate::tokens;
use crate::transcript::{self, Numbered};
use crate::worker::Calling;

/// How often a request that was too long is made shorter and sent again.
const MOST_TRIES: u32 = 3;

/// The part of a window that is left for what the guess of tokens is wrong by.
const MARGIN: f64 = 0.9;

/// The part of a window that an answer may have kept free.
const MOST_FOR_ANSWER: f64 = 0.25;

/// In bytes: what is said at the least that can be made shorter.
const LEAST: usize = 2_000;

/// The part of a window that one summary may be made of: its worker needs room for it, too.
const PASS: f64 = 0.5;

/// What is to be summed up.
struct Span {
    /// The numbers of the first item in it, and of the one behind it.
    from: u32,
    to: u32,
    /// What was summed up before.
    previous: Arc<str>,
    conversation: String,
    turns: usize,
    bytes: usize,
}

impl Machine {
    /// Makes a request as short as its model takes. True where a summary is written first; then the model
    /// is asked when that is there.
    pub(crate) fn compact(
        &mut self,
        at: At<'_>,
        request: &mut ModelRequest,
        effects: &mut Effects,
    ) -> bool {
        let program = self.program(at.lane);
        let Some(context) = context(&program, at) else {
            return false;
        };
        let refused = self.refused(at.lane);
        let learned = self.session.learned.get(&*request.model.to_string());
        let limit = refused.map(|refused| refused.limit).unwrap_or_default();
        let limit = limit.and(learned.copied().unwrap_or_default());
        if let Some(keep) = limit.images {
            self.elide_images(at.lane, request, keep, effects);
        }
        let facts = self.environment.models.facts(&request.model);
        let window = facts.and_then(|facts| facts.context_window);
        let window = window.map(tokens::bytes);
        let frame = tokens::of_frame(request);
        let size = frame + tokens::of_turns(&request.turns);
        let is_near = window.zip(context.threshold);
        let is_near = is_near.is_some_and(|(window, threshold)| size > part_of(window, threshold));
        let is_due = is_near || refused.is_some_and(|it| it.exceeded != Exceeded::Images);
        let summarizer = context.summarizer.and_then(|it| program.workers.get(it.0));
        if let (true, Some(summarizer), Some(window)) = (is_due, summarizer, window)
            && let Some(span) = self.span(at, context, window, effects)
        {
            self.sum_up(at, summarizer, span, effects);
            return true;
        }
        let reserve = facts.and_then(|facts| facts.max_output);
        let reserve = request
            .max_output_tokens
            .or(reserve)
            .map_or(0, tokens::bytes);
        let room = window.map(|window| {
            let reserve = reserve.min(part_of(window, MOST_FOR_ANSWER));
            part_of(window - reserve, MARGIN)
        });
        let budget = room.into_iter().chain(limit.bytes).min();
        // Of a prompt that fills the window nothing can be left out.
        let budget = budget.filter(|budget| *budget < size && frame + LEAST < *budget);
        if let Some(budget) = budget {
            let layers = squeeze(&mut request.turns, budget - frame);
            let entry = Compaction {
                tokens_before: tokens::of_bytes(size),
                tokens_after: tokens::of_bytes(frame + tokens::of_turns(&request.turns)),
                layers_applied: layers.into_iter().map(Into::into).collect(),
                ..self.compaction(at.lane)
            };
            self.log(at.lane, effects, LogBody::Compaction(entry));
        }
        false
    }

    /// How much is asked, where a refusal leads to a smaller request.
    pub(crate) fn measured(&self, at: At<'_>, request: &ModelRequest) -> Option<Asked> {
        let program = self.program(at.lane);
        context(&program, at)?;
        let parts = request.turns.iter().flat_map(|turn| &turn.parts);
        Some(Asked {
            bytes: tokens::of_frame(request) + tokens::of_turns(&request.turns),
            images: parts.filter(|part| is_image(part)).count(),
        })
    }

    fn refused(&self, lane: LaneId) -> Option<Refused> {
        self.exec.lanes.get(&lane)?.refused
    }

    /// An entry of the log on a conversation that becomes shorter.
    fn compaction(&self, lane: LaneId) -> Compaction {
        match self.refused(lane) {
            None => Compaction::new(
                CompactionTrigger::Proactive,
                "the conversation comes near the end of the model's window",
            ),
            Some(_) => Compaction::new(
                CompactionTrigger::Reactive,
                "the provider refused a longer conversation",
            ),
        }
    }

    /// Remembers what a model takes, now that it took it.
    pub(crate) fn learn(&mut self, lane: LaneId, model: &ModelRef, effects: &mut Effects) {
        let state = self.exec.lanes.get_mut(&lane);
        let Some(refused) = state.and_then(|state| state.refused.take()) else {
            return;
        };
        let learned = self.session.learned.entry(model.to_string().into());
        let learned = learned.or_default();
        *learned = learned.and(refused.limit);
        // A request without any image may have been about something else.
        learned.images = learned.images.filter(|images| *images > 0);
        effects.commit().state_changed = true;
    }

    fn elide_images(
        &self,
        lane: LaneId,
        request: &mut ModelRequest,
        keep: usize,
        effects: &mut Effects,
    ) {
        let images_elided = elide_images(&mut request.turns, keep);
        // Once for each time that a provider refused.
        if images_elided == 0 || self.refused(lane).is_none() {
            return;
        }
        let adapted = ImageAdapted {
            source: AdaptedBecause::ReactiveRecovery,
            adaptation: Adaptation::CountElided,
            file_id: None,
            original: None,
            delivered: None,
            max_image_dimension: None,
            images_elided: Some(images_elided),
        };
        self.log(lane, effects, LogBody::ImageAdapted(adapted));
    }

    /// What can be summed up; `None` where there is nothing, or a worker failed at it.
    fn span(
        &self,
        at: At<'_>,
        context: &ContextManagement,
        window: usize,
        effects: &Effects,
    ) -> Option<Span> {
        let lane = self.exec.lanes.get(&at.lane)?;
        let recent = context.recent.filter(|_| !lane.no_summary)?;
        let pending = effects.commit.iter().flat_map(|commit| &commit.items);
        let items = self.history.iter().chain(pending);
        let visible = transcript::visible(items, None, &at.block.thread, None);
        let summary = transcript::summary(&visible);
        let from = summary.map_or_else(|| transcript::behind_task(&visible), |(_, upto)| upto);
        let to = boundary(
            &visible,
            from,
            part_of(window, recent),
            part_of(window, PASS),
        )?;
        let within = visible.iter().filter(|it| it.is_within(from, to));
        let within: Vec<&Arc<Item>> = within.map(|numbered| numbered.item).collect();
        let turns = transcript::of(&within);
        let conversation = written(&turns);
        let room = part_of(window, PASS);
        let conversation = match conversation.len() > room {
            true => cut(&conversation, room),
            false => conversation,
        };
        Some(Span {
            from,
            to,
            previous: summary.map_or_else(|| "".into(), |(text, _)| Arc::clone(text)),
            conversation,
            turns: turns.len(),
            bytes: within.iter().map(|item| tokens::of_item(item)).sum(),
        })
    }

    /// Has a worker write the summary; the lane waits for it.
    fn sum_up(&mut self, at: At<'_>, summarizer: &Worker, span: Span, effects: &mut Effects) {
        let arguments = [
            ("PREVIOUS_SUMMARY".to_owned(), Value::from(&*span.previous)),
            ("CONVERSATION".to_owned(), span.conversation.into()),
        ];
        let arguments = arguments.into_iter().collect();
        let call = self.own_call(summarizer.slug.to_string(), arguments);
        let slot = Slot {
            call: Arc::clone(&call),
            source: ToolSource::Block,
            by: By::Summarizer {
                from: span.from,
                upto: span.to,
                turns: span.turns,
                bytes: span.bytes,
            },
            card: Card::Hidden,
        };
        effects.commit();
        self.exec.set_phase(at.lane, Phase::Calls(vec![slot]));
        let calling = Calling {
            call: &call,
            card: &Card::Hidden,
            display: summarizer.display,
            label: summarizer.label.clone(),
        };
        self.start_worker(at, calling, Ok(()), effects);
    }

    /// Asks the model that the summary was written for.
    pub(crate) fn go_on_behind_summary(
        &mut self,
        at: At<'_>,
        slot: &Slot,
        outcome: &Outcome,
        effects: &mut Effects,
    ) {
        self.take_summary(at, slot, outcome, effects);
        self.exec.set_phase(at.lane, Phase::Ready);
        self.reopen_block(at.lane, at.block, effects);
        if let Err(error) = self.ask_model(at.lane, at.block, effects) {
            self.fail(at.lane, error, effects);
        }
    }

    /// Takes what the worker wrote. Where it failed the conversation is made shorter without it.
    fn take_summary(&mut self, at: At<'_>, slot: &Slot, outcome: &Outcome, effects: &mut Effects) {
        let By::Summarizer {
            from,
            upto,
            turns,
            bytes,
        } = slot.by
        else {
            return;
        };
        let text = match outcome {
            Outcome::Output(Value::String(text)) if !text.trim().is_empty() => text.as_str(),
            Outcome::Output(_) | Outcome::Error(_) => {
                if let Some(lane) = self.exec.lanes.get_mut(&at.lane) {
                    lane.no_summary = true;
                }
                return;
            }
        };
        let entry = Compaction {
            watermark_from: Some(from),
            watermark_to: Some(upto),
            turns_summarized: Some(turns),
            passes: Some(1),
            tokens_before: tokens::of_bytes(bytes),
            tokens_after: tokens::of_bytes(text.len()),
            layers_applied: vec!["summary".into()],
            summarizer_worker_id: Some(slot.call.name.as_str().into()),
            ..self.compaction(at.lane)
        };
        self.log(at.lane, effects, LogBody::Compaction(entry));
        let body = Body::Summary {
            text: text.into(),
            upto,
        };
        let mut home = self.home(at.lane, at.block);
        home.audience = domain::Audience::Model;
        effects.commit().items.push(home.item(body));
    }

    /// Asks again with less where a request was refused because of its length. False where that is of no
    /// use; then the lane fails.
    pub(crate) fn ask_for_less(
        &mut self,
        lane: LaneId,
        error: &ErrorInfo,
        effects: &mut Effects,
    ) -> bool {
        let (Some(exceeded), Some(draft)) = (error.exceeded(), self.draft_mut(lane)) else {
            return false;
        };
        let Some(Asked { bytes, images }) = draft.asked.filter(|_| draft.parts.is_empty()) else {
            return false;
        };
        let program = self.program(lane);
        let Some(block) = self.exec.block(&program, lane) else {
            return false;
        };
        let Some(state) = self.exec.lanes.get_mut(&lane) else {
            return false;
        };
        let before = state.refused;
        let tries = before.map_or(0, |refused| refused.tries);
        if tries >= MOST_TRIES {
            return false;
        }
        let less = match exceeded {
            Exceeded::Images if images == 0 => return false,
            Exceeded::Images => RequestLimit {
                images: Some(images / 2),
                bytes: None,
            },
            // What weighs most are images, where there are some.
            Exceeded::Bytes if images > 0 => RequestLimit {
                images: Some(images / 2),
                bytes: None,
            },
            Exceeded::Context | Exceeded::Bytes => RequestLimit {
                bytes: Some(bytes / 2),
                images: None,
            },
        };
        let limit = before.map(|refused| refused.limit).unwrap_or_default();
        state.refused = Some(Refused {
            exceeded,
            tries: tries + 1,
            limit: limit.and(less),
        });
        // The step is taken again.
        state.steps = state.steps.saturating_sub(1);
        state.all_steps = state.all_steps.saturating_sub(1);
        state.phase = Phase::Ready;
        effects.commit();
        self.log_error(lane, error.clone(), effects);
        if let Err(error) = self.ask_model(lane, block, effects) {
            self.fail(lane, error, effects);
        }
        true
    }
}

/// How a conversation is managed: only the main one of an agent is.
fn context<'p>(program: &'p Program, at: At<'_>) -> Option<&'p ContextManagement> {
    let is_main = at.lane == LaneId::ROOT && at.block.thread.is_main() && !is_aside(at.block);
    let agent = program.agent().filter(|_| is_main);
    agent?.context.as_ref()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a window has far less than 2^52 bytes, and a fraction is from 0 to 1"
)]
fn part_of(bytes: usize, fraction: f64) -> usize {
    (bytes as f64 * fraction) as usize
}

/// The number of the item before which a summary may end: all that is behind it has `recent` bytes or more,
/// and all that is before it, from `from` on, is what one pass takes.
fn boundary(visible: &[Numbered<'_>], from: u32, recent: usize, pass: usize) -> Option<u32> {
    let mut bytes_behind = 0;
    let mut latest = None;
    for (place, numbered) in visible.iter().enumerate().rev() {
        bytes_behind += tokens::of_item(numbered.item);
        if bytes_behind >= recent && transcript::begins_exchange(visible, place) {
            latest = numbered.number;
            break;
        }
    }
    let latest = latest.filter(|latest| *latest > from)?;
    let (mut bytes, mut best) = (0, None);
    for (place, numbered) in visible.iter().enumerate() {
        let Some(number) = numbered.number.filter(|number| *number >= from) else {
            continue;
        };
        if number > latest {
            break;
        }
        if number > from && transcript::begins_exchange(visible, place) {
            if bytes > pass && best.is_some() {
                break;
            }
            best = Some(number);
        }
        bytes += tokens::of_item(numbered.item);
    }
    best
}

/// A conversation as a summarizer reads it.
fn written(turns: &[domain::Turn]) -> String {
    let mut text = String::new();
    for turn in turns {
        let who = match turn.role {
            TurnRole::User => "User",
            TurnRole::Assistant => "Assistant",
        };
        for part in &turn.parts {
            let line = match part {
                Part::Text(said) => format!("{who}: {said}"),
                Part::Call(call) => {
                    let arguments = Value::from(call.arguments.clone());
                    format!("Assistant calls {}: {arguments}", call.name)
                }
                Part::Result { call, outcome } => match &**outcome {
                    Outcome::Output(value) => format!("{} gives: {value}", call.name),
                    Outcome::Error(error) => format!("{} fails: {error}", call.name),
                },
                Part::Media(media) => format!("User shows a file ({})", media.media_type),
                Part::Reasoning { .. } => continue,
            };
            text.push_str(&line);
            text.push_str("\n\n");
        }
    }
    text
}
