//! What a session remembers beside its items.

use serde::{Deserialize, Serialize};

use crate::JsonMap;

/// The values of a session: written whole at each commit that changed them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionState {
    /// The session's input, as it was checked at creation: absent optional values are not in it.
    pub input: JsonMap,
    pub variables: JsonMap,
    pub resources: JsonMap,
}
