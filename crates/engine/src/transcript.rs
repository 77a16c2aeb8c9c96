//! The fold of a session's items into what a model is shown.
//!
//! Whatever crash, abort, rollback or repeat came before, the result is a valid conversation
//! (RELIABILITY I5): it begins and ends with the user, the sides alternate, every call has exactly one
//! result at the head of the next turn, and no turn is empty. So no repair rows are ever stored.

use std::sync::Arc;

use domain::{
    Author, Body, Item, Media, Outcome, Part, ThreadId, ToolCall, ToolCallId, Turn, TurnRole,
    WorkerId,
};

use crate::bounded::bounded;
use crate::scope::prompt_text;

/// Stands in where a conversation would begin with the assistant.
const OPENING: &str = "(The conversation begins.)";
/// Stands in where the model shall speak twice in a row.
const CONTINUE: &str = "(Continue.)";
/// The result of a call that nobody answered.
const CANCELLED: &str = "Cancelled: no result was provided.";

/// A thread as a model is shown it.
#[derive(Clone, Debug, PartialEq)]
pub struct Transcript {
    /// The texts of system messages within the thread, in order.
    pub system: Vec<Arc<str>>,
    pub turns: Vec<Turn>,
}

/// Folds the items of one thread of a worker, or of the session's own, and of another thread that is kept
/// aside from it. Results of more tokens than `max_tool_output` are shown in part.
pub fn fold<'a>(
    items: impl IntoIterator<Item = &'a Arc<Item>>,
    worker: Option<&WorkerId>,
    thread: &ThreadId,
    aside: Option<&ThreadId>,
    max_tool_output: Option<u32>,
) -> Transcript {
    let visible = visible(items, worker, thread, aside);
    let mut fold = Fold {
        max_tool_output,
        ..Fold::default()
    };
    let mut from = 0;
    let task = behind_task(&visible);
    if let Some((text, upto)) = summary(&visible) {
        for numbered in visible.iter().filter(|it| it.is_within(0, task)) {
            fold.item(numbered.item);
        }
        let summary = format!("(A summary of what was said since then:)\n\n{text}");
        fold.push(TurnRole::User, Part::Text(summary.into()));
        from = upto;
    }
    for numbered in &visible {
        // What the model is told by the agent stands for all that follows.
        let instructs = numbered.item.author == Author::System;
        let is_behind = |number: u32| number >= from || (instructs && number >= task);
        if numbered.number.is_none_or(is_behind) {
            fold.item(numbered.item);
        }
    }
    fold.finish()
}

/// Some items of one thread, as turns.
pub(crate) fn of(items: &[&Arc<Item>]) -> Vec<Turn> {
    let mut fold = Fold::default();
    for item in items {
        fold.item(item);
    }
    fold.finish().turns
}

/// An item that a model is shown.
#[derive(Clone, Copy)]
pub(crate) struct Numbered<'a> {
    /// Its place among those of its thread; what is kept aside has none.
    pub(crate) number: Option<u32>,
    pub(crate) item: &'a Arc<Item>,
}

impl Numbered<'_> {
    pub(crate) fn is_within(&self, from: u32, to: u32) -> bool {
        self.number
            .is_some_and(|number| (from..to).contains(&number))
    }
}

/// Whether what is before an item can do without what is behind: no call is left without its result, and no
/// message of the user is cut in two.
pub(crate) fn begins_exchange(visible: &[Numbered<'_>], place: usize) -> bool {
    let Some(numbered) = visible.get(place) else {
        return false;
    };
    let before = place.checked_sub(1).and_then(|place| visible.get(place));
    let same = before.is_some_and(|before| before.item.message == numbered.item.message);
    match (&numbered.item.author, &numbered.item.body) {
        (Author::User { .. }, _) => !same,
        (_, body) => *body == Body::Step,
    }
}

/// What a model is shown of one thread of a worker, or of the session's own, since that was started.
pub(crate) fn visible<'a>(
    items: impl IntoIterator<Item = &'a Arc<Item>>,
    worker: Option<&WorkerId>,
    thread: &ThreadId,
    aside: Option<&ThreadId>,
) -> Vec<Numbered<'a>> {
    let mut visible = Vec::new();
    let mut next = 0;
    for item in items {
        if item.worker.as_ref() != worker || !item.audience.reaches_model() {
            continue;
        }
        if item.thread == *thread {
            if let Body::ThreadStart = item.body {
                visible.clear();
                next = 0;
                continue;
            }
            let number = Some(next);
            visible.push(Numbered { number, item });
            next += 1;
        } else if Some(&item.thread) == aside {
            visible.push(Numbered { number: None, item });
        }
    }
    visible
}

/// The newest summary, and the number of the first item that it does not stand for.
pub(crate) fn summary<'a>(visible: &[Numbered<'a>]) -> Option<(&'a Arc<str>, u32)> {
    visible.iter().rev().find_map(|numbered| {
        if let Body::Summary { text, upto } = &numbered.item.body {
            Some((text, *upto))
        } else {
            None
        }
    })
}

/// The number of the item behind what the user said first.
pub(crate) fn behind_task(visible: &[Numbered<'_>]) -> u32 {
    let of_user = |numbered: &&Numbered<'_>| matches!(numbered.item.author, Author::User { .. });
    let task = visible.iter().find(of_user).map(|it| &it.item.message);
    let of_task = |numbered: &&Numbered<'_>| Some(&numbered.item.message) == task;
    let last = visible.iter().rev().find(of_task).and_then(|it| it.number);
    last.map_or(0, |number| number + 1)
}

#[derive(Default)]
struct Fold {
    max_tool_output: Option<u32>,
    system: Vec<Arc<str>>,
    turns: Vec<Turn>,
    /// The calls of the newest assistant turn, in order, each with the result that came for it.
    calls: Vec<(Arc<ToolCall>, Option<Arc<Outcome>>)>,
    /// What those calls brought beside their results.
    media: Vec<Arc<Media>>,
}

impl Fold {
    fn item(&mut self, item: &Item) {
        match (&item.author, &item.body) {
            (Author::System, Body::Text { text }) => self.system.push(Arc::clone(text)),
            (Author::Assistant, Body::Result { call, outcome }) => self.result(call, outcome),
            (Author::Assistant, Body::Step) => self.close_calls(),
            // The model sees what its own calls brought; an image that it made it knows by its address.
            (
                Author::Assistant,
                Body::File {
                    file,
                    call: Some(_),
                },
            ) => {
                self.media.push(Arc::new(Media::from(file)));
            }
            (Author::Assistant, Body::Call(call)) => {
                self.push(TurnRole::Assistant, Part::Call(Arc::clone(call)));
                self.calls.push((Arc::clone(call), None));
            }
            (Author::Assistant, Body::Reasoning { text, opaque }) => {
                let part = Part::Reasoning {
                    text: Arc::clone(text),
                    opaque: opaque.clone(),
                };
                self.push(TurnRole::Assistant, part);
            }
            (Author::Assistant, body) => self.text(TurnRole::Assistant, body),
            (Author::User { .. }, Body::File { file, .. }) => {
                self.close_calls();
                let media = Arc::new(Media::from(file));
                self.push(TurnRole::User, Part::Media(media));
            }
            (Author::User { .. }, body) => {
                self.close_calls();
                self.text(TurnRole::User, body);
            }
            (Author::System, _) => {}
        }
    }

    fn text(&mut self, role: TurnRole, body: &Body) {
        let text = match body {
            Body::Text { text } => Arc::clone(text),
            Body::Object { value, .. } => prompt_text(value).into(),
            Body::Reasoning { .. }
            | Body::Call(_)
            | Body::Result { .. }
            | Body::Step
            | Body::ThreadStart
            | Body::Summary { .. }
            | Body::Operation { .. }
            | Body::WorkerStart { .. }
            | Body::WorkerEnd { .. }
            | Body::Todo { .. }
            | Body::Source(_)
            | Body::File { .. } => return,
        };
        // Providers refuse a text of nothing but white space.
        if !text.trim().is_empty() {
            self.push(role, Part::Text(text));
        }
    }

    fn push(&mut self, role: TurnRole, part: Part) {
        if role == TurnRole::Assistant && self.calls.iter().any(|(_, outcome)| outcome.is_some()) {
            self.close_calls();
        }
        match self.turns.last_mut() {
            Some(turn) if turn.role == role => turn.parts.push(part),
            Some(_) | None => self.turns.push(Turn {
                role,
                parts: vec![part],
            }),
        }
    }

    /// Takes the first result of an open call; a second one, or one of no open call, is ignored.
    fn result(&mut self, id: &ToolCallId, result: &Arc<Outcome>) {
        if let Some((_, outcome)) = self.calls.iter_mut().find(|(call, _)| call.id == *id) {
            outcome.get_or_insert_with(|| match self.max_tool_output {
                Some(max_tokens) => bounded(result, max_tokens),
                None => Arc::clone(result),
            });
        }
    }

    /// Answers the calls of the newest assistant turn, the unanswered ones with an error.
    fn close_calls(&mut self) {
        let media = std::mem::take(&mut self.media);
        if self.calls.is_empty() {
            return;
        }
        let results = std::mem::take(&mut self.calls)
            .into_iter()
            .map(|(call, outcome)| Part::Result {
                call,
                outcome: outcome.unwrap_or_else(|| Arc::new(Outcome::Error(CANCELLED.into()))),
            });
        let parts = results.chain(media.into_iter().map(Part::Media)).collect();
        self.turns.push(Turn {
            role: TurnRole::User,
            parts,
        });
    }

    fn finish(mut self) -> Transcript {
        self.close_calls();
        for turn in &mut self.turns {
            trim_reasoning(turn);
        }
        self.turns.retain(|turn| !turn.parts.is_empty());
        let mut turns = merge_neighbours(self.turns);
        if turns
            .first()
            .is_none_or(|turn| turn.role == TurnRole::Assistant)
        {
            turns.insert(0, user_says(OPENING));
        }
        if turns
            .last()
            .is_some_and(|turn| turn.role == TurnRole::Assistant)
        {
            turns.push(user_says(CONTINUE));
        }
        Transcript {
            system: self.system,
            turns,
        }
    }
}

/// Reasoning that nothing follows was cut off; providers refuse a turn that ends with it.
fn trim_reasoning(turn: &mut Turn) {
    while matches!(turn.parts.last(), Some(Part::Reasoning { .. })) {
        turn.parts.pop();
    }
}

/// Joins turns of one side that a dropped turn between them left side by side.
fn merge_neighbours(turns: Vec<Turn>) -> Vec<Turn> {
    let mut merged: Vec<Turn> = Vec::with_capacity(turns.len());
    for turn in turns {
        match merged.last_mut() {
            Some(last) if last.role == turn.role => last.parts.extend(turn.parts),
            Some(_) | None => merged.push(turn),
        }
    }
    merged
}

fn user_says(text: &str) -> Turn {
    Turn {
        role: TurnRole::User,
        parts: vec![Part::Text(text.into())],
    }
}
