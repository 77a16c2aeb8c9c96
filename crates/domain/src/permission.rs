//! What a project key may do (CONTRACT 1.0).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One right of a project key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Permission {
    Sessions,
    Agents,
    MintTokens,
}

impl Permission {
    pub const ALL: [Self; 3] = [Self::Sessions, Self::Agents, Self::MintTokens];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sessions => "sessions",
            Self::Agents => "agents",
            Self::MintTokens => "mint-tokens",
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Permission {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|permission| permission.as_str() == text)
            .ok_or_else(|| {
                format!("unknown permission `{text}`; use sessions, agents or mint-tokens")
            })
    }
}

/// The rights of one key, without duplicates, in a fixed order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Permissions(Vec<Permission>);

impl Permissions {
    #[must_use]
    pub fn contains(&self, permission: Permission) -> bool {
        self.0.contains(&permission)
    }

    #[must_use]
    pub fn as_slice(&self) -> &[Permission] {
        &self.0
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        let mut all: Vec<Permission> = permissions.into_iter().collect();
        all.sort();
        all.dedup();
        Self(all)
    }
}
