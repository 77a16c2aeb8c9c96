//! What of a protocol is used, noted down where a name is resolved.

use std::collections::HashSet;
use std::sync::Arc;

use crate::problems::Problem;
use crate::program::{McpServerIndex, Place, ReferenceIndex, SkillIndex, ToolIndex, WorkerIndex};

/// Everything that was resolved so far.
#[derive(Debug, Default)]
pub(crate) struct Uses {
    /// Values that are read. A trigger's input stands with the name of its trigger.
    read: HashSet<(Option<Arc<str>>, Place)>,
    /// Variables that blocks set.
    set: HashSet<Arc<str>>,
    tools: HashSet<ToolIndex>,
    skills: HashSet<SkillIndex>,
    mcp_servers: HashSet<McpServerIndex>,
    workers: HashSet<WorkerIndex>,
    references: HashSet<ReferenceIndex>,
    prompts: HashSet<usize>,
    /// What is passed to a prompt that does not ask for it.
    pub(crate) unasked: Vec<Problem>,
}

impl Uses {
    /// `trigger` is the one whose handler reads the value.
    pub(crate) fn read(&mut self, trigger: Option<&Arc<str>>, place: &Place) {
        let owner = match place {
            Place::TriggerInput(_) => trigger.cloned(),
            Place::Variable(_) | Place::Resource(_) | Place::Input(_) => None,
        };
        self.read.insert((owner, place.clone()));
    }

    pub(crate) fn reads(&self, trigger: Option<&Arc<str>>, place: Place) -> bool {
        self.read.contains(&(trigger.cloned(), place))
    }

    pub(crate) fn set(&mut self, variable: &Arc<str>) {
        self.set.insert(Arc::clone(variable));
    }

    pub(crate) fn sets(&self, variable: &str) -> bool {
        self.set.contains(variable)
    }

    pub(crate) fn index<I: Index>(&mut self, index: I) {
        I::of_kind(self).insert(index);
    }

    pub(crate) fn prompt(&mut self, index: usize) {
        self.prompts.insert(index);
    }

    pub(crate) fn uses_prompt(&self, index: usize) -> bool {
        self.prompts.contains(&index)
    }
}

/// An index into one of the program's lists.
pub(crate) trait Index: Copy + Eq + std::hash::Hash {
    /// The indices of this kind that are used.
    fn of_kind(uses: &mut Uses) -> &mut HashSet<Self>;
}

macro_rules! index {
    ($($index:ident => $field:ident),* $(,)?) => {$(
        impl Index for $index {
            fn of_kind(uses: &mut Uses) -> &mut HashSet<Self> {
                &mut uses.$field
            }
        }
    )*};
}

index! {
    ToolIndex => tools,
    SkillIndex => skills,
    McpServerIndex => mcp_servers,
    WorkerIndex => workers,
    ReferenceIndex => references,
}
