//! Who asks, and what they may do. A permission is an extractor type: a handler without one cannot
//! read the project that it needs.

use std::marker::PhantomData;
use std::time::{Duration, Instant};

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use domain::wire::WireChoice;
use domain::{KeyId, Permission, Permissions, ProjectId};
use quick_cache::sync::Cache;
use store::{Key, Store, StoreError};

use super::App;
use super::error::ApiError;
use super::openapi::{Describe, Operation};
use crate::api_key;

/// How long a key that was read is believed: a revoked one is refused after this.
const KEY_LIFE: Duration = Duration::from_secs(1);
const CACHED_KEYS: usize = 1_000;

/// A request by a key that fulfils `R`.
pub(crate) struct Authorized<R> {
    pub(crate) project: ProjectId,
    /// The shape that the key's clients read.
    pub(crate) wire: WireChoice,
    requirement: PhantomData<R>,
}

/// What a key must have.
pub(crate) trait Requirement {
    const NEEDS: &'static [Permission];
}

/// The right to create, run and read sessions.
pub(crate) struct Sessions;
/// The right to change agents.
pub(crate) struct Agents;
/// The right to read agents: either of the two.
pub(crate) struct AgentsOrSessions;

impl Requirement for Sessions {
    const NEEDS: &'static [Permission] = &[Permission::Sessions];
}

impl Requirement for Agents {
    const NEEDS: &'static [Permission] = &[Permission::Agents];
}

impl Requirement for AgentsOrSessions {
    const NEEDS: &'static [Permission] = &[Permission::Agents, Permission::Sessions];
}

impl<R: Requirement> FromRequestParts<App> for Authorized<R> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let (id, secret) = credential(parts)?;
        let key = app.keys.get(&**app.runtime.store(), &id).await?;
        if !api_key::verify(key.as_ref(), secret) {
            return Err(ApiError::unauthorized("the API key is not valid"));
        }
        let key = key.ok_or_else(no_key)?;
        require(&key.permissions, R::NEEDS)?;
        Ok(Self {
            project: key.project,
            wire: key.wire,
            requirement: PhantomData,
        })
    }
}

impl<R: Requirement> Describe for Authorized<R> {
    fn describe(operation: &mut Operation<'_>) {
        operation.needs(R::NEEDS);
    }
}

fn no_key() -> ApiError {
    ApiError::unauthorized("send an API key: `Authorization: Bearer oct_sk_…`")
}

fn credential(parts: &Parts) -> Result<(KeyId, &str), ApiError> {
    let header = parts.headers.get(AUTHORIZATION).ok_or_else(no_key)?;
    let text = header.to_str().map_err(|_| no_key())?;
    let (scheme, token) = text.split_once(' ').ok_or_else(no_key)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(no_key());
    }
    api_key::parse(token.trim()).ok_or_else(|| ApiError::unauthorized("the API key is not valid"))
}

fn require(has: &Permissions, needs: &[Permission]) -> Result<(), ApiError> {
    if needs.iter().any(|permission| has.contains(*permission)) {
        return Ok(());
    }
    let names: Vec<&str> = needs.iter().map(|permission| permission.as_str()).collect();
    Err(ApiError::forbidden(format!(
        "this key needs the permission {}",
        names.join(" or ")
    )))
}

/// Keys that were read a moment ago.
pub(crate) struct KeyCache {
    keys: Cache<KeyId, (Option<Key>, Instant)>,
}

impl Default for KeyCache {
    fn default() -> Self {
        Self {
            keys: Cache::new(CACHED_KEYS),
        }
    }
}

impl KeyCache {
    async fn get(&self, store: &dyn Store, id: &KeyId) -> Result<Option<Key>, StoreError> {
        if let Some((key, read)) = self.keys.get(id)
            && read.elapsed() < KEY_LIFE
        {
            return Ok(key);
        }
        let key = store.key(id).await?;
        self.keys.insert(id.clone(), (key.clone(), Instant::now()));
        Ok(key)
    }
}
