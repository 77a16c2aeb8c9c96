//! What fuzzers found once, and what they begin with, is tried at every run of the tests.

use std::fs;
use std::path::Path;

use super::fuzzed;

#[track_caller]
fn check(target: &str, entry: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fuzz/corpus")
        .join(target);
    let mut inputs = 0;
    for file in fs::read_dir(&folder).expect("the corpus") {
        entry(&fs::read(file.expect("a file").path()).expect("its bytes"));
        inputs += 1;
    }
    assert!(inputs > 20, "{} has {inputs} inputs", folder.display());
}

#[test]
fn yaml() {
    check("yaml", fuzzed::yaml);
}

#[test]
fn template() {
    check("template", fuzzed::template);
}

#[test]
fn folder() {
    check("folder", fuzzed::folder);
}
