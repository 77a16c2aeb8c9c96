//! Reading an agent's folder: `settings.json`, `protocol.yaml`, `prompts/**.md`, `references/**.md`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use domain::{Bundle, PromptFile, ReferenceFile, Settings};

/// The agent folders that a path means: itself, or the folders in it.
///
/// # Errors
/// When the path is not a folder, or holds no agent.
pub(crate) fn find(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if is_agent(path) {
        return Ok(vec![path.to_owned()]);
    }
    let entries =
        fs::read_dir(path).with_context(|| format!("{} is not a folder", path.display()))?;
    let mut folders: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| is_agent(path))
        .collect();
    folders.sort();
    anyhow::ensure!(
        !folders.is_empty(),
        "{} holds no agent: a folder with a protocol.yaml and a settings.json",
        path.display()
    );
    Ok(folders)
}

fn is_agent(path: &Path) -> bool {
    path.join("protocol.yaml").is_file()
}

/// Reads all files of an agent.
///
/// # Errors
/// When a file that must be there is missing or not readable; the error names it.
pub(crate) fn read(folder: &Path) -> anyhow::Result<Bundle> {
    let settings_file = folder.join("settings.json");
    let settings: Settings = serde_json::from_str(&read_file(&settings_file)?)
        .with_context(|| format!("{} is not right", settings_file.display()))?;
    let prompts = markdown(&folder.join("prompts"))?;
    let references = markdown(&folder.join("references"))?;
    Ok(Bundle {
        settings,
        protocol: read_file(&folder.join("protocol.yaml"))?,
        prompts: prompts
            .into_iter()
            .map(|(name, content)| PromptFile { name, content })
            .collect(),
        references: references
            .into_iter()
            .map(|(name, text)| reference(name, text))
            .collect(),
    })
}

/// The Markdown files below a folder, by their path without `.md`; none where there is no folder.
fn markdown(folder: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    if folder.is_dir() {
        collect(folder, "", &mut files)?;
    }
    files.sort();
    Ok(files)
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, String)>) -> anyhow::Result<()> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        if path.is_dir() {
            collect(&path, &format!("{prefix}{name}/"), files)?;
        } else if let Some(stem) = name.strip_suffix(".md") {
            files.push((format!("{prefix}{stem}"), read_file(&path)?));
        }
    }
    Ok(())
}

fn read_file(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}

/// A reference begins with `---`, a `description:` line and `---`; the rest is its content.
fn reference(name: String, text: String) -> ReferenceFile {
    let parts = text
        .strip_prefix("---\n")
        .and_then(|rest| rest.split_once("\n---"));
    let Some((head, content)) = parts else {
        return ReferenceFile {
            name,
            description: String::new(),
            content: text,
        };
    };
    let description = head
        .lines()
        .find_map(|line| line.strip_prefix("description:"))
        .map(|text| text.trim().trim_matches(['"', '\'']).to_owned());
    ReferenceFile {
        name,
        description: description.unwrap_or_default(),
        content: content.trim_start_matches(['\r', '\n']).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_becomes_a_bundle() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        };
        write(
            "settings.json",
            r#"{"slug":"a","name":"A","format":"interactive"}"#,
        );
        write("protocol.yaml", "agent: {}");
        write("prompts/system.md", "Hello");
        write("prompts/support/escalate.md", "Help");
        write("prompts/notes.txt", "not a prompt");
        write(
            "references/terms.md",
            "---\ndescription: \"The terms\"\n---\n\nBe nice.",
        );
        let bundle = read(folder.path()).expect("readable");
        let prompts: Vec<&str> = bundle.prompts.iter().map(|prompt| &*prompt.name).collect();
        assert_eq!(prompts, ["support/escalate", "system"]);
        assert_eq!(bundle.references[0].description, "The terms");
        assert_eq!(bundle.references[0].content, "Be nice.");
        assert_eq!(find(folder.path()).expect("an agent"), [folder.path()]);
    }

    #[test]
    fn a_missing_file_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let error = read(folder.path()).expect_err("nothing there");
        assert!(error.to_string().contains("settings.json"), "{error}");
        let error = find(folder.path()).expect_err("no agent");
        assert!(error.to_string().contains("holds no agent"), "{error}");
    }
}
