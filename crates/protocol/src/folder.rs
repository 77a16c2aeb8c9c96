//! An agent as a folder of files: what is wrong with `settings.json` and with the front matter of
//! references has a place there, too.

use domain::{AgentFormat, Bundle, PromptFile, ReferenceFile, Settings};

use crate::catalog::Catalog;
use crate::compiler::{Compiled, compile_sources};
use crate::language;
use crate::problems::Problems;
use crate::region::{File, Region};
use crate::rules::{encoding, include_limit, settings_json, yaml_limit};
use crate::shape_check;
use crate::sources::Sources;
use crate::table::Table;
use crate::yaml::{self, Key, Node, Source};

/// The longest `settings.json`, and the longest front matter of a reference.
const MOST_BYTES: usize = 64 << 10;

/// The text of each file of an agent's folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folder {
    /// The text of `settings.json`.
    pub settings: String,
    /// The text of `protocol.yaml`.
    pub protocol: String,
    /// The files of `prompts/`.
    pub prompts: Vec<FolderFile>,
    /// The files of `references/`, front matter included.
    pub references: Vec<FolderFile>,
    /// Paths of files that are not UTF-8, each with the byte at which it ceases to be.
    pub not_utf8: Vec<(String, usize)>,
}

/// A Markdown file of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderFile {
    /// The path below its folder, without `.md`.
    pub name: String,
    pub text: String,
}

/// Compiles the agent of a folder; the bundle is what would be stored of it.
///
/// Where `settings.json` cannot be read the rest is compiled all the same.
#[must_use]
pub fn compile_folder(folder: &Folder, catalog: &Catalog<'_>) -> (Bundle, Compiled) {
    let mut problems = Problems::default();
    let bundle = Bundle {
        settings: settings(&mut problems, folder),
        protocol: folder.protocol.clone(),
        prompts: folder.prompts.iter().map(prompt).collect(),
        references: folder
            .references
            .iter()
            // With one more the bundle is refused.
            .take(include_limit::MOST_FILES + 1)
            .enumerate()
            .map(|(index, file)| reference(&mut problems, index, file))
            .collect(),
    };
    let sources = Sources {
        bundle: &bundle,
        folder: Some(folder),
    };
    for (path, byte) in &folder.not_utf8 {
        if let Some(file) = sources.file(path) {
            problems.push(encoding::report(file, *byte));
        }
    }
    let compiled = compile_sources(problems, sources, catalog);
    (bundle, compiled)
}

fn prompt(file: &FolderFile) -> PromptFile {
    PromptFile {
        name: file.name.clone(),
        content: file.text.clone(),
    }
}

/// What `settings.json` says; where it cannot be read, something that lets the rest be compiled.
fn settings(problems: &mut Problems, folder: &Folder) -> Settings {
    let root = if folder.settings.len() > MOST_BYTES {
        let whole = Region::whole(File::Settings);
        let problem = yaml_limit::size(whole, folder.settings.len(), MOST_BYTES);
        problems.push(problem);
        None
    } else {
        settings_root(problems, folder)
    };
    let key = Key {
        name: "settings.json".into(),
        region: Region::whole(File::Settings),
    };
    let table = root.as_ref().and_then(|root| Table::of(&key, root));
    if let Some(root) = &root {
        shape_check::section(problems, &language::SETTINGS, &key, root);
    }
    let text = |name: &str| Some(table.as_ref()?.string(name)?.to_string());
    let format = table.as_ref().and_then(|table| {
        let formats = [AgentFormat::Interactive, AgentFormat::Worker];
        table.choice("format", &formats.map(|format| (format.as_str(), format)))
    });
    Settings {
        // One that is missing or of another shape was reported.
        slug: text("slug").unwrap_or_else(|| "agent".into()),
        name: text("name").unwrap_or_default(),
        description: text("description"),
        format: format.unwrap_or_else(|| likely_format(&folder.protocol)),
    }
}

/// The tree of `settings.json`; `None` where it is no JSON, which is reported.
fn settings_root(problems: &mut Problems, folder: &Folder) -> Option<Node> {
    let text = folder.settings.trim_start_matches('\u{feff}');
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(_) => settings_tree(problems, &folder.settings),
        Err(error) => {
            problems.push(settings_json::report(&folder.settings, &error));
            None
        }
    }
}

/// JSON is YAML once its tabs are spaces, so the reader of places serves here, too.
fn settings_tree(problems: &mut Problems, text: &str) -> Option<Node> {
    let text = text.replace('\t', " ");
    let source = Source {
        file: File::Settings,
        text: &text,
        offset: 0,
        most: MOST_BYTES,
    };
    yaml::parse_part(source, problems)
}

/// What a protocol is of when its settings do not say.
fn likely_format(protocol: &str) -> AgentFormat {
    if protocol.lines().any(|line| line.starts_with("steps:")) {
        AgentFormat::Worker
    } else {
        AgentFormat::Interactive
    }
}

/// A reference begins with its front matter: `---`, YAML with a `description`, and `---`.
fn reference(problems: &mut Problems, index: usize, file: &FolderFile) -> ReferenceFile {
    let Some((head, offset, content)) = front_matter(&file.text) else {
        return ReferenceFile {
            name: file.name.clone(),
            description: String::new(),
            content: file.text.clone(),
        };
    };
    let source = Source {
        file: File::Reference(index),
        text: head,
        offset,
        most: MOST_BYTES,
    };
    let key = Key {
        name: "front matter".into(),
        region: Region::whole(File::Reference(index)),
    };
    let root = yaml::parse_part(source, problems);
    if let Some(root) = &root {
        shape_check::section(problems, &language::FRONT_MATTER, &key, root);
    }
    let table = root.as_ref().and_then(|root| Table::of(&key, root));
    let description = table.and_then(|table| table.string("description"));
    ReferenceFile {
        name: file.name.clone(),
        description: description.map_or_else(String::new, |text| text.trim().to_owned()),
        content: content.trim_start_matches(['\r', '\n']).to_owned(),
    }
}

/// The YAML before the text, where it begins, and the text; `None` where there is no front matter.
fn front_matter(text: &str) -> Option<(&str, usize, &str)> {
    let rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let first = rest.strip_prefix("---")?;
    let head = first
        .strip_prefix("\r\n")
        .or_else(|| first.strip_prefix('\n'))?;
    let (yaml, content) = match head.strip_prefix("---") {
        Some(content) => ("", content),
        None => {
            let (yaml, content) = head.split_once("\n---")?;
            (yaml, content)
        }
    };
    Some((yaml, text.len() - head.len(), content))
}

#[cfg(test)]
mod tests;
