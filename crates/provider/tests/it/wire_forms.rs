//! The recorded streams of all dialects in every form that a network may bring them in.

use domain::Delta;
use provider::dialect::Dialect;
use provider::dialect::anthropic::Anthropic;
use provider::dialect::google::Google;
use provider::dialect::openai::OpenAi;
use provider::dialect::openai_chat::{OPENROUTER, STANDARD};
use provider::sse::Parser;

use crate::dialects::{Unreadable, decode, recorded};

/// The dialects by the names of their folders.
const DIALECTS: [(&str, &dyn Dialect); 5] = [
    ("anthropic", &Anthropic),
    ("openai", &OpenAi),
    ("openai_chat", &STANDARD),
    ("openrouter", &OPENROUTER),
    ("google", &Google),
];

/// The streams that are cut at each of their bytes; between them they have everything.
const CUT: [&str; 4] = [
    "reasoning_and_tool",
    "redacted_reasoning",
    "usage.",
    "refusal",
];

/// What a stream says, and how it ends.
fn said(dialect: &dyn Dialect, pieces: &[&[u8]]) -> (Vec<Delta>, Option<String>) {
    let mut deltas = Vec::new();
    let mut decoder = dialect.decoder();
    let mut parser = Parser::new(1 << 20);
    for piece in pieces {
        let fed = parser.feed(piece, |frame| {
            let read = decoder.frame(&frame, &mut deltas);
            read.map_err(Unreadable::Frame)
        });
        if let Err(error) = fed {
            return (deltas, Some(format!("{error:?}")));
        }
    }
    if !matches!(deltas.last(), Some(Delta::Finish(_))) {
        decoder.end(&mut deltas);
    }
    (deltas, None)
}

/// The lines of a stream, without their ends.
fn lines(stream: &str) -> Vec<&str> {
    let lines = stream.split('\n');
    lines.map(|line| line.trim_end_matches('\r')).collect()
}

#[test]
fn line_ends_a_mark_at_the_head_and_pieces_of_any_size_change_nothing() {
    let mut streams = 0;
    for (vendor, dialect) in DIALECTS {
        for (case, stream) in recorded(vendor) {
            streams += 1;
            let (deltas, end) = decode(dialect, stream.as_bytes());
            let expected = (deltas, end.err().map(|error| format!("{error:?}")));
            let lines = lines(&stream);
            for form in ["\n", "\r\n", "\r"] {
                let stream = format!("\u{feff}{}", lines.join(form));
                let bytes = stream.as_bytes();
                let single: Vec<_> = bytes.chunks(1).collect();
                let odd: Vec<_> = bytes.chunks(7).collect();
                for pieces in [&[bytes][..], &single, &odd] {
                    assert_eq!(said(dialect, pieces), expected, "{vendor}/{case} {form:?}");
                }
            }
        }
    }
    assert!(streams > 70, "only {streams} streams were found");
}

#[test]
fn a_recorded_stream_cut_at_any_byte_says_no_more_than_the_whole() {
    for (vendor, dialect) in DIALECTS {
        let rich = |case: &str| CUT.iter().any(|cut| case.starts_with(cut));
        for (case, stream) in recorded(vendor).into_iter().filter(|(case, _)| rich(case)) {
            let (whole, _) = decode(dialect, stream.as_bytes());
            let finished = matches!(whole.last(), Some(Delta::Finish(_)));
            for at in 0..stream.len() {
                let (cut, _) = said(dialect, &[&stream.as_bytes()[..at]]);
                let ended = matches!(cut.last(), Some(Delta::Finish(_)));
                assert!(!ended || finished, "{vendor}/{case} at {at}");
                // An answer that ended early lacks its usage at most.
                let mut rest = whole.iter();
                assert!(
                    cut.iter().all(|it| rest.any(|of_whole| of_whole == it)),
                    "{vendor}/{case} at {at}"
                );
            }
        }
    }
}
