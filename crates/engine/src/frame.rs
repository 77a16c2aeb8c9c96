//! The row of a pause. It outlives the build that stored it: whatever an older one wrote is read, too.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::execution::Execution;
use crate::machine::Machine;

/// A stored pause that this build cannot go on from.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    #[error("the stored execution is not readable")]
    Unreadable(#[from] serde_json::Error),
    #[error("the stored execution has format {found}, this build reads {known}")]
    Format { found: u16, known: u16 },
    #[error("the agent has no trigger `{trigger}` with a block `{block}`")]
    BlockGone { trigger: Arc<str>, block: Arc<str> },
    #[error("the worker `{worker}` is no longer there, or has no block `{block}`")]
    WorkerGone { worker: Arc<str>, block: Arc<str> },
}

/// What rows of all formats have.
#[derive(Deserialize)]
struct Head {
    format: u16,
}

impl Machine {
    /// The row of this execution, to be stored at a pause.
    ///
    /// # Errors
    /// None in practice: every value in it came from JSON.
    pub fn frame(&self) -> serde_json::Result<String> {
        serde_json::to_string(&self.exec)
    }
}

impl Execution {
    /// Grows when the shape changes so that an older row can no longer be read as it is. A function here
    /// then brings such a row up to date.
    pub(crate) const FORMAT: u16 = 2;

    /// Reads the row of a pause.
    ///
    /// # Errors
    /// When the text is not a row, or one of a newer build.
    pub fn from_frame(frame: &str) -> Result<Self, FrameError> {
        let Head { format } = serde_json::from_str(frame)?;
        match format {
            Self::FORMAT => Ok(serde_json::from_str(frame)?),
            1 => {
                let mut row = serde_json::from_str(frame)?;
                from_format_1(&mut row);
                Ok(serde_json::from_value(row)?)
            }
            found => Err(FrameError::Format {
                found,
                known: Self::FORMAT,
            }),
        }
    }
}

/// Only the handler had a lane, and nobody but the client answered its calls. A row that is not like this
/// stays as it is, and is not readable.
fn from_format_1(row: &mut Value) {
    let steps = row.get("steps").cloned();
    let lane = row.pointer_mut("/lanes/0").and_then(Value::as_object_mut);
    let Some((lane, steps)) = lane.zip(steps) else {
        return;
    };
    let slots = lane.get_mut("phase").and_then(|it| it.get_mut("tools"));
    let Some(Value::Array(mut slots)) = slots.map(Value::take) else {
        return;
    };
    for slot in slots.iter_mut().filter_map(Value::as_object_mut) {
        let shown = slot.get("shown") == Some(&Value::Bool(true));
        slot.insert("by".into(), "client".into());
        let card = if shown { "tool" } else { "hidden" };
        slot.insert("card".into(), card.into());
    }
    lane.insert("phase".into(), json!({ "calls": slots }));
    lane.insert("allSteps".into(), steps);
    row["format"] = 2.into();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(frame: &str) -> FrameError {
        Execution::from_frame(frame).expect_err("not a row of ours")
    }

    #[test]
    fn a_row_of_a_newer_build_is_refused_by_its_number() {
        // Whatever else has changed in it.
        let error = refusal(r#"{"format":3,"lanes":"elsewhere"}"#);
        assert!(matches!(error, FrameError::Format { found: 3, known: 2 }));
    }

    #[test]
    fn a_broken_row_is_refused() {
        for frame in [
            "",
            "[]",
            r#"{"format":2}"#,
            r#"{"format":1}"#,
            r#"{"format":1,"steps":1,"lanes":7}"#,
            r#"{"format":1,"steps":1,"lanes":{"0":{"phase":"ready"}}}"#,
        ] {
            assert!(
                matches!(refusal(frame), FrameError::Unreadable(_)),
                "{frame}"
            );
        }
    }
}
