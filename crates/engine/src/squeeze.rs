//! The last resort where a conversation is longer than its model takes: it is made shorter without
//! anybody's help, so that a session can always take one more turn.

use std::sync::Arc;

use domain::{JsonMap, Part, ToolCall, Turn, TurnRole};

use crate::{bounded, tokens};

const LEFT_OUT: &str = "(Left out: the conversation is longer than you can read.)";
const EARLIER: &str = "(What was said between this and the following is left out.)";

/// Makes turns that come to `budget` bytes at the most. Answers what was done for it, in order.
pub(crate) fn squeeze(turns: &mut Vec<Turn>, budget: usize) -> Vec<&'static str> {
    type Layer<'a> = (&'static str, &'a dyn Fn(&mut Vec<Turn>));
    let layers: [Layer<'_>; 4] = [
        ("tool-results", &|turns| stub_results(turns, budget)),
        ("reasoning", &|turns| drop_reasoning(turns)),
        ("turns", &|turns| drop_turns(turns, budget)),
        ("texts", &|turns| shorten(turns, budget)),
    ];
    let mut applied = Vec::new();
    for (name, layer) in layers {
        let before = tokens::of_turns(turns);
        if before <= budget {
            break;
        }
        layer(turns);
        if tokens::of_turns(turns) < before {
            applied.push(name);
        }
    }
    applied
}

/// Results and images that a model has seen already, the oldest first.
fn stub_results(turns: &mut [Turn], budget: usize) {
    let mut size = tokens::of_turns(turns);
    let newest = turns.len().saturating_sub(1);
    for part in turns
        .iter_mut()
        .take(newest)
        .flat_map(|turn| &mut turn.parts)
    {
        if size <= budget {
            return;
        }
        let before = tokens::of_part(part);
        match part {
            Part::Result { outcome, .. } => *outcome = bounded::like(outcome, LEFT_OUT.to_owned()),
            Part::Media(_) => *part = Part::Text(LEFT_OUT.into()),
            Part::Text(_) | Part::Reasoning { .. } | Part::Call(_) => {}
        }
        size = size - before + tokens::of_part(part).min(before);
    }
}

/// Leaves out all images but the newest; how many.
pub(crate) fn elide_images(turns: &mut [Turn], keep: usize) -> usize {
    let parts = turns
        .iter_mut()
        .rev()
        .flat_map(|turn| turn.parts.iter_mut().rev());
    let images = parts.filter(|part| is_image(part)).skip(keep);
    let mut elided = 0;
    for part in images {
        *part = Part::Text(LEFT_OUT.into());
        elided += 1;
    }
    elided
}

pub(crate) fn is_image(part: &Part) -> bool {
    matches!(part, Part::Media(media) if media.media_type.starts_with("image/"))
}

/// All but that of the newest assistant turn, which belongs to its calls.
fn drop_reasoning(turns: &mut [Turn]) {
    let newest = turns
        .iter()
        .rposition(|turn| turn.role == TurnRole::Assistant);
    for turn in turns.iter_mut().take(newest.unwrap_or(0)) {
        turn.parts
            .retain(|part| !matches!(part, Part::Reasoning { .. }));
    }
}

/// The oldest turns behind the first one, which says what is to be done.
fn drop_turns(turns: &mut Vec<Turn>, budget: usize) {
    let mut size = tokens::of_turns(turns);
    // Calls are in the turn before their results, so that both go or stay.
    let last = match turns.last() {
        Some(turn) if answers(turn) => turns.len().saturating_sub(2),
        Some(_) | None => turns.len().saturating_sub(1),
    };
    let mut keep_from = 1;
    while keep_from < last && size > budget {
        size -= turns.get(keep_from).map_or(0, tokens::of_turn);
        keep_from += 1;
    }
    // The first turn is the user's, so what follows it has to be the assistant's, or nobody's.
    if turns
        .get(keep_from)
        .is_some_and(|turn| turn.role == TurnRole::User)
        && keep_from < last
    {
        keep_from += 1;
    }
    let dropped = turns.get(1..keep_from).map_or(0, tokens::of_turns);
    let note = Part::Text(EARLIER.into());
    if dropped <= tokens::of_part(&note) {
        return;
    }
    turns.drain(1..keep_from);
    let behind = turns.get(1).filter(|turn| turn.role == TurnRole::User);
    let behind = behind.map(|turn| turn.parts.clone());
    if let Some(first) = turns.first_mut() {
        first.parts.push(note);
        if let Some(parts) = behind {
            first.parts.extend(parts);
            turns.remove(1);
        }
    }
}

fn answers(turn: &Turn) -> bool {
    turn.parts
        .iter()
        .any(|part| matches!(part, Part::Result { .. }))
}

/// Each part has the same room, and what some do not need the others have.
fn shorten(turns: &mut [Turn], budget: usize) {
    let sizes = turns.iter().flat_map(|turn| &turn.parts);
    let mut sizes: Vec<usize> = sizes.map(tokens::of_part).collect();
    sizes.sort_unstable();
    let (mut left, mut room) = (budget, 0);
    for (place, size) in sizes.iter().enumerate() {
        room = left / (sizes.len() - place);
        if *size > room {
            break;
        }
        left -= size;
    }
    for part in turns.iter_mut().flat_map(|turn| &mut turn.parts) {
        if tokens::of_part(part) > room {
            shorten_part(
                part,
                room.saturating_sub(tokens::of_part(&Part::Text("".into()))),
            );
        }
    }
}

fn shorten_part(part: &mut Part, room: usize) {
    match part {
        Part::Text(text) => *text = cut(text, room).into(),
        Part::Reasoning { opaque, text } if opaque.is_none() => *text = cut(text, room).into(),
        Part::Result { outcome, .. } => {
            // Quotes stand around it.
            let room = room.saturating_sub(2);
            let text = cut(&bounded::text(outcome), room);
            *outcome = bounded::like(outcome, text);
        }
        Part::Call(call) => {
            *call = Arc::new(ToolCall {
                arguments: JsonMap::new(),
                ..ToolCall::clone(call)
            });
        }
        // Whole, or of no use.
        Part::Media(_) | Part::Reasoning { .. } => *part = Part::Text(cut(LEFT_OUT, room).into()),
    }
}

/// The ends of a text, or its beginning where there is no room for both.
pub(crate) fn cut(text: &str, room: usize) -> String {
    const BETWEEN: &str = " […] ";
    let end = room.saturating_sub(BETWEEN.len()) / 2;
    if end < 20 {
        let end = text.floor_char_boundary(room.max(1));
        let cut = text.get(..end).unwrap_or_default().trim();
        return if cut.is_empty() { "…" } else { cut }.to_owned();
    }
    let (head, tail) = bounded::ends(text, 2 * end);
    format!("{head}{BETWEEN}{tail}")
}

#[cfg(test)]
mod tests {
    use domain::{Display, Outcome};
    use proptest::prelude::*;

    use super::*;
    use crate::tests::folds::assert_valid;

    fn turn(role: TurnRole, parts: Vec<Part>) -> Turn {
        Turn { role, parts }
    }

    fn says(role: TurnRole, bytes: usize) -> Turn {
        turn(role, vec![Part::Text("x".repeat(bytes).into())])
    }

    fn call(number: usize) -> Arc<ToolCall> {
        Arc::new(ToolCall {
            id: format!("c{number}").as_str().into(),
            name: "search".into(),
            arguments: JsonMap::new(),
            display: Display::Stream,
            label: None,
            opaque: None,
        })
    }

    /// A user who says something first, then rounds of calls, and perhaps the next thing that is said.
    fn conversations() -> impl Strategy<Value = Vec<Turn>> {
        let rounds = prop::collection::vec((0..3_000_usize, 0..3_usize, any::<bool>()), 0..30);
        (1..3_000_usize, rounds, any::<bool>()).prop_map(|(first, rounds, more)| {
            let mut turns = vec![says(TurnRole::User, first)];
            for (number, (bytes, calls, thinks)) in rounds.into_iter().enumerate() {
                let text = Part::Text("y".repeat(bytes + 1).into());
                let reasoning = Part::Reasoning {
                    text: "z".repeat(bytes).into(),
                    opaque: None,
                };
                let calls: Vec<_> = (0..calls)
                    .map(|call_of| call(number * 10 + call_of))
                    .collect();
                let mut parts: Vec<Part> = thinks.then_some(reasoning).into_iter().collect();
                parts.push(text);
                parts.extend(calls.iter().cloned().map(Part::Call));
                turns.push(turn(TurnRole::Assistant, parts));
                let outcome = Arc::new(Outcome::Output("r".repeat(bytes).into()));
                let results = calls.into_iter().map(|call| Part::Result {
                    call,
                    outcome: Arc::clone(&outcome),
                });
                let mut parts: Vec<Part> = results.collect();
                if parts.is_empty() || more {
                    parts.push(Part::Text("Go on.".into()));
                }
                turns.push(turn(TurnRole::User, parts));
            }
            turns
        })
    }

    proptest! {
        #[test]
        fn whatever_is_said_fits_and_is_a_conversation(
            turns in conversations(),
            budget in 1_000..40_000_usize,
        ) {
            let mut turns = turns;
            let before = tokens::of_turns(&turns);
            let first = turns[0].parts[0].clone();
            let applied = squeeze(&mut turns, budget);
            assert_valid(&turns);
            prop_assert!(tokens::of_turns(&turns) <= budget, "{applied:?}");
            prop_assert_eq!(applied.is_empty(), before <= budget);
            if !applied.contains(&"texts") {
                prop_assert_eq!(&turns[0].parts[0], &first, "the task stays");
            }
        }
    }

    #[test]
    fn old_results_go_first() {
        let result = |number, text: &str| Part::Result {
            call: call(number),
            outcome: Arc::new(Outcome::Output(text.into())),
        };
        let mut turns = vec![
            says(TurnRole::User, 10),
            turn(TurnRole::Assistant, vec![Part::Call(call(1))]),
            turn(TurnRole::User, vec![result(1, &"old".repeat(1_000))]),
            turn(TurnRole::Assistant, vec![Part::Call(call(2))]),
            turn(TurnRole::User, vec![result(2, &"new".repeat(100))]),
        ];
        assert_eq!(squeeze(&mut turns, 2_000), ["tool-results"]);
        let shown = format!("{turns:?}");
        assert!(
            !shown.contains("oldold") && shown.contains("newnew"),
            "{shown}"
        );
        assert_eq!(turns.len(), 5);
    }
}
