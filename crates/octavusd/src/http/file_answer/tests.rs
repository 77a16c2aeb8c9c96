//! Ranges and media types.

use domain::Timestamp;

use super::*;

fn file() -> StoredFile {
    StoredFile {
        id: "f1".into(),
        project: "p".into(),
        session: "s".into(),
        filename: "a.png".into(),
        media_type: "image/png".into(),
        size: 10,
        ready: true,
        created: Timestamp::from_millis(0),
        expires: Timestamp::from_millis(0),
    }
}

fn range(text: &str) -> Option<Range<u64>> {
    let wanted = Wanted {
        range: Some(text.to_owned()),
        known: None,
    };
    let part = wanted.range(&file()).ok()?;
    Some(part.bytes())
}

#[test]
fn ranges_are_read_as_the_standard_says() {
    for (text, expected) in [
        ("bytes=0-3", Some(0..4)),
        ("bytes=4-", Some(4..10)),
        ("bytes=-3", Some(7..10)),
        ("bytes=-99", Some(0..10)),
        ("bytes=9-99", Some(9..10)),
        ("bytes=10-", None),
        ("bytes=10-12", None),
        ("bytes=-0", None),
        ("bytes=3-1", Some(0..10)),
        ("bytes=0-1,4-5", Some(0..10)),
        ("bytes=18446744073709551615-18446744073709551615", None),
        ("lines=1-2", Some(0..10)),
        ("bytes", Some(0..10)),
        ("bytes=a-b", Some(0..10)),
    ] {
        assert_eq!(range(text), expected, "{text}");
    }
}

#[test]
fn only_what_runs_nothing_is_shown_in_place() {
    for media_type in [
        "image/png",
        "IMAGE/JPEG",
        "video/mp4",
        "application/pdf",
        "text/plain",
        "text/plain; charset=utf-8",
    ] {
        assert!(is_passive(media_type), "{media_type}");
    }
    for media_type in [
        "image/svg+xml",
        "text/html",
        "text/html; charset=utf-8",
        "application/xhtml+xml",
        "application/json",
        "nonsense",
    ] {
        assert!(!is_passive(media_type), "{media_type}");
    }
}
