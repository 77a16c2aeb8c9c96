//! Where something stands in a bundle: the coin of every problem.

use domain::Bundle;

/// A file of a bundle. The order is the order in which problems are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum File {
    Protocol,
    Settings,
    /// An index into [`Bundle::prompts`].
    Prompt(usize),
    /// An index into [`Bundle::references`].
    Reference(usize),
}

impl File {
    /// The path inside the agent's folder.
    pub(crate) fn path(self, bundle: &Bundle) -> String {
        match self {
            Self::Protocol => "protocol.yaml".to_owned(),
            Self::Settings => "settings.json".to_owned(),
            Self::Prompt(index) => {
                let name = bundle.prompts.get(index).map_or("", |prompt| &prompt.name);
                format!("prompts/{name}.md")
            }
            Self::Reference(index) => {
                let name = bundle.references.get(index).map_or("", |file| &file.name);
                format!("references/{name}.md")
            }
        }
    }
}

/// A range of bytes in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Region {
    pub(crate) file: File,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Region {
    pub(crate) fn new(file: File, start: usize, end: usize) -> Self {
        Self { file, start, end }
    }

    /// The file as a whole, for what cannot be said of one of its places.
    pub(crate) fn whole(file: File) -> Self {
        Self::new(file, 0, 0)
    }

    pub(crate) fn is_whole(self) -> bool {
        self == Self::whole(self.file)
    }

    pub(crate) fn contains(self, other: Self) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }
}
