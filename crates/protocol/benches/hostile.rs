//! How long each hostile agent keeps the compiler busy, in time of the processor, and how much memory
//! it takes.
//!
//! `cargo bench -p octavus-protocol --bench hostile [name]`

#[path = "../src/tests/hostile/folders.rs"]
mod folders;

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use cpu_time::ThreadTime;
use folders::{HOSTILE, Hostile};
use protocol::{Catalog, Folder, compile_folder, render_folder};

const MOST: Duration = Duration::from_millis(50);
/// The best of so many: what the machine does beside is not the compiler's work.
const ROUNDS: usize = 20;

#[expect(clippy::print_stdout, reason = "the table is what it is run for")]
fn main() -> ExitCode {
    let wanted = std::env::args().skip(1).find(|it| !it.starts_with("--"));
    let chosen = |it: &&Hostile| {
        wanted
            .as_ref()
            .is_none_or(|wanted| it.name.contains(wanted))
    };
    let mut slow = 0;
    println!("{:>9} {:>9}  agent", "ms", "peak MiB");
    for hostile in HOSTILE.iter().filter(chosen) {
        let folder = (hostile.make)();
        let codes = answer(&folder);
        let best = (0..ROUNDS).map(|_| time(&folder)).min().unwrap_or_default();
        let peak = allocation_counter::measure(|| drop(answer(&folder))).bytes_max;
        slow += usize::from(best > MOST);
        let (ms, mib) = (best.as_secs_f64() * 1e3, peak >> 20);
        let lacks = if codes.contains(&hostile.code) {
            ""
        } else {
            " (other answer)"
        };
        println!("{ms:>9.2} {mib:>9}  {}{lacks} {:?}", hostile.name, codes);
    }
    println!("{slow} take longer than {MOST:?}");
    if slow == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// The codes of what is said of an agent, drawn and all.
fn answer(folder: &Folder) -> Vec<&'static str> {
    let (bundle, compiled) = compile_folder(folder, &Catalog::default());
    let drawn = render_folder(&compiled.diagnostics, &bundle, folder, Path::new(""));
    std::hint::black_box(drawn);
    let mut codes: Vec<_> = compiled.diagnostics.iter().map(|it| it.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

fn time(folder: &Folder) -> Duration {
    let started = ThreadTime::now();
    answer(folder);
    started.elapsed()
}
