//! What reading a stream costs, counted in allocations: unlike a time, the count is the same at every run.

use allocation_counter::{AllocationInfo, measure};
use provider::sse::{Parser, SseError};

use crate::bench_streams::{KINDS, Kind, stream};

/// What is allocated for reading so many deltas, the list of them apart.
fn used(kind: &Kind, write: fn(&str) -> String, piece: &str, deltas: usize) -> AllocationInfo {
    let head = kind.head.iter().map(|&it| it.to_owned());
    let stream = stream(head.chain(vec![write(piece); deltas]));
    let mut read = Vec::with_capacity(deltas + 8);
    let mut decoder = kind.dialect.decoder();
    let used = measure(|| {
        let mut parser = Parser::new(1 << 20);
        let fed = parser.feed(stream.as_bytes(), |frame| {
            assert_eq!(decoder.frame(&frame, &mut read), Ok(()));
            Ok::<_, SseError>(())
        });
        assert_eq!(fed, Ok(()));
    });
    assert!(read.len() >= deltas, "{}: {} deltas", kind.name, read.len());
    used
}

/// For one more delta.
fn for_each(kind: &Kind, write: fn(&str) -> String, piece: &str) -> u64 {
    let count = |deltas| used(kind, write, piece, deltas).count_total;
    (count(300) - count(200)).div_ceil(100)
}

/// The text that is handed on, and the lists that a vendor's format has around it.
#[test]
fn a_delta_allocates_its_text_and_the_lists_around_it() {
    for kind in &KINDS {
        let (lists, of_call) = match kind.name {
            "anthropic" | "openai" => (0, 0),
            // The choices, and the calls in a choice.
            "openai_chat" => (1, 2),
            // The candidates, and the parts of one.
            _ => (2, 2),
        };
        // With an escape in it, the JSON reader needs room of its own to undo that.
        let check = |write, lists: u64| {
            assert_eq!(for_each(kind, write, "plain"), 1 + lists, "{}", kind.name);
        };
        check(kind.text, lists);
        check(kind.reasoning, lists);
        if let Some(write) = kind.arguments {
            check(write, of_call);
        }
    }
}

#[test]
fn a_mebibyte_of_arguments_in_tiny_fragments_costs_what_its_parts_do() {
    for kind in &KINDS {
        let Some(write) = kind.arguments else {
            continue;
        };
        let bytes = |fragments| used(kind, write, "four", fragments).bytes_total;
        let (tenth, whole) = (bytes(26_214), bytes(262_144));
        assert!(
            whole <= tenth * 10 + 4_096,
            "{}: {tenth} {whole}",
            kind.name
        );
    }
}
