//! Reading an agent's folder: `settings.json`, `protocol.yaml`, `prompts/**.md`, `references/**.md`.
//! What the files say is the compiler's business.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use protocol::{Folder, FolderFile};

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
pub(crate) fn read(path: &Path) -> anyhow::Result<Folder> {
    let mut reader = Reader {
        root: path,
        not_utf8: Vec::new(),
    };
    let settings = reader.text("settings.json")?;
    let protocol = reader.text("protocol.yaml")?;
    let prompts = reader.markdown("prompts")?;
    let references = reader.markdown("references")?;
    Ok(Folder {
        settings,
        protocol,
        prompts,
        references,
        not_utf8: reader.not_utf8,
    })
}

struct Reader<'a> {
    root: &'a Path,
    not_utf8: Vec<(String, usize)>,
}

impl Reader<'_> {
    /// The text of a file. What is not UTF-8 in it is noted, and replaced.
    fn text(&mut self, path: &str) -> anyhow::Result<String> {
        let file = self.root.join(path);
        let bytes =
            fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?;
        Ok(String::from_utf8(bytes).unwrap_or_else(|error| {
            let valid = error.utf8_error().valid_up_to();
            self.not_utf8.push((path.to_owned(), valid));
            String::from_utf8_lossy(error.as_bytes()).into_owned()
        }))
    }

    /// The Markdown files below a folder, by their path without `.md`; none where there is no folder.
    fn markdown(&mut self, folder: &str) -> anyhow::Result<Vec<FolderFile>> {
        let mut files = Vec::new();
        if self.root.join(folder).is_dir() {
            self.collect(folder, "", &mut files)?;
        }
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(files)
    }

    fn collect(
        &mut self,
        folder: &str,
        below: &str,
        files: &mut Vec<FolderFile>,
    ) -> anyhow::Result<()> {
        let path = self.root.join(folder).join(below);
        let entries =
            fs::read_dir(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        for entry in entries {
            let path = entry?.path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
                continue;
            };
            if path.is_dir() {
                self.collect(folder, &format!("{below}{name}/"), files)?;
            } else if let Some(stem) = name.strip_suffix(".md") {
                let text = self.text(&format!("{folder}/{below}{name}"))?;
                let name = format!("{below}{stem}");
                files.push(FolderFile { name, text });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_becomes_its_files() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &[u8]| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        };
        write("settings.json", b"{}");
        write("protocol.yaml", b"agent: {}");
        write("prompts/system.md", b"Hello");
        write("prompts/support/escalate.md", b"Help \xff");
        write("prompts/notes.txt", b"not a prompt");
        write("references/terms.md", b"---\ndescription: d\n---\n");
        let read = read(folder.path()).expect("readable");
        let prompts: Vec<&str> = read.prompts.iter().map(|prompt| &*prompt.name).collect();
        assert_eq!(prompts, ["support/escalate", "system"]);
        assert_eq!(read.references[0].text, "---\ndescription: d\n---\n");
        assert_eq!(read.not_utf8, [("prompts/support/escalate.md".into(), 5)]);
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
