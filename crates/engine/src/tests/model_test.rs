//! Random schedules: triggers, deltas, results in any order, repeats, cancels and crashes. On every
//! prefix the invariants of RELIABILITY A.3 hold that a machine can break.

use std::collections::HashSet;

use domain::{Delta, FinishReason, StreamEvent, ThreadId};
use proptest::prelude::*;
use protocol::program::Block;
use serde_json::json;

use super::bench::respond;
use super::folds::assert_valid;
use super::threads::{next, start, within};
use super::{Bench, agent, program};
use crate::{CancelReason, transcript};

/// Something that may happen to a session.
#[derive(Clone, Debug)]
enum Happening {
    Say,
    Text,
    Reasoning,
    ReasoningEnd,
    Tool {
        slot: u32,
        name: usize,
        ended: bool,
    },
    Finish,
    /// Posts the results, some left out, some twice.
    Results {
        drop: usize,
        twice: bool,
        error: bool,
    },
    Cancel,
    /// The process dies: what was not committed is gone.
    Crash,
}

const TOOLS: [&str; 5] = ["get-time", "search", "secret", "quiet", "nonsense"];

fn happenings() -> impl Strategy<Value = Happening> {
    prop_oneof![
        2 => Just(Happening::Say),
        6 => Just(Happening::Text),
        2 => Just(Happening::Reasoning),
        1 => Just(Happening::ReasoningEnd),
        4 => (0..3_u32, 0..TOOLS.len(), prop::bool::weighted(0.8))
            .prop_map(|(slot, name, ended)| Happening::Tool { slot, name, ended }),
        4 => Just(Happening::Finish),
        6 => (0..2_usize, any::<bool>(), any::<bool>())
            .prop_map(|(drop, twice, error)| Happening::Results { drop, twice, error }),
        1 => Just(Happening::Cancel),
        1 => Just(Happening::Crash),
    ]
}

/// An answer alone, behind one in a thread of its own, or behind one that is kept aside.
fn handlers() -> impl Strategy<Value = Vec<Block>> {
    let in_thread = vec![
        start("side", agent(3)),
        within("side", next(false)),
        respond(),
    ];
    prop_oneof![
        2 => Just(vec![respond()]),
        1 => Just(in_thread),
        1 => Just(vec![next(true), respond()]),
    ]
}

fn apply(bench: &mut Bench, happening: &Happening, slots: &mut HashSet<u32>) {
    let asked = bench.asked.is_some() && !bench.ended;
    match happening {
        Happening::Say => {
            slots.clear();
            bench.say("hi");
        }
        Happening::Text if asked => drop(bench.delta(Delta::Text("t".into()))),
        Happening::Reasoning if asked => drop(bench.delta(Delta::Reasoning("r".into()))),
        Happening::ReasoningEnd if asked => {
            bench.delta(Delta::ReasoningEnd {
                opaque: Some(json!({"v": {}})),
            });
        }
        Happening::Tool { slot, name, ended } if asked && slots.insert(*slot) => {
            let (slot, name) = (*slot, TOOLS[*name].to_owned());
            bench.delta(Delta::ToolStart {
                slot,
                name,
                opaque: None,
            });
            bench.delta(Delta::ToolArguments {
                slot,
                fragment: "{}".into(),
            });
            if *ended {
                bench.delta(Delta::ToolEnd { slot });
            }
        }
        Happening::Finish if asked => {
            slots.clear();
            bench.delta(Delta::Finish(FinishReason::Stop));
        }
        Happening::Results { drop, twice, error } if bench.pause.is_some() => {
            slots.clear();
            let mut results = bench.results(&json!(1));
            if *error {
                results
                    .iter_mut()
                    .for_each(|answer| answer.error = Some("failed".into()));
            }
            results.truncate(results.len().saturating_sub(*drop));
            if *twice {
                results.extend(results.clone());
            }
            bench.resume(results);
        }
        Happening::Cancel if !bench.ended && !bench.items.is_empty() => {
            bench.cancel(CancelReason::Disconnected);
        }
        Happening::Crash => bench.ended = true,
        _ => {}
    }
}

/// What the clients' reducers demand of one leg (CONTRACT 3.3).
fn assert_legible(sent: &[StreamEvent], ended: bool) {
    let (mut text, mut reasoning) = (None, None);
    let (mut cards, mut asked) = (HashSet::new(), HashSet::new());
    for (index, event) in sent.iter().enumerate() {
        assert!(
            index == 0 || !sent[index - 1].is_terminal(),
            "an event behind the end"
        );
        match event {
            StreamEvent::Start { .. } => assert_eq!(index, 0),
            StreamEvent::TextStart {
                id, response_type, ..
            } => {
                // An object that turned out wrong is never ended: another one comes in its place.
                if response_type.is_some() {
                    text = None;
                }
                assert!(text.is_none() && reasoning.is_none(), "interleaved parts");
                text = Some(id.clone());
            }
            StreamEvent::TextDelta { id, .. } => assert_eq!(text.as_ref(), Some(id)),
            StreamEvent::TextEnd { id, .. } => assert_eq!(text.take().as_ref(), Some(id)),
            StreamEvent::ReasoningStart { id, .. } => {
                assert!(text.is_none() && reasoning.is_none(), "interleaved parts");
                reasoning = Some(id.clone());
            }
            StreamEvent::ReasoningDelta { id, .. } => assert_eq!(reasoning.as_ref(), Some(id)),
            StreamEvent::ReasoningEnd { id, .. } => assert_eq!(reasoning.take().as_ref(), Some(id)),
            StreamEvent::ToolInputStart { tool_call_id, .. } => {
                assert!(cards.insert(tool_call_id.clone()), "two cards of one call");
            }
            StreamEvent::ToolOutputError { tool_call_id, .. } => {
                cards.remove(tool_call_id);
            }
            StreamEvent::ToolRequest { tool_calls, .. } => {
                asked.extend(tool_calls.iter().map(|call| call.tool_call_id.clone()));
            }
            StreamEvent::Finish { .. } => {
                assert!(
                    text.is_none() && reasoning.is_none(),
                    "a part is open at the end"
                );
                assert!(
                    cards.iter().all(|card| asked.contains(card)),
                    "a card runs for ever"
                );
            }
            _ => {}
        }
    }
    let terminal = sent.last().is_some_and(StreamEvent::is_terminal);
    assert!(
        !terminal || ended,
        "a leg goes on behind its terminal event"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn invariants_hold_on_every_prefix(
        handler in handlers(),
        schedule in prop::collection::vec(happenings(), 1..40),
    ) {
        let mut bench = Bench::new(program(agent(4), handler));
        let mut slots = HashSet::new();
        bench.say("first");
        for happening in &schedule {
            apply(&mut bench, happening, &mut slots);
            assert_legible(&bench.sent, bench.ended);
            for thread in [ThreadId::main(), "side".into()] {
                assert_valid(&transcript::fold(&bench.items, None, &thread, None).turns);
            }
            if let Some((_, request)) = &bench.asked {
                assert_valid(&request.turns);
            }
        }
    }
}
