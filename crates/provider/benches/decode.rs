//! What it costs to read a stream, beside parsing the JSON of the same frames once.

#[path = "decode/streams.rs"]
mod streams;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use domain::Delta;
use provider::sse::{Parser, SseError};
use serde_json::Value;

use streams::{KINDS, Kind, stream};

/// As many bytes as a network brings at once.
const CHUNK: usize = 16 * 1024;

/// A thousand deltas of each kind, of four bytes and of forty.
fn data(kind: &Kind) -> Vec<String> {
    let writers = [Some(kind.reasoning), Some(kind.text), kind.arguments];
    let mut data: Vec<String> = kind.head.iter().map(|&it| it.to_owned()).collect();
    for write in writers.into_iter().flatten() {
        for at in 0..1_000 {
            data.push(write(if at % 2 == 0 {
                "four"
            } else {
                "a piece of text that has forty bytes   ."
            }));
        }
    }
    data
}

fn decode(criterion: &mut Criterion) {
    for kind in &KINDS {
        let data = data(kind);
        let stream = stream(&data);
        let mut group = criterion.benchmark_group(kind.name);
        group.throughput(Throughput::Bytes(stream.len() as u64));
        group.bench_function("parsed once", |bencher| {
            bencher.iter(|| {
                for data in &data {
                    drop(black_box(serde_json::from_str::<Value>(data)));
                }
            });
        });
        group.bench_function("decoded", |bencher| {
            bencher.iter(|| {
                let mut deltas: Vec<Delta> = Vec::new();
                let mut decoder = kind.dialect.decoder();
                let mut parser = Parser::new(1 << 20);
                for chunk in stream.as_bytes().chunks(CHUNK) {
                    let fed = parser.feed(chunk, |frame| {
                        assert_eq!(decoder.frame(&frame, &mut deltas), Ok(()));
                        Ok::<_, SseError>(())
                    });
                    assert_eq!(fed, Ok(()));
                    black_box(&deltas);
                    deltas.clear();
                }
            });
        });
        group.finish();
    }
}

criterion_group!(benches, decode);
criterion_main!(benches);
