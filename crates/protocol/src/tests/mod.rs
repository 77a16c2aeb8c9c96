//! The compiler as its users see it: bundles in, programs and diagnostics out.

pub(crate) mod agent_files;
mod corpus;
mod error_pages;
mod hostile;
pub(crate) mod never_panics;
mod rules;
