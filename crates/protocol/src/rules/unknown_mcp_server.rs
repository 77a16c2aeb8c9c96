//! An MCP server is used that `mcpServers` does not define.

use super::{Rule, unknown};
use crate::cx::Cx;
use crate::program::McpServerIndex;
use crate::table::Text;

pub(crate) const RULE: Rule = Rule::error("OCT0412");

/// The MCP server of that name.
pub(crate) fn check(cx: &mut Cx<'_>, name: Text<'_>) -> Option<McpServerIndex> {
    let names = cx.names;
    let help = "define it under `mcpServers`";
    unknown::check(
        &RULE,
        cx.problems,
        &names.mcp_servers,
        name,
        ("MCP server", help),
    )
    .map(McpServerIndex)
}
