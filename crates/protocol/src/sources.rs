//! The texts that spans count in.

use domain::Bundle;

use crate::folder::Folder;
use crate::region::File;

/// The files of an agent as their author wrote them, as far as they are there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sources<'a> {
    pub(crate) bundle: &'a Bundle,
    /// Where the bundle was read from. One that came over the network has settings and references without
    /// the text that they were read from.
    pub(crate) folder: Option<&'a Folder>,
}

impl<'a> Sources<'a> {
    pub(crate) fn text(self, file: File) -> &'a str {
        let (bundle, folder) = (self.bundle, self.folder);
        match file {
            File::Protocol => &bundle.protocol,
            File::Prompt(index) => bundle.prompts.get(index).map_or("", |file| &file.content),
            File::Settings => folder.map_or("", |folder| &folder.settings),
            File::Reference(index) => {
                let files = folder.map_or(&[][..], |folder| &folder.references);
                files.get(index).map_or("", |file| &file.text)
            }
        }
    }

    /// The file with that path inside the agent's folder.
    pub(crate) fn file(self, path: &str) -> Option<File> {
        let name = |folder| path.strip_prefix(folder)?.strip_suffix(".md");
        match path {
            "protocol.yaml" => return Some(File::Protocol),
            "settings.json" => return Some(File::Settings),
            _ => {}
        }
        if let Some(name) = name("prompts/") {
            let mut prompts = self.bundle.prompts.iter();
            return prompts.position(|it| it.name == name).map(File::Prompt);
        }
        let name = name("references/")?;
        let mut references = self.bundle.references.iter();
        let found = references.position(|it| it.name == name);
        found.map(File::Reference)
    }
}
