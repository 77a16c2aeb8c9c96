//! Sessions, without what is said in them.

use super::world::{Place, World, at, project, state};
use crate::{Session, StoreError};

pub(crate) async fn a_session_is_found_as_it_was_made(place: Place) {
    let world = World::of(&place).await;
    let mut new = world.new_session("s1");
    new.state = state("a \0 and a 🐙");
    new.state
        .input
        .insert("n".to_owned(), serde_json::json!([1.5, null, "é"]));
    new.created = at(3);
    world.store.create_session(new.clone()).await.unwrap();
    let expected = Session {
        id: new.id,
        project: new.project,
        agent: new.agent,
        revision: new.revision,
        state: new.state,
        created: at(3),
        updated: at(3),
        expires: new.expires,
    };
    assert_eq!(world.session(&"s1".into()).await, expected);
}

pub(crate) async fn a_session_of_another_project_is_none(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let other = project(&*world.store, "other").await;
    assert_eq!(world.store.session(&other, &id).await.unwrap(), None);
    let unknown = world.store.session(&world.project, &"nobody".into()).await;
    assert_eq!(unknown.unwrap(), None);
}

pub(crate) async fn an_expired_session_is_still_found(place: Place) {
    let world = World::of(&place).await;
    let mut new = world.new_session("s1");
    new.expires = at(1);
    world.store.create_session(new).await.unwrap();
    assert_eq!(world.session(&"s1".into()).await.expires, at(1));
}

pub(crate) async fn a_taken_session_id_is_a_conflict(place: Place) {
    let world = World::of(&place).await;
    world.with_session("s1").await;
    let again = world.store.create_session(world.new_session("s1")).await;
    assert!(matches!(again, Err(StoreError::Conflict { .. })));
}

pub(crate) async fn a_session_needs_its_agent(place: Place) {
    let world = World::of(&place).await;
    let mut new = world.new_session("s1");
    new.agent = "nobody".into();
    let refused = world.store.create_session(new).await;
    assert!(matches!(refused, Err(StoreError::Refused(_))));
}
