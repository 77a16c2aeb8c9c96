//! MCP servers on demand are those of the source `remote`, and the protocol says how they are shown.

use super::Rule;
use crate::cx::Cx;
use crate::names::Quoted;
use crate::problems::Problems;
use crate::region::Region;
use crate::table::Text;

pub(crate) const RULE: Rule = Rule::error("OCT0322");

const REMOTE: &str = "remote";

/// Whether the source can be on demand.
pub(crate) fn check(problems: &mut Problems, source: &str, region: Region) -> bool {
    let fits = source == REMOTE;
    if !fits {
        let message = format!(
            "there are no servers on demand of the source {}",
            Quoted(source)
        );
        problems.push(RULE.at(region, message).help("write `remote`"));
    }
    fits
}

/// Whether the protocol declares the source that a thread lists.
pub(crate) fn declared(cx: &mut Cx<'_>, source: Text<'_>) -> bool {
    let declared = cx.names.on_demand_mcp_servers.is_some();
    if !declared {
        let message = format!(
            "`onDemandMcpServers` does not declare {}",
            Quoted(source.value)
        );
        let help = "add `onDemandMcpServers: { remote: { display: name } }` to the protocol";
        cx.problems.push(RULE.at(source.region, message).help(help));
    }
    declared
}
