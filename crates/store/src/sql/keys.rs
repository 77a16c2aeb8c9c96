//! Projects and their keys.

use std::str::FromStr as _;

use domain::{KeyId, Permission, Permissions, ProjectId, Timestamp};

use crate::database::{Read, Row, Write, all, one};
use crate::{Key, NewKey, Result, StoreError};

const ENSURE_PROJECT: &str = "
    INSERT INTO projects (id, name, created) VALUES ($1, $2, $3)
    ON CONFLICT (name) DO NOTHING";

const PROJECT_BY_NAME: &str = "SELECT id FROM projects WHERE name = $1";

const CREATE: &str = "
    INSERT INTO api_keys (id, project_id, name, permissions, secret_sha256, created, wire)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT k.id, k.project_id, p.name AS project_name, k.name, k.permissions,
                    k.secret_sha256, k.created, k.revoked, k.wire
             FROM api_keys k JOIN projects p ON p.id = k.project_id ",
            $rest
        )
    };
}

const FIND: &str = select!("WHERE k.id = $1");

const LIST: &str = select!(
    "WHERE k.revoked IS NULL AND (CAST($1 AS TEXT) IS NULL OR k.project_id = $1)
     ORDER BY k.created, k.id"
);

const REVOKE: &str = "UPDATE api_keys SET revoked = $2 WHERE id = $1 AND revoked IS NULL";

pub(super) async fn ensure_project(
    tx: &mut dyn Write,
    name: &str,
    fresh: ProjectId,
    now: Timestamp,
) -> Result<ProjectId> {
    let values = [fresh.as_str().into(), name.into(), now.into()];
    tx.execute(ENSURE_PROJECT, &values)
        .await
        .map_err(StoreError::taken("the project's id"))?;
    let found = one(tx, PROJECT_BY_NAME, &[name.into()], |row| {
        row.text("id").map(ProjectId::from)
    })
    .await?;
    Ok(found.unwrap_or(fresh))
}

pub(super) async fn create(tx: &mut dyn Write, key: &NewKey) -> Result<()> {
    let permissions = permissions_text(&key.permissions);
    let values = [
        key.id.as_str().into(),
        key.project.as_str().into(),
        key.name.as_str().into(),
        permissions.as_str().into(),
        key.secret_sha256.as_slice().into(),
        key.created.into(),
        key.wire.as_str().into(),
    ];
    tx.execute(CREATE, &values)
        .await
        .map_err(StoreError::taken("the key's id"))?;
    Ok(())
}

pub(super) async fn find(read: &mut dyn Read, id: &KeyId) -> Result<Option<Key>> {
    one(read, FIND, &[id.as_str().into()], key).await
}

pub(super) async fn list(read: &mut dyn Read, project: Option<&ProjectId>) -> Result<Vec<Key>> {
    all(read, LIST, &[project.map(ProjectId::as_str).into()], key).await
}

pub(super) async fn revoke(tx: &mut dyn Write, id: &KeyId, now: Timestamp) -> Result<bool> {
    let revoked = tx
        .execute(REVOKE, &[id.as_str().into(), now.into()])
        .await?;
    Ok(revoked == 1)
}

fn key(row: &dyn Row) -> Result<Key> {
    let secret_sha256 = row.bytes("secret_sha256")?;
    Ok(Key {
        id: row.text("id")?.into(),
        project: row.text("project_id")?.into(),
        project_name: row.text("project_name")?.to_owned(),
        name: row.text("name")?.to_owned(),
        permissions: permissions(row.text("permissions")?)?,
        wire: row
            .text("wire")?
            .parse()
            .map_err(|why: String| <dyn Row>::corrupt("wire", &why))?,
        secret_sha256: secret_sha256
            .try_into()
            .map_err(|_| <dyn Row>::corrupt("secret_sha256", "not 32 bytes"))?,
        created: row.time("created")?,
        revoked: row.int_or_null("revoked")?.map(Timestamp::from_millis),
    })
}

/// `sessions,agents`, as the command line writes them too.
fn permissions_text(permissions: &Permissions) -> String {
    let names: Vec<&str> = permissions
        .as_slice()
        .iter()
        .map(|permission| permission.as_str())
        .collect();
    names.join(",")
}

fn permissions(text: &str) -> Result<Permissions> {
    text.split(',')
        .filter(|name| !name.is_empty())
        .map(Permission::from_str)
        .collect::<Result<Permissions, String>>()
        .map_err(|why| <dyn Row>::corrupt("permissions", &why))
}
