//! `mcpServers` and `onDemandMcpServers`: servers of tools.

use std::sync::Arc;

use domain::Display;

use super::{Declared, retain_last, site};
use crate::display;
use crate::problems::Problems;
use crate::program::{McpServer, McpSource, OnDemandMcpServers};
use crate::rules::{mcp_namespace, not_built_yet, on_demand_source, remote_only, reserved_name};
use crate::table::Table;
use crate::yaml::Entry;

pub(super) fn read(problems: &mut Problems, protocol: &Table<'_>) -> Declared<McpServer> {
    let mut servers = Declared::default();
    for entry in protocol.entries("mcpServers") {
        let (name, region) = (&entry.key.name, entry.key.region);
        if reserved_name::check(problems, name, region) {
            mcp_namespace::check(problems, name, region);
        }
        servers.insert(&entry.key, server(problems, entry));
    }
    servers
}

fn server(problems: &mut Problems, entry: &Entry) -> McpServer {
    let mut server = McpServer {
        namespace: Arc::clone(&entry.key.name),
        description: "".into(),
        source: McpSource::Consumer,
        display: Display::Description,
        label: None,
        retain_last: None,
    };
    if let Some(table) = Table::of_entry(entry) {
        let (display, label) = display::read(problems, &table, Display::Description);
        server.description = table.string("description").unwrap_or_default();
        server.source = source(problems, &table);
        server.display = display;
        server.label = label;
        server.retain_last = retain_last(&table);
    }
    server
}

fn source(problems: &mut Problems, table: &Table<'_>) -> McpSource {
    let remote = McpSource::Remote {
        eager: table
            .choice("connection", &[("eager", true)])
            .unwrap_or(false),
        site: site(table),
    };
    let sources = [
        ("remote", remote),
        ("device", McpSource::Device),
        ("consumer", McpSource::Consumer),
    ];
    let source = table.choice("source", &sources).unwrap_or(remote);
    if let Some(written) = table.text("source").filter(|it| **it.value == *"remote") {
        problems.push(not_built_yet::value(written.region, "source: remote"));
    }
    if !matches!(source, McpSource::Remote { .. }) {
        for key in ["connection", "execution"] {
            let written = table.entry(key);
            let problem = written.map(|entry| remote_only::report(entry.key.region, key));
            problem.into_iter().for_each(|it| problems.push(it));
        }
    }
    source
}

pub(super) fn on_demand(
    problems: &mut Problems,
    protocol: &Table<'_>,
) -> Option<OnDemandMcpServers> {
    let mut remote = None;
    for entry in protocol.entries("onDemandMcpServers") {
        if !on_demand_source::check(problems, &entry.key.name, entry.key.region) {
            continue;
        }
        remote = Table::of_entry(entry).map(|table| {
            let (display, label) = display::read(problems, &table, Display::Description);
            OnDemandMcpServers {
                description: table.string("description"),
                display,
                label,
                site: site(&table),
                retain_last: retain_last(&table),
            }
        });
    }
    remote
}
