//! The test support from outside.

#[cfg(test)]
mod control;
