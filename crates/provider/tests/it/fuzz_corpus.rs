//! What fuzzers found once, what they begin with, and the recorded streams are tried at every run of the tests.

use std::fs;
use std::path::Path;

use crate::streams;

#[track_caller]
fn check(target: &str, entry: fn(&[u8])) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpus = root.join("../../fuzz/corpus").join(target);
    let recorded = root.join("fixtures").join(target);
    let mut inputs = 0;
    for folder in [corpus, recorded]
        .into_iter()
        .filter(|folder| folder.exists())
    {
        for file in fs::read_dir(&folder).unwrap() {
            entry(&fs::read(file.unwrap().path()).unwrap());
            inputs += 1;
        }
    }
    assert!(inputs > 20, "{target} has {inputs} inputs");
}

#[test]
fn sse() {
    check("sse", streams::sse);
}

#[test]
fn anthropic() {
    check("anthropic", streams::anthropic);
}

#[test]
fn openai() {
    check("openai", streams::openai);
}

#[test]
fn openai_chat() {
    check("openai_chat", streams::openai_chat);
}

#[test]
fn google() {
    check("google", streams::google);
}
