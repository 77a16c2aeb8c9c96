//! What the clients' reducers demand of a turn's events (CONTRACT 3.3), and what must be stored where a
//! leg ends well (RELIABILITY A.3, I1).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use domain::{Body, FinishReason, Item, StreamEvent, ToolCallId, WorkerId};

/// A text that has begun.
#[derive(Clone)]
struct Open {
    id: Arc<str>,
    text: String,
    object: bool,
}

/// One place that text can go to: the message, or a worker's part in it.
#[derive(Clone, Default)]
struct Target {
    text: Option<Open>,
    reasoning: Option<Arc<str>>,
}

/// A client that reads along over all legs of a turn.
#[derive(Clone, Default)]
pub(super) struct Reader {
    targets: HashMap<Option<WorkerId>, Target>,
    /// Workers that it knows of, and whether they have ended.
    workers: HashMap<WorkerId, bool>,
    cards: HashMap<ToolCallId, bool>,
    asked: HashSet<ToolCallId>,
    /// The blocks of the message itself that are open, and the one that it takes content for a part of.
    open_blocks: Vec<Arc<str>>,
    active: Option<Arc<str>>,
    /// Texts that were ended in this leg.
    ended_texts: Vec<String>,
    terminal: bool,
}

impl Reader {
    /// The next leg begins: what is open stays, and the calls that were asked for are answered.
    pub(super) fn next_leg(&mut self) {
        self.terminal = false;
        self.ended_texts.clear();
        for call in self.asked.drain() {
            self.cards.insert(call, true);
        }
    }

    pub(super) fn read(&mut self, event: &StreamEvent, items: &[Arc<Item>]) {
        let usage = matches!(event, StreamEvent::Usage { .. });
        assert!(
            !self.terminal || usage,
            "an event behind the end: {event:?}"
        );
        self.terminal |= event.is_terminal();
        match event {
            StreamEvent::TextStart { .. } | StreamEvent::TextDelta { .. } => self.text(event),
            StreamEvent::TextEnd { id, worker_id } => {
                let open = self.target(worker_id).text.take().expect("an open text");
                assert_eq!(open.id, *id);
                // An object that turned out wrong ends without its last brace; another one comes.
                let whole = serde_json::from_str::<serde_json::Value>(&open.text).is_ok();
                if whole || !open.object {
                    self.ended_texts.push(open.text);
                }
            }
            StreamEvent::ReasoningStart { id, worker_id } => {
                self.within_its_block(worker_id);
                let target = self.target(worker_id);
                assert!(
                    target.reasoning.replace(id.clone()).is_none(),
                    "interleaved"
                );
            }
            StreamEvent::ReasoningDelta { id, worker_id, .. } => {
                assert_eq!(self.target(worker_id).reasoning.as_ref(), Some(id));
            }
            StreamEvent::ReasoningEnd { id, worker_id } => {
                assert_eq!(self.target(worker_id).reasoning.take().as_ref(), Some(id));
            }
            StreamEvent::BlockStart(start) => {
                let target = self.target(&start.worker_id);
                assert!(target.text.is_none() && target.reasoning.is_none());
                if start.worker_id.is_none() && !self.open_blocks.contains(&start.block_id) {
                    self.open_blocks.push(start.block_id.clone());
                }
                self.active = Some(start.block_id.clone());
            }
            StreamEvent::BlockEnd { block_id, .. } => {
                self.open_blocks.retain(|open| open != block_id);
                self.active.take_if(|active| active == block_id);
            }
            _ => self.of_calls(event, items),
        }
    }

    fn of_calls(&mut self, event: &StreamEvent, items: &[Arc<Item>]) {
        match event {
            StreamEvent::ToolInputStart {
                tool_call_id,
                worker_id,
                ..
            } => {
                self.within_its_block(worker_id);
                let twice = self.cards.insert(tool_call_id.clone(), false);
                assert_eq!(twice, None, "two cards of one call");
            }
            StreamEvent::ToolOutputAvailable { tool_call_id, .. }
            | StreamEvent::ToolOutputError { tool_call_id, .. } => {
                let card = self.cards.insert(tool_call_id.clone(), true);
                assert!(card.is_some(), "an output without a card");
            }
            StreamEvent::Source { worker_id, .. } => self.within_its_block(worker_id),
            StreamEvent::FileAvailable {
                worker_id,
                tool_call_id,
                ..
            } => {
                self.within_its_block(worker_id);
                let known = tool_call_id
                    .as_ref()
                    .is_none_or(|id| self.cards.contains_key(id));
                assert!(known, "a file of a call without a card");
            }
            StreamEvent::WorkerInputStart { worker_id, .. } => {
                assert_eq!(self.workers.insert(worker_id.clone(), false), None);
            }
            StreamEvent::WorkerStart { worker_id, .. } => {
                let before = self.workers.insert(worker_id.clone(), false);
                assert_ne!(before, Some(true), "a worker begins behind its end");
            }
            StreamEvent::WorkerResult { worker_id, .. } => {
                let before = self.workers.insert(worker_id.clone(), true);
                assert_eq!(before, Some(false), "the end of a worker that nobody knows");
                self.targets.remove(&Some(worker_id.clone()));
            }
            StreamEvent::ToolRequest { tool_calls, .. } => {
                assert!(!tool_calls.is_empty(), "nothing is asked for");
                self.asked
                    .extend(tool_calls.iter().map(|call| call.tool_call_id.clone()));
            }
            StreamEvent::Finish { finish_reason, .. } => self.finish(*finish_reason, items),
            _ => {}
        }
    }

    fn text(&mut self, event: &StreamEvent) {
        match event {
            StreamEvent::TextStart {
                id,
                response_type,
                worker_id,
            } => {
                self.within_its_block(worker_id);
                let target = self.target(worker_id);
                let free = target.text.is_none() && target.reasoning.is_none();
                assert!(free, "interleaved parts");
                target.text = Some(Open {
                    id: id.clone(),
                    text: String::new(),
                    object: response_type.is_some(),
                });
            }
            StreamEvent::TextDelta {
                id,
                delta,
                worker_id,
            } => {
                let open = self.target(worker_id).text.as_mut().expect("an open text");
                assert_eq!(open.id, *id);
                open.text.push_str(delta);
            }
            _ => {}
        }
    }

    fn finish(&self, reason: FinishReason, items: &[Arc<Item>]) {
        let paused = reason == FinishReason::ToolCalls && !self.asked.is_empty();
        let open = |target: &Target| target.text.is_some() || target.reasoning.is_some();
        assert!(
            !self.targets.values().any(open),
            "a part is open at the end"
        );
        let answered = |(card, done): (&ToolCallId, &bool)| *done || self.asked.contains(card);
        assert!(self.cards.iter().all(answered), "a card runs for ever");
        assert!(
            paused || self.workers.values().all(|ended| *ended),
            "a worker runs for ever"
        );
        for text in &self.ended_texts {
            let stored = items.iter().any(|item| match &item.body {
                Body::Text { text: stored } => **stored == **text,
                Body::Object { value, .. } => {
                    serde_json::from_str(text).is_ok_and(|said: serde_json::Value| said == *value)
                }
                _ => false,
            });
            assert!(stored || text.is_empty(), "said, and not stored: {text:?}");
        }
    }

    /// A part of the message itself must not be taken for one of a worker's block.
    fn within_its_block(&self, worker: &Option<WorkerId>) {
        match (worker, &self.active) {
            (None, active) if !self.open_blocks.is_empty() => {
                let ours = active
                    .as_ref()
                    .is_some_and(|it| self.open_blocks.contains(it));
                assert!(ours, "a part goes to the block of a worker");
            }
            (None, _) => {}
            (Some(worker), _) => {
                let known = self.workers.get(worker);
                assert_eq!(known, Some(&false), "a part of a worker that does not run");
            }
        }
    }

    fn target(&mut self, worker: &Option<WorkerId>) -> &mut Target {
        self.targets.entry(worker.clone()).or_default()
    }
}
