//! From byte offsets to the lines and columns that a reader counts.

use crate::diagnostic::{Position, Span};
use crate::region::Region;

/// Where the lines of a text begin.
pub(crate) struct LineIndex<'a> {
    text: &'a str,
    starts: Vec<usize>,
    /// How many characters are before each stretch: a line may be as long as the file, and hold all
    /// problems.
    characters: Vec<usize>,
}

/// The length of a stretch, in bytes.
const STRETCH: usize = 1 << 10;

impl<'a> LineIndex<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            text,
            starts: std::iter::once(0).chain(breaks).collect(),
            characters: std::iter::once(0)
                .chain(text.as_bytes().chunks(STRETCH).scan(0, |sum, stretch| {
                    *sum += characters(stretch);
                    Some(*sum)
                }))
                .collect(),
        }
    }

    /// A region as a span that surely lies inside the text, on character boundaries.
    pub(crate) fn span(&self, region: Region) -> Span {
        let start = self.text.floor_char_boundary(region.start);
        let end = self.text.floor_char_boundary(region.end).max(start);
        Span {
            start,
            end,
            from: self.position(start),
            to: self.position(end),
        }
    }

    fn position(&self, offset: usize) -> Position {
        let line = self.starts.partition_point(|&start| start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let column = self.characters_before(offset) - self.characters_before(start) + 1;
        Position { line, column }
    }

    fn characters_before(&self, offset: usize) -> usize {
        let stretch = offset / STRETCH;
        let before = self.characters.get(stretch).copied().unwrap_or(0);
        let rest = self.text.as_bytes().get(stretch * STRETCH..offset);
        before + characters(rest.unwrap_or_default())
    }
}

/// How many characters begin in these bytes of a text.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::File;

    fn check(text: &str, start: usize, end: usize, expected: &str) {
        let span = LineIndex::new(text).span(Region::new(File::Protocol, start, end));
        let Span { from, to, .. } = span;
        let found = format!("{}:{}-{}:{}", from.line, from.column, to.line, to.column);
        assert_eq!(found, expected);
    }

    #[test]
    fn lines_and_columns_start_at_one() {
        check("", 0, 0, "1:1-1:1");
        check("ab\ncd", 0, 2, "1:1-1:3");
        check("ab\ncd", 3, 5, "2:1-2:3");
    }

    #[test]
    fn columns_count_characters() {
        check("äö: x", 5, 6, "1:4-1:5");
    }

    #[test]
    fn columns_of_a_long_line() {
        let text = "ä".repeat(STRETCH);
        for at in [0, 1, 511, 512, 513, 1_023, 1_024] {
            let column = format!("1:{0}-1:{0}", at + 1);
            check(&text, 2 * at, 2 * at, &column);
        }
    }

    #[test]
    fn a_region_past_the_end_or_inside_a_character_is_pulled_in() {
        check("ä", 1, 99, "1:1-1:2");
    }
}
