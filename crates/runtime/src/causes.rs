//! Errors for the log.

use std::error::Error;
use std::iter::successors;

/// An error and its causes in a line. The log's JSON has nothing of an error but its own text.
#[must_use]
pub fn causes(error: &dyn Error) -> String {
    let texts: Vec<String> = successors(Some(error), |error| (*error).source())
        .map(ToString::to_string)
        .collect();
    texts.join(": ")
}

#[cfg(test)]
mod tests {
    use engine::{Execution, FrameError};

    use super::*;
    use crate::RuntimeError;

    #[test]
    fn every_cause_is_named() {
        let newer = Execution::from_frame(r#"{"format":9}"#);
        let error = newer.map_err(RuntimeError::from).expect_err("a newer row");
        assert!(matches!(
            error,
            RuntimeError::BrokenPause(FrameError::Format { found: 9, .. })
        ));
        assert_eq!(
            causes(&error),
            "the paused execution cannot be continued: the stored execution has format 9, this build reads 2"
        );
    }
}
