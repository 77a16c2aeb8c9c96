//! What a thread offers its model: tools, skills, documents, servers of tools and workers.

use crate::cx::Cx;
use crate::program::{McpServerIndex, ReferenceIndex, SkillIndex, ToolIndex, WorkerIndex};
use crate::rules::{
    on_demand_source, unknown_mcp_server, unknown_reference, unknown_skill, unknown_tool,
    unknown_worker,
};
use crate::table::{Table, Text};
use crate::uses::Index;

/// Everything that is offered by name.
#[derive(Debug, Default)]
pub(super) struct Offered {
    pub(super) tools: Vec<ToolIndex>,
    pub(super) skills: Vec<SkillIndex>,
    pub(super) references: Vec<ReferenceIndex>,
    pub(super) mcp_servers: Vec<McpServerIndex>,
    pub(super) on_demand_mcp_servers: bool,
    pub(super) workers: Vec<WorkerIndex>,
}

/// Keys of an agent that offer a built-in tool.
const BUILT_IN: &[&str] = &[
    "imageModel",
    "videoModel",
    "speechModel",
    "transcriptionModel",
];

pub(super) fn lower(cx: &mut Cx<'_>, table: &Table<'_>) -> Offered {
    Offered {
        tools: indices(cx, table, "tools", unknown_tool::check),
        skills: indices(cx, table, "skills", unknown_skill::check),
        references: indices(cx, table, "references", unknown_reference::check),
        mcp_servers: indices(cx, table, "mcpServers", unknown_mcp_server::check),
        on_demand_mcp_servers: on_demand(cx, table),
        workers: indices(cx, table, "workers", unknown_worker::check),
    }
}

impl Offered {
    /// Whether the model of this thread has nothing to call.
    pub(super) fn is_nothing(&self, table: &Table<'_>) -> bool {
        let built_in = BUILT_IN.iter().any(|key| table.get(key).is_some());
        self.tools.is_empty()
            && self.skills.is_empty()
            && self.references.is_empty()
            && self.mcp_servers.is_empty()
            && !self.on_demand_mcp_servers
            && self.workers.is_empty()
            && !built_in
            && !table.flag("webSearch")
            && !table.flag("todoList")
    }
}

/// Twice is once: a vendor refuses two tools of one name.
fn indices<I: Index>(
    cx: &mut Cx<'_>,
    table: &Table<'_>,
    key: &str,
    check: impl Fn(&mut Cx<'_>, Text<'_>) -> Option<I>,
) -> Vec<I> {
    let mut found: Vec<I> = Vec::new();
    for name in table.texts(key) {
        if let Some(index) = check(cx, name) {
            cx.uses.index(index);
            if !found.contains(&index) {
                found.push(index);
            }
        }
    }
    found
}

/// The only source that can be listed is `remote`.
fn on_demand(cx: &mut Cx<'_>, table: &Table<'_>) -> bool {
    let mut listed = false;
    for source in table.texts("onDemandMcpServers") {
        listed |= on_demand_source::check(cx.problems, source.value, source.region)
            && on_demand_source::declared(cx, source);
    }
    listed
}
