//! Thinking as a word: how models that are asked by an effort name the levels.

use domain::Thinking;

/// The word for each level of thinking. Where a model lacks a level, the nearest that it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Efforts {
    off: &'static str,
    /// Low, medium, high, max.
    levels: [&'static str; 4],
}

pub(super) const fn efforts(off: &'static str, levels: [&'static str; 4]) -> Efforts {
    Efforts { off, levels }
}

impl Efforts {
    pub(super) fn word(self, level: Thinking) -> &'static str {
        let [low, medium, high, max] = self.levels;
        match level {
            Thinking::Off => self.off,
            Thinking::Low => low,
            Thinking::Medium => medium,
            Thinking::High => high,
            Thinking::Max => max,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_level_has_its_word() {
        let words = efforts("none", ["low", "medium", "high", "xhigh"]);
        let levels = [
            Thinking::Off,
            Thinking::Low,
            Thinking::Medium,
            Thinking::High,
            Thinking::Max,
        ];
        assert_eq!(
            levels.map(|level| words.word(level)),
            ["none", "low", "medium", "high", "xhigh"]
        );
    }
}
