//! Projects and keys.

use domain::wire::WireChoice;
use domain::{Permission, Permissions, ProjectId};

use super::world::{Place, at, project};
use crate::{NewKey, StoreError};

fn new_key(project: &ProjectId, id: &str, created: i64) -> NewKey {
    NewKey {
        id: id.into(),
        project: project.clone(),
        name: format!("key {id}"),
        permissions: [Permission::Sessions].into_iter().collect(),
        wire: WireChoice::Auto,
        secret_sha256: [7; 32],
        created: at(created),
    }
}

pub(crate) async fn a_project_is_made_once(place: Place) {
    let store = place.open().await;
    let first = store.ensure_project("acme", "p1".into(), at(1)).await;
    let again = store.ensure_project("acme", "p2".into(), at(2)).await;
    let other = store.ensure_project("other", "p3".into(), at(3)).await;
    assert_eq!(first.unwrap(), "p1".into());
    assert_eq!(again.unwrap(), "p1".into());
    assert_eq!(other.unwrap(), "p3".into());
}

pub(crate) async fn a_key_is_found_as_it_was_made(place: Place) {
    let store = place.open().await;
    let acme = project(&*store, "acme").await;
    let mut new = new_key(&acme, "k1", 5);
    new.secret_sha256 = std::array::from_fn(|index| u8::try_from(index * 8).unwrap());
    store.create_key(new.clone()).await.unwrap();
    let found = store.key(&"k1".into()).await.unwrap().unwrap();
    assert_eq!(found.id, new.id);
    assert_eq!(found.project, acme);
    assert_eq!(found.project_name, "acme");
    assert_eq!(found.name, new.name);
    assert_eq!(found.permissions, new.permissions);
    assert_eq!(found.wire, WireChoice::Auto);
    assert_eq!(found.secret_sha256, new.secret_sha256);
    assert_eq!((found.created, found.revoked), (at(5), None));
}

pub(crate) async fn an_unknown_key_is_none(place: Place) {
    let store = place.open().await;
    assert_eq!(store.key(&"nobody".into()).await.unwrap(), None);
}

pub(crate) async fn a_taken_key_id_is_a_conflict(place: Place) {
    let store = place.open().await;
    let acme = project(&*store, "acme").await;
    store.create_key(new_key(&acme, "k1", 1)).await.unwrap();
    let again = store.create_key(new_key(&acme, "k1", 2)).await;
    assert!(matches!(again, Err(StoreError::Conflict { .. })));
}

pub(crate) async fn keys_are_listed_oldest_first(place: Place) {
    let store = place.open().await;
    let acme = project(&*store, "acme").await;
    let other = project(&*store, "other").await;
    for (project, id, created) in [(&acme, "a", 3), (&other, "b", 2), (&acme, "c", 1)] {
        let key = new_key(project, id, created);
        store.create_key(key).await.unwrap();
    }
    let ids = async |project: Option<&ProjectId>| {
        let keys = store.keys(project).await.unwrap();
        keys.into_iter()
            .map(|key| key.id.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(None).await, ["c", "b", "a"]);
    assert_eq!(ids(Some(&acme)).await, ["c", "a"]);
    assert_eq!(ids(Some(&"nobody".into())).await, [""; 0]);
}

pub(crate) async fn a_revoked_key_is_found_but_not_listed(place: Place) {
    let store = place.open().await;
    let acme = project(&*store, "acme").await;
    let id = "k1".into();
    store.create_key(new_key(&acme, "k1", 1)).await.unwrap();
    assert!(store.revoke_key(&id, at(9)).await.unwrap());
    assert!(!store.revoke_key(&id, at(10)).await.unwrap());
    assert!(!store.revoke_key(&"nobody".into(), at(10)).await.unwrap());
    assert_eq!(store.keys(Some(&acme)).await.unwrap(), []);
    let found = store.key(&id).await.unwrap().unwrap();
    assert_eq!(found.revoked, Some(at(9)));
}

pub(crate) async fn every_set_of_permissions_survives(place: Place) {
    let store = place.open().await;
    let acme = project(&*store, "acme").await;
    for bits in 0..8_u32 {
        let id = format!("k{bits}");
        let mut key = new_key(&acme, &id, 1);
        let chosen = Permission::ALL.into_iter().zip(0..);
        key.permissions = chosen
            .filter(|(_, bit)| bits & (1 << bit) != 0)
            .map(|(permission, _)| permission)
            .collect::<Permissions>();
        let permissions = key.permissions.clone();
        store.create_key(key).await.unwrap();
        let found = store.key(&id.into()).await.unwrap().unwrap();
        assert_eq!(found.permissions, permissions);
    }
}

/// Text is kept as it is, except that no store has a NUL in it.
pub(crate) async fn any_text_is_a_name(place: Place) {
    let store = place.open().await;
    let acme = project(&*store, "Ünïcode 🐙 \u{202e} '; DROP TABLE projects; --").await;
    let mut key = new_key(&acme, "k1", 1);
    key.name = "line\nbreak\tand \0 NUL".to_owned();
    store.create_key(key).await.unwrap();
    let found = store.key(&"k1".into()).await.unwrap().unwrap();
    assert_eq!(found.name, "line\nbreak\tand \u{fffd} NUL");
    assert_eq!(
        found.project_name,
        "Ünïcode 🐙 \u{202e} '; DROP TABLE projects; --"
    );
    assert_eq!(store.key(&"k\u{0}1".into()).await.unwrap(), None);
}

pub(crate) async fn every_choice_of_a_wire_survives(place: Place) {
    let store = place.open().await;
    let acme = project(&*store, "acme").await;
    for wire in WireChoice::ALL {
        let mut new = new_key(&acme, wire.as_str(), 1);
        new.wire = wire;
        store.create_key(new).await.unwrap();
        let found = store.key(&wire.as_str().into()).await.unwrap();
        assert_eq!(found.map(|key| key.wire), Some(wire));
    }
}
