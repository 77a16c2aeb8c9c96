//! Project keys.

use domain::wire::WireChoice;
use domain::{KeyId, Permissions, ProjectId, Timestamp};

/// A key as it is stored: never its secret, only the secret's SHA-256.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub id: KeyId,
    pub project: ProjectId,
    pub project_name: String,
    pub name: String,
    pub permissions: Permissions,
    /// The shape that its clients read.
    pub wire: WireChoice,
    pub secret_sha256: [u8; 32],
    pub created: Timestamp,
    pub revoked: Option<Timestamp>,
}

/// A key to be stored.
#[derive(Clone, Debug)]
pub struct NewKey {
    pub id: KeyId,
    pub project: ProjectId,
    pub name: String,
    pub permissions: Permissions,
    /// The shape that its clients read.
    pub wire: WireChoice,
    pub secret_sha256: [u8; 32],
    pub created: Timestamp,
}
