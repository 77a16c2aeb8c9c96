use proptest::prelude::*;

use super::*;

const LIMIT: usize = 64;

type Frames = Result<Vec<(String, String)>, SseError>;

fn parse<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Frames {
    let mut parser = Parser::new(LIMIT);
    let mut frames = Vec::new();
    for chunk in chunks {
        parser.feed(chunk, |frame| {
            frames.push((frame.event.into_owned(), frame.data.into_owned()));
            Ok::<_, SseError>(())
        })?;
    }
    Ok(frames)
}

#[track_caller]
fn check(stream: &str, expected: &[(&str, &str)]) {
    let expected: Vec<_> = expected
        .iter()
        .map(|&(event, data)| (event.to_owned(), data.to_owned()))
        .collect();
    assert_eq!(parse([stream.as_bytes()]), Ok(expected), "in {stream:?}");
}

#[test]
fn every_line_end_ends_a_line() {
    for end in ["\n", "\r\n", "\r"] {
        let stream = format!("event: a{end}data: 1{end}{end}data: 2{end}{end}");
        check(&stream, &[("a", "1"), ("", "2")]);
    }
}

#[test]
fn one_space_behind_the_colon_is_not_data() {
    check(
        "data:1\n\ndata:  2\n\ndata\n\n",
        &[("", "1"), ("", " 2"), ("", "")],
    );
}

#[test]
fn data_lines_are_joined() {
    check("data: a\ndata:\ndata: b\n\n", &[("", "a\n\nb")]);
}

#[test]
fn comments_and_unknown_fields_are_skipped() {
    check(": ping\nid: 7\nretry: 1\nfoo\ndata: a\n\n", &[("", "a")]);
}

#[test]
fn an_event_without_data_is_none() {
    check("event: a\n\ndata: b\n\n", &[("", "b")]);
}

#[test]
fn a_byte_order_mark_is_skipped_once() {
    check("\u{feff}data: a\n\n\u{feff}data: b\n\n", &[("", "a")]);
}

#[test]
fn an_unfinished_event_is_not_dispatched() {
    check("data: a\n\ndata: b\n", &[("", "a")]);
}

#[test]
fn broken_utf8_is_replaced() {
    let frames = parse([&b"data: a\xFFb\n\n"[..]]);
    assert_eq!(frames, Ok(vec![(String::new(), "a\u{fffd}b".to_owned())]));
}

#[test]
fn a_line_beyond_the_limit_is_refused_before_it_ends() {
    let long = "x".repeat(LIMIT + 1);
    let too_long = Err(SseError::TooLong { limit: LIMIT });
    assert_eq!(parse([long.as_bytes()]), too_long);
    assert_eq!(parse(long.as_bytes().chunks(7)), too_long);
    let lines = format!("data: {}\n", "x".repeat(40)).repeat(2);
    assert_eq!(parse([lines.as_bytes()]), too_long);
}

#[test]
fn a_whole_frame_is_borrowed() {
    let mut parser = Parser::new(LIMIT);
    parser
        .feed(b"event: a\ndata: b\n\n", |frame| {
            assert!(matches!(frame.event, Cow::Borrowed("a")));
            assert!(matches!(frame.data, Cow::Borrowed("b")));
            Ok::<_, SseError>(())
        })
        .unwrap();
}

fn chunked(bytes: &[u8], cuts: &[usize]) -> Frames {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (bytes.len() + 1)).collect();
    cuts.extend([0, bytes.len()]);
    cuts.sort_unstable();
    parse(cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]))
}

proptest! {
    #[test]
    fn the_chunking_changes_nothing(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "\u{feff}", "data", "event", ":", ": ", " ", "\n", "\r", "\r\n", "\n\n", "ü", "😀", "x", "xxxxxxxx",
            ]),
            0..60,
        ),
        junk in prop::collection::vec(any::<u8>(), 0..4),
        cuts in prop::collection::vec(any::<usize>(), 0..20),
    ) {
        let mut bytes = pieces.concat().into_bytes();
        bytes.extend(junk);
        bytes.extend(b"\ndata: end\n\n");
        prop_assert_eq!(chunked(&bytes, &cuts), parse([&bytes[..]]));
    }
}
