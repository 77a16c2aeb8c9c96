//! Agents that are made to hurt: each must be answered at once, with little memory.
//!
//! How long they take in a release build is what `benches/hostile.rs` measures. Here the memory is
//! counted, which is the same on every machine; the time is the processor's, so that a busy one meets it, too.

mod folders;

use std::path::Path;
use std::time::Duration;

use cpu_time::ThreadTime;

use crate::testing::{compile, prompt, with_prompts};
use crate::{Catalog, Severity, compile_folder, render_folder};
use folders::{HOSTILE, Hostile};

/// Without optimisation.
const AT_ONCE: Duration = Duration::from_secs(5);
/// Beside the files themselves.
const MOST_BYTES: u64 = 48 << 20;
const MOST_ALLOCATIONS: u64 = 700_000;

fn check(hostile: &Hostile) {
    let folder = (hostile.make)();
    let mut codes = Vec::new();
    let started = ThreadTime::now();
    let used = allocation_counter::measure(|| {
        let (bundle, compiled) = compile_folder(&folder, &Catalog::default());
        let drawn = render_folder(&compiled.diagnostics, &bundle, &folder, Path::new(""));
        assert!(!drawn.is_empty());
        let errors = compiled.diagnostics.iter();
        let refused = errors.clone().any(|it| it.severity == Severity::Error);
        assert_eq!(compiled.program.is_none(), refused, "{}", hostile.name);
        codes = errors.map(|it| it.code).collect();
    });
    let name = hostile.name;
    assert!(
        started.elapsed() < AT_ONCE,
        "{name}: {:?}",
        started.elapsed()
    );
    assert!(codes.contains(&hostile.code), "{name}: {codes:?}");
    assert!(used.bytes_max < MOST_BYTES, "{name}: {used:?}");
    assert!(used.count_total < MOST_ALLOCATIONS, "{name}: {used:?}");
}

#[test]
fn every_hostile_agent_is_answered_at_once() {
    HOSTILE.iter().for_each(check);
}

#[test]
fn a_circle_of_fifty_prompts_is_named_in_full() {
    let prompts = (0..50).map(|at| {
        prompt(
            &format!("p{at}"),
            &format!("{{{{@p{}.md}}}}", (at + 1) % 50),
        )
    });
    let compiled = compile(&with_prompts(prompts));
    let mut messages = compiled.diagnostics.iter().map(|it| &it.message);
    let chain = messages
        .find(|it| it.contains("circle"))
        .expect("the circle");
    for at in 0..50 {
        assert!(chain.contains(&format!("`p{at}`")), "{chain}");
    }
}
