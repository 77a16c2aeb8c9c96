//! One file for each resource.

pub(super) mod agent_sessions;
pub(super) mod agents;
pub(super) mod docs;
pub(super) mod files;
pub(super) mod health;
pub(super) mod schemas;
