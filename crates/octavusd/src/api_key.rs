//! Project keys: `oct_sk_<public id>_<secret>`. Only the SHA-256 of the secret is stored; it is random
//! and long, so a slow hash would add nothing.

use domain::wire::WireChoice;
use domain::{KeyId, Permissions, ProjectId};
use runtime::Runtime;
use sha2::{Digest as _, Sha256};
use store::{Key, NewKey, Store, StoreError};
use subtle::ConstantTimeEq as _;

const PREFIX: &str = "oct_sk_";

/// A key that was just made. Its text is shown once and never stored.
pub struct FreshKey {
    pub id: KeyId,
    pub text: String,
}

/// Makes and stores a key.
///
/// # Errors
/// When the store fails.
pub async fn create(
    store: &dyn Store,
    project: ProjectId,
    name: &str,
    permissions: Permissions,
    wire: WireChoice,
) -> Result<FreshKey, StoreError> {
    let (id, secret) = (runtime::new_key_id(), runtime::new_secret());
    let text = format!("{PREFIX}{id}_{secret}");
    store
        .create_key(NewKey {
            id: id.clone(),
            project,
            name: name.to_owned(),
            permissions,
            wire,
            secret_sha256: Sha256::digest(secret.as_bytes()).into(),
            created: runtime::now(),
        })
        .await?;
    Ok(FreshKey { id, text })
}

/// The public id and the secret of a key's text.
pub fn parse(text: &str) -> Option<(KeyId, &str)> {
    let (id, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
    (!id.is_empty() && !secret.is_empty()).then(|| (KeyId::from(id), secret))
}

/// Whether a secret is that of a key. An unknown key takes the same path, so that the time taken tells
/// nothing.
pub fn verify(key: Option<&Key>, secret: &str) -> bool {
    let given: [u8; 32] = Sha256::digest(secret.as_bytes()).into();
    let stored = key.map_or([0; 32], |key| key.secret_sha256);
    let equal: bool = given.ct_eq(&stored).into();
    equal && key.is_some_and(|key| key.revoked.is_none())
}

/// The project that is meant where none is named.
pub const DEFAULT_PROJECT: &str = "default";

/// The project of that name, made where it is not there.
///
/// # Errors
/// When the store fails.
pub async fn project(store: &dyn Store, name: &str) -> Result<ProjectId, StoreError> {
    let now = runtime::now();
    store
        .ensure_project(name, runtime::new_project_id(now), now)
        .await
}

/// [`project`], on a runtime's store.
///
/// # Errors
/// When the store fails.
pub async fn default_project(runtime: &Runtime) -> Result<ProjectId, StoreError> {
    project(&**runtime.store(), DEFAULT_PROJECT).await
}
