//! Files of sessions.

use domain::{FileId, SessionId};

use super::world::{Place, SESSION_END, World, at, project};
use crate::{NewFile, StoreError, StoredFile};

impl World {
    fn new_file(&self, session: &SessionId, id: &str) -> NewFile {
        NewFile {
            id: id.into(),
            project: self.project.clone(),
            session: session.clone(),
            filename: format!("{id}.png"),
            media_type: "image/png".to_owned(),
            size: 7,
            created: at(3),
            expires: at(900),
        }
    }

    async fn register(&self, session: &SessionId, ids: &[&str]) -> bool {
        let new: Vec<NewFile> = ids.iter().map(|id| self.new_file(session, id)).collect();
        self.store.register_files(&new).await.unwrap()
    }

    async fn file(&self, id: &str) -> Option<StoredFile> {
        self.store.file(&id.into()).await.unwrap()
    }

    async fn files(&self, session: &SessionId) -> Vec<String> {
        let files = self.store.session_files(session).await.unwrap();
        files.iter().map(|file| file.id.to_string()).collect()
    }

    async fn dropped(&self) -> Vec<FileId> {
        self.store.dropped_files(None, 9).await.unwrap()
    }

    async fn ready(&self, id: &str) -> bool {
        self.store.mark_file_ready(&id.into()).await.unwrap()
    }
}

pub(crate) async fn a_file_is_found_as_it_was_registered(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let mut new = world.new_file(&id, "f1");
    new.filename = "../🐙 \u{202e}'; DROP TABLE files; --.png".to_owned();
    new.size = 1 << 40;
    assert!(world.store.register_files(&[new.clone()]).await.unwrap());
    assert_eq!(world.file("f1").await, Some(new.into()));
    assert_eq!(world.file("f2").await, None);
}

pub(crate) async fn files_are_listed_for_their_session(place: Place) {
    let world = World::of(&place).await;
    let (first, second) = (
        world.with_session("s1").await,
        world.with_session("s2").await,
    );
    assert!(world.register(&first, &["b", "a"]).await);
    assert!(world.register(&second, &["c"]).await);
    assert_eq!(world.files(&first).await, ["a", "b"]);
    assert_eq!(world.files(&second).await, ["c"]);
    assert_eq!(world.files(&"nobody".into()).await, [""; 0]);
}

pub(crate) async fn files_are_registered_together_or_not_at_all(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    assert!(world.register(&id, &["f1"]).await);
    let files = [world.new_file(&id, "f2"), world.new_file(&id, "f1")];
    let taken = world.store.register_files(&files).await;
    assert!(matches!(taken, Err(StoreError::Conflict { .. })));
    assert_eq!(world.files(&id).await, ["f1"]);
}

pub(crate) async fn a_session_that_has_ended_takes_no_files(place: Place) {
    let world = World::of(&place).await;
    assert!(!world.register(&"nobody".into(), &["f1"]).await);
    let id = world.with_session("s1").await;
    let mut stranger = world.new_file(&id, "f1");
    stranger.project = project(&*world.store, "other").await;
    assert!(!world.store.register_files(&[stranger]).await.unwrap());
    let mut late = world.new_file(&id, "f1");
    late.created = at(SESSION_END.as_millis() + 1);
    assert!(!world.store.register_files(&[late]).await.unwrap());
    let expired = world.store.expire_session(&world.project, &id, at(2));
    assert_eq!(expired.await.unwrap(), Some(true));
    assert!(!world.register(&id, &["f1"]).await);
    assert_eq!(world.file("f1").await, None);
}

pub(crate) async fn a_file_becomes_ready_once(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    world.register(&id, &["f1"]).await;
    assert!(world.ready("f1").await);
    assert!(world.file("f1").await.unwrap().ready);
    assert!(!world.ready("f1").await);
    assert!(!world.ready("nobody").await);
}

pub(crate) async fn the_end_of_a_session_drops_its_files(place: Place) {
    let world = World::of(&place).await;
    let (ended, swept) = (
        world.with_session("s1").await,
        world.with_session("s2").await,
    );
    world.register(&ended, &["f1", "f2"]).await;
    world.register(&swept, &["f3"]).await;
    world.ready("f1").await;
    let expired = world.store.expire_session(&world.project, &ended, at(50));
    assert_eq!(expired.await.unwrap(), Some(true));
    assert_eq!(world.files(&ended).await, [""; 0]);
    assert_eq!(world.dropped().await, ["f1".into(), "f2".into()]);
    assert!(!world.ready("f2").await);
    assert_eq!(world.files(&swept).await, ["f3"]);
    let late = at(SESSION_END.as_millis() + 1);
    assert_eq!(world.store.sweep_expired(late, 9).await.unwrap(), 1);
    assert_eq!(world.dropped().await.len(), 3);
}

pub(crate) async fn dropped_files_are_told_until_they_are_forgotten(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    world.register(&id, &["f1", "f2"]).await;
    let expired = world.store.expire_session(&world.project, &id, at(50));
    expired.await.unwrap();
    let first = world.store.dropped_files(None, 1).await.unwrap();
    assert_eq!(first, ["f1".into()]);
    let behind = world.store.dropped_files(first.first(), 9).await;
    assert_eq!(behind.unwrap(), ["f2".into()]);
    let forget = world.store.forget_dropped_file(&first[0]);
    forget.await.unwrap();
    assert_eq!(world.dropped().await, ["f2".into()]);
    world.store.forget_dropped_file(&first[0]).await.unwrap();
}

pub(crate) async fn what_nobody_uploaded_is_dropped(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    world.register(&id, &["f1", "f2", "f3"]).await;
    world.ready("f2").await;
    let drop = async |before, limit| {
        let dropped = world.store.drop_unfinished_files(at(before), limit);
        dropped.await.unwrap()
    };
    assert_eq!(drop(900, 9).await, 0);
    assert_eq!(drop(901, 1).await, 1);
    assert_eq!(drop(901, 9).await, 1);
    assert_eq!(world.files(&id).await, ["f2"]);
    assert_eq!(world.dropped().await, ["f1".into(), "f3".into()]);
}
