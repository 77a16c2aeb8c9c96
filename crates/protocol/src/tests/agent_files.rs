//! The files of `tests/corpus/`.
//!
//! A file holds the text of `protocol.yaml`; a line `=== <path>` begins another file of the bundle,
//! as `=== prompts/system.md` or `=== settings.json`. A prompt of one line may stand in the line
//! itself: `=== prompts/user.md: {{MESSAGE}}`. `=== not UTF-8: prompts/user.md` says that the file ends
//! with a byte that is none.

use std::fs;
use std::path::Path;

use crate::{Folder, FolderFile};

const SETTINGS: &str = r#"{ "slug": "test", "name": "Test", "format": "interactive" }"#;

pub(crate) fn folder(text: &str) -> Folder {
    let mut files = text.split("\n=== ");
    let protocol = format!("{}\n", files.next().unwrap_or_default());
    let mut folder = Folder {
        settings: SETTINGS.to_owned(),
        protocol,
        ..Folder::default()
    };
    for file in files {
        let (head, body) = file.split_once('\n').unwrap_or((file, ""));
        let (path, text) = head.split_once(": ").unwrap_or((head, body));
        add(&mut folder, path, text);
    }
    folder
}

fn add(folder: &mut Folder, path: &str, text: &str) {
    let file = |root| {
        let name = path.strip_prefix(root)?.strip_suffix(".md")?.to_owned();
        let text = text.to_owned();
        Some(FolderFile { name, text })
    };
    if path == "settings.json" {
        text.clone_into(&mut folder.settings);
    } else if let Some(prompt) = file("prompts/") {
        folder.prompts.push(prompt);
    } else if let Some(reference) = file("references/") {
        folder.references.push(reference);
    } else if path == "not UTF-8" {
        let prompts = folder.prompts.iter();
        let mut prompts = prompts.map(|it| (format!("prompts/{}.md", it.name), it.text.len()));
        let last = prompts.find(|(path, _)| path == text).expect("the prompt");
        folder.not_utf8.push(last);
    } else {
        panic!("{path} is no file of an agent");
    }
}

/// The names and agents of a part of the corpus, in order.
pub(crate) fn corpus(part: &str) -> Vec<(String, Folder)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/corpus")
        .join(part);
    let mut cases = Vec::new();
    for entry in fs::read_dir(root).expect("the corpus") {
        let path = entry.expect("a file").path();
        if path
            .extension()
            .is_some_and(|extension| extension == "agent")
        {
            let name = path
                .file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            cases.push((name, folder(&fs::read_to_string(&path).expect("text"))));
        }
    }
    cases.sort_by(|a, b| a.0.cmp(&b.0));
    cases
}
