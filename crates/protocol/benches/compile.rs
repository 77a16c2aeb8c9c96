//! How long the compiler takes for an agent that people run, and how that grows.

#[path = "../src/tests/growth/agents.rs"]
mod agents;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use protocol::{Catalog, Folder, FolderFile, compile, compile_folder};

/// An agent with two handlers, fifteen blocks, four tools and six prompts.
fn assistant() -> Folder {
    macro_rules! prompts {
        ($($name:literal),*) => {
            vec![$(FolderFile {
                name: $name.into(),
                text: include_str!(concat!("assistant/prompts/", $name, ".md")).into(),
            }),*]
        };
    }
    Folder {
        settings: include_str!("assistant/settings.json").into(),
        protocol: include_str!("assistant/protocol.yaml").into(),
        prompts: prompts!(
            "editor", "headline", "outline", "picture", "question", "system"
        ),
        ..Folder::default()
    }
}

fn one_agent(criterion: &mut Criterion) {
    let (bundle, compiled) = compile_folder(&assistant(), &Catalog::default());
    assert!(compiled.program.is_some(), "{:?}", compiled.diagnostics);
    criterion.bench_function("assistant", |bencher| {
        bencher.iter(|| compile(&bundle, &Catalog::default()));
    });
}

fn growth(criterion: &mut Criterion, name: &str, agent: fn(usize) -> Folder, sizes: [usize; 3]) {
    let mut group = criterion.benchmark_group(name);
    for size in sizes {
        let (bundle, compiled) = compile_folder(&agent(size), &Catalog::default());
        assert!(compiled.program.is_some(), "{:?}", compiled.diagnostics);
        group.throughput(Throughput::Elements(size as u64));
        group.bench_with_input(BenchmarkId::from_parameter(size), &bundle, |bencher, it| {
            bencher.iter(|| compile(it, &Catalog::default()));
        });
    }
    group.finish();
}

fn blocks(criterion: &mut Criterion) {
    growth(criterion, "blocks", agents::of_blocks, [100, 1_000, 10_000]);
}

fn prompts(criterion: &mut Criterion) {
    growth(criterion, "prompts", agents::of_prompts, [50, 500, 5_000]);
}

criterion_group!(benches, one_agent, blocks, prompts);
criterion_main!(benches);
