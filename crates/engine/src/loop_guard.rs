//! Notices an answer that repeats a short text without end (`loopGuard`).

use serde::{Deserialize, Serialize};

/// In bytes: the longest unit that is looked for.
const LONGEST_UNIT: usize = 200;
/// How often a unit has to stand behind itself.
const REPEATS: usize = 20;
/// In bytes: what the repetition comes to at the least. A ruler of dashes is shorter.
const SHORTEST_RUN: usize = 2_000;
/// In bytes: how much more there is before it is looked at again.
const STRIDE: usize = 256;

/// How much of a growing text was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LoopGuard {
    seen: usize,
}

impl LoopGuard {
    /// Where the text has to be cut so that its repetition stands there once; `None` where it has none.
    /// A text that is shorter than the one before is another one.
    pub(crate) fn look(&mut self, text: &str) -> Option<usize> {
        if text.len() < self.seen {
            self.seen = 0;
        }
        if text.len() < self.seen + STRIDE {
            return None;
        }
        self.seen = text.len();
        let (unit, run) = repetition(text.as_bytes())?;
        Some(text.ceil_char_boundary(text.len() - run + unit))
    }
}

/// The length of the unit that the text ends with again and again, and of all of its repetitions.
fn repetition(text: &[u8]) -> Option<(usize, usize)> {
    (1..=LONGEST_UNIT).find_map(|unit| {
        let behind = text.get(unit..)?;
        let pairs = text.iter().rev().zip(text.iter().rev().skip(unit));
        let needed = SHORTEST_RUN.max(unit * REPEATS);
        if behind.len() < needed - unit {
            return None;
        }
        let same = pairs.take_while(|(last, before)| last == before).count();
        let run = same + unit;
        (run >= needed).then_some((unit, run))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left of a text that comes in pieces.
    fn kept(pieces: &[&str]) -> Option<String> {
        let mut guard = LoopGuard::default();
        let mut text = String::new();
        for piece in pieces {
            text.push_str(piece);
            if let Some(cut) = guard.look(&text) {
                text.truncate(cut);
                return Some(text);
            }
        }
        None
    }

    #[test]
    fn what_repeats_itself_stands_there_once() {
        for unit in ["a", "ha", "Grüße 😀. ", &"0123456789".repeat(20)] {
            let pieces: Vec<&str> = std::iter::once("It begins well: ")
                .chain(std::iter::repeat_n(unit, 3_000))
                .collect();
            let kept = kept(&pieces).expect("it is noticed");
            assert!(kept.starts_with("It begins well: "), "{kept}");
            assert!(kept.len() <= 16 + 2 * unit.len(), "{kept}");
        }
    }

    #[test]
    fn what_people_write_is_left_alone() {
        let table: String = (0..500)
            .map(|row| format!("| {row} | yes | no |\n"))
            .collect();
        let ruler = format!("Title\n{}\n", "-".repeat(400));
        let list = "- [ ] to be done\n".repeat(60);
        let code = "        }\n".repeat(100);
        for text in [&table, &ruler, &list, &code] {
            assert_eq!(kept(&[text]), None, "{text}");
        }
    }

    #[test]
    fn another_text_is_looked_at_from_its_beginning() {
        let mut guard = LoopGuard::default();
        assert_eq!(guard.look(&"word by word, ".repeat(10)), None);
        assert_eq!(guard.look("short"), None);
        assert!(guard.look(&"ha".repeat(2_000)).is_some());
    }
}
