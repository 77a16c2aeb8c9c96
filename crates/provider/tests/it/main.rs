//! The crate from outside: each dialect by its golden files, the HTTP loop against a fake vendor.

#[cfg(test)]
mod aborts;
#[cfg(test)]
#[path = "../../benches/decode/streams.rs"]
mod bench_streams;
#[cfg(test)]
mod broken_streams;
#[cfg(test)]
mod conversation;
#[cfg(test)]
mod costs;
#[cfg(test)]
mod dialect_cases;
#[cfg(test)]
mod dialects;
#[cfg(test)]
mod fallbacks;
#[cfg(test)]
mod fuzz_corpus;
#[cfg(test)]
mod presets;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod recorded_cuts;
#[cfg(test)]
mod registry;
#[cfg(test)]
mod retries;
#[cfg(test)]
mod statuses;
#[cfg(test)]
#[expect(unreachable_pub, reason = "the fuzz targets take it as their own")]
#[path = "../../../../fuzz/src/streams.rs"]
mod streams;
#[cfg(test)]
mod support;
#[cfg(test)]
mod timeouts;
#[cfg(test)]
mod transport;
#[cfg(test)]
mod wire_forms;
