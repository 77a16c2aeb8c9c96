//! What must hold of every stream of a vendor's, whatever it is.
//!
//! One function for each fuzz target. The tests of `provider` run them, too: on the corpus that is kept here,
//! on the recorded streams, and on what they make up.

use std::collections::BTreeMap;

use domain::Delta;
use provider::dialect::anthropic::Anthropic;
use provider::dialect::google::Google;
use provider::dialect::openai::OpenAi;
use provider::dialect::openai_chat::{MISTRAL, OPENROUTER, STANDARD};
use provider::dialect::{DecodeError, Dialect};
use provider::sse::{Parser, SseError};

/// The bytes of a stream; its limit is so small that they reach it.
pub fn sse(data: &[u8]) {
    let whole = frames(&[data]);
    for size in [1, 3, 7] {
        let pieces: Vec<_> = data.chunks(size).collect();
        assert_eq!(frames(&pieces), whole, "in pieces of {size}");
    }
}

pub fn anthropic(data: &[u8]) {
    check(&Anthropic, data);
}

pub fn openai(data: &[u8]) {
    check(&OpenAi, data);
}

/// As those serve it who differ most in what they send.
pub fn openai_chat(data: &[u8]) {
    check(&STANDARD, data);
    check(&OPENROUTER, data);
    check(&MISTRAL, data);
}

pub fn google(data: &[u8]) {
    check(&Google, data);
}

/// The events of a stream, each with its data, and why it could not be read on.
fn frames(pieces: &[&[u8]]) -> (Vec<(String, String)>, Option<SseError>) {
    const LIMIT: usize = 64;
    let mut frames = Vec::new();
    let mut parser = Parser::new(LIMIT);
    for piece in pieces {
        let fed = parser.feed(piece, |frame| {
            // What is not UTF-8 may be three times as long when it is replaced.
            assert!(frame.data.len() <= 3 * LIMIT, "{frame:?}");
            frames.push((frame.event.into_owned(), frame.data.into_owned()));
            Ok::<_, SseError>(())
        });
        if let Err(error) = fed {
            return (frames, Some(error));
        }
    }
    (frames, None)
}

/// # Panics
///
/// Where the deltas are not what every consumer may rely on.
fn check(dialect: &dyn Dialect, data: &[u8]) {
    let whole = deltas(dialect, &[data]);
    for size in [1, 5] {
        let pieces: Vec<_> = data.chunks(size).collect();
        assert_eq!(deltas(dialect, &pieces), whole, "in pieces of {size}");
    }
    is_sound(&whole.0);
}

enum Unreadable {
    Frame(DecodeError),
    Stream(SseError),
}

impl From<SseError> for Unreadable {
    fn from(error: SseError) -> Self {
        Self::Stream(error)
    }
}

/// The deltas of a stream, read as the HTTP loop reads it, and why it could not be read on.
fn deltas(dialect: &dyn Dialect, pieces: &[&[u8]]) -> (Vec<Delta>, Option<String>) {
    let mut deltas = Vec::new();
    let mut decoder = dialect.decoder();
    let mut parser = Parser::new(1 << 20);
    let mut finished = false;
    for piece in pieces {
        let fed = parser.feed(piece, |frame| {
            if !finished {
                decoder
                    .frame(&frame, &mut deltas)
                    .map_err(Unreadable::Frame)?;
                finished = matches!(deltas.last(), Some(Delta::Finish(_)));
            }
            Ok(())
        });
        match fed {
            _ if finished => return (deltas, None),
            Ok(()) => {}
            Err(Unreadable::Frame(error)) => return (deltas, Some(error.to_string())),
            Err(Unreadable::Stream(error)) => return (deltas, Some(error.to_string())),
        }
    }
    decoder.end(&mut deltas);
    (deltas, None)
}

/// `Finish` is last, no call goes on that never began or has ended, and no text is empty.
fn is_sound(deltas: &[Delta]) {
    let mut calls = BTreeMap::new();
    for (at, delta) in deltas.iter().enumerate() {
        match delta {
            Delta::Text(text) | Delta::Reasoning(text) => assert!(!text.is_empty()),
            Delta::ToolStart { slot, .. } => {
                let before = calls.insert(*slot, true);
                assert_eq!(before, None, "a slot is taken twice: {deltas:?}");
            }
            Delta::ToolArguments { slot, fragment } => {
                assert_eq!(calls.get(slot), Some(&true), "no call is open: {deltas:?}");
                assert!(!fragment.is_empty());
            }
            Delta::ToolEnd { slot } => {
                let before = calls.insert(*slot, false);
                assert_eq!(before, Some(true), "no call is open: {deltas:?}");
            }
            Delta::Finish(_) => assert_eq!(at + 1, deltas.len(), "Finish is last: {deltas:?}"),
            Delta::ReasoningEnd { .. } | Delta::Source(_) | Delta::Usage(_) => {}
            Delta::Fallback(_) | Delta::Adapted(_) => panic!("no vendor says this"),
        }
    }
}
