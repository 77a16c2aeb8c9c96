//! Ten times the agent is ten times the work, counted in allocations: unlike a time, the count is the
//! same on a busy machine.

mod agents;

use crate::{Catalog, Diagnostic, Folder, compile_folder};

fn work(folder: &Folder) -> u64 {
    let mut said = Vec::new();
    let used = allocation_counter::measure(|| {
        said = compile_folder(folder, &Catalog::default()).1.diagnostics;
    });
    let errors: Vec<&Diagnostic> = said.iter().filter(|it| it.is_error()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    used.count_total
}

/// `sizes` grow tenfold.
fn check(agent: fn(usize) -> Folder, sizes: [usize; 3]) {
    let [small, middle, large] = sizes.map(|size| work(&agent(size)));
    // From one size to the next, so that what is there once does not count.
    let (first, second) = (middle - small, large - middle);
    assert!(
        (9 * first..11 * first).contains(&second),
        "{small}, {middle}, {large}"
    );
}

#[test]
fn blocks() {
    check(agents::of_blocks, [100, 1_000, 10_000]);
}

#[test]
fn prompts() {
    check(agents::of_prompts, [50, 500, 5_000]);
}
