//! `anthropic`: what runs at the provider.

use std::sync::Arc;

use domain::{Display, ModelRef};

use crate::cx::Cx;
use crate::display;
use crate::program::{ProviderOptions, ProviderSkill, ProviderTool, ProviderToolKind, Setting};
use crate::rules::{provider_options, provider_options_dynamic, provider_tool};
use crate::table::Table;
use crate::yaml::Entry;

/// The provider that the options are of, as models name it.
const PROVIDER: &str = "anthropic";

const TOOLS: &[(&str, ProviderToolKind)] = &[
    ("web-search", ProviderToolKind::WebSearch),
    ("code-execution", ProviderToolKind::CodeExecution),
];

pub(super) fn lower(
    cx: &mut Cx<'_>,
    owner: &Table<'_>,
    model: Option<&Setting<ModelRef>>,
) -> Option<ProviderOptions> {
    let entry = owner.entry(PROVIDER)?;
    let table = Table::of_entry(entry)?;
    match model {
        Some(Setting::Fixed(model)) if *model.provider != *PROVIDER => {
            let problem = provider_options::report(entry.key.region, PROVIDER, &model.provider);
            cx.problems.push(problem);
        }
        Some(Setting::From(_)) => {
            let problem = provider_options_dynamic::report(entry.key.region, PROVIDER);
            cx.problems.push(problem);
        }
        Some(Setting::Fixed(_)) | None => {}
    }
    let tools = table.entries("tools").iter();
    let tools = tools.filter_map(|entry| tool(cx, entry)).collect();
    let skills = table.entries("skills").iter();
    let skills = skills.filter_map(|entry| skill(cx, entry)).collect();
    Some(ProviderOptions { tools, skills })
}

fn tool(cx: &mut Cx<'_>, entry: &Entry) -> Option<ProviderTool> {
    let words: Vec<&str> = TOOLS.iter().map(|(word, _)| *word).collect();
    provider_tool::check(cx.problems, &entry.key, &words);
    let table = Table::of_entry(entry)?;
    let (_, kind) = TOOLS.iter().find(|(word, _)| *entry.key.name == **word)?;
    let (display, label) = display::read(cx.problems, &table, Display::Description);
    Some(ProviderTool {
        kind: *kind,
        display,
        label,
    })
}

fn skill(cx: &mut Cx<'_>, entry: &Entry) -> Option<ProviderSkill> {
    let table = Table::of_entry(entry)?;
    let (display, label) = display::read(cx.problems, &table, Display::Description);
    Some(ProviderSkill {
        id: Arc::clone(&entry.key.name),
        custom: table.choice("type", &[("anthropic", false), ("custom", true)])?,
        version: table.string("version").filter(|it| **it != *"latest"),
        display,
        label,
    })
}
