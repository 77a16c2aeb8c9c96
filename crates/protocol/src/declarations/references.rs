//! The documents of `references/`.

use std::sync::Arc;

use domain::ReferenceFile;

use super::Declared;
use crate::program::Reference;
use crate::region::{File, Region};
use crate::yaml::Key;

pub(super) fn read(files: &[ReferenceFile]) -> Declared<Reference> {
    let mut references = Declared::default();
    for (index, file) in files.iter().enumerate() {
        let name: Arc<str> = file.name.as_str().into();
        let key = Key {
            name: Arc::clone(&name),
            region: Region::whole(File::Reference(index)),
        };
        let reference = Reference {
            name,
            description: file.description.trim().into(),
            content: file.content.as_str().into(),
        };
        references.insert(&key, reference);
    }
    references
}
