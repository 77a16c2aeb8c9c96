//! The compiler as its users see it: bundles in, programs and diagnostics out.

mod agent_files;
mod corpus;
mod coverage;
mod error_pages;
mod hostile;
mod language_rules;
mod never_panics;
mod rules;
