//! Agents and their revisions.

use domain::{AgentFormat, AgentId, Bundle, PromptFile, ReferenceFile};

use super::world::{Place, World, at, bundle, new_agent, project};
use crate::{Agent, AgentUpdate, FindAgent, Store, StoreError};

impl World {
    fn update(&self, revision: &str, bundle: Bundle) -> AgentUpdate {
        AgentUpdate {
            id: self.agent.clone(),
            project: self.project.clone(),
            revision: revision.into(),
            bundle,
            updated: at(9),
        }
    }

    async fn updated(&self, revision: &str, protocol: &str) -> Option<()> {
        let update = self.update(revision, bundle("helper", protocol));
        self.store.update_agent(update).await.unwrap()
    }

    async fn found(&self, find: FindAgent<'_>) -> Option<Agent> {
        self.store.agent(&self.project, find).await.unwrap()
    }

    async fn revision_ids(&self) -> Vec<(i64, String)> {
        let revisions = self.store.revisions(&self.agent).await.unwrap();
        let pairs = revisions.into_iter().map(|it| (it.number, it.id));
        pairs.map(|(number, id)| (number, id.to_string())).collect()
    }
}

async fn slugs(store: &dyn Store, project: &domain::ProjectId) -> Vec<String> {
    let agents = store.agents(project).await.unwrap();
    agents.into_iter().map(|agent| agent.slug).collect()
}

pub(crate) async fn an_agent_is_found_by_id_and_by_slug(place: Place) {
    let world = World::of(&place).await;
    let mut new = new_agent(&world.project, "agent-2", "worker");
    new.bundle.settings.description = Some("does it \0 all".to_owned());
    new.bundle.settings.format = AgentFormat::Worker;
    new.bundle.prompts = vec![PromptFile {
        name: "support/escalate".to_owned(),
        content: "Be 🐙.".repeat(20_000),
    }];
    new.bundle.references = vec![ReferenceFile {
        name: "faq".to_owned(),
        description: String::new(),
        content: "?".to_owned(),
    }];
    let full = new.bundle.clone();
    world.store.create_agent(new).await.unwrap();

    let expected = Agent {
        id: "agent-2".into(),
        project: world.project.clone(),
        slug: "worker".to_owned(),
        name: "The worker".to_owned(),
        description: Some("does it \0 all".to_owned()),
        format: AgentFormat::Worker,
        revision: "rev-1".into(),
        created: at(0),
        updated: at(0),
    };
    let by_slug = world.found(FindAgent::Slug("worker")).await;
    assert_eq!(by_slug.as_ref(), Some(&expected));
    assert_eq!(
        world.found(FindAgent::Id(&expected.id)).await,
        Some(expected.clone())
    );
    let stored = world.store.revision(&expected.id, &expected.revision).await;
    assert_eq!(stored.unwrap(), Some(full));
}

pub(crate) async fn an_agent_that_is_not_there_is_none(place: Place) {
    let world = World::of(&place).await;
    assert_eq!(world.found(FindAgent::Slug("agent-1")).await, None);
    assert_eq!(world.found(FindAgent::Id(&"helper".into())).await, None);
    let revision = world.store.revision(&world.agent, &"rev-9".into()).await;
    assert_eq!(revision.unwrap(), None);
    let revisions = world.store.revisions(&"nobody".into()).await;
    assert_eq!(revisions.unwrap(), []);
}

pub(crate) async fn projects_are_separate_worlds(place: Place) {
    let world = World::of(&place).await;
    let other = project(&*world.store, "other").await;
    for find in [FindAgent::Id(&world.agent), FindAgent::Slug("helper")] {
        assert_eq!(world.store.agent(&other, find).await.unwrap(), None);
    }
    assert_eq!(slugs(&*world.store, &other).await, [""; 0]);
    let archived = world.store.archive_agent(&other, &world.agent, at(1)).await;
    assert!(!archived.unwrap());
    let mut update = world.update("rev-2", bundle("helper", "new"));
    update.project = other;
    assert_eq!(world.store.update_agent(update).await.unwrap(), None);
    assert_eq!(world.revision_ids().await, [(1, "rev-1".to_owned())]);
}

pub(crate) async fn a_slug_is_taken_within_its_project_only(place: Place) {
    let world = World::of(&place).await;
    let second = new_agent(&world.project, "agent-2", "helper");
    let refused = world.store.create_agent(second).await;
    assert!(matches!(
        refused,
        Err(StoreError::Conflict { what: "the slug" })
    ));
    let revisions = world.store.revisions(&"agent-2".into()).await;
    assert_eq!(revisions.unwrap(), [], "a conflict writes nothing");

    let other = project(&*world.store, "other").await;
    let elsewhere = new_agent(&other, "agent-2", "helper");
    world.store.create_agent(elsewhere).await.unwrap();
}

pub(crate) async fn agents_are_listed_by_slug(place: Place) {
    let world = World::of(&place).await;
    for (id, slug) in [("agent-2", "zebra"), ("agent-3", "ant")] {
        let new = new_agent(&world.project, id, slug);
        world.store.create_agent(new).await.unwrap();
    }
    let listed = slugs(&*world.store, &world.project).await;
    assert_eq!(listed, ["ant", "helper", "zebra"]);
}

pub(crate) async fn an_archived_agent_is_gone_and_its_slug_is_free(place: Place) {
    let world = World::of(&place).await;
    let (store, project) = (&world.store, &world.project);
    assert!(
        store
            .archive_agent(project, &world.agent, at(5))
            .await
            .unwrap()
    );
    assert_eq!(slugs(&**store, project).await, [""; 0]);
    assert_eq!(world.found(FindAgent::Slug("helper")).await, None);
    assert_eq!(world.found(FindAgent::Id(&world.agent)).await, None);
    let revision = store.revision(&world.agent, &"rev-1".into()).await.unwrap();
    assert!(revision.is_some(), "its sessions go on");
    let ever = world.found(FindAgent::Ever(&world.agent)).await.unwrap();
    assert_eq!(ever.slug, "helper", "and know what it was called");

    let successor = new_agent(project, "agent-2", "helper");
    store.create_agent(successor).await.unwrap();
    let found = world.found(FindAgent::Slug("helper")).await.unwrap();
    assert_eq!(found.id, AgentId::from("agent-2"));
}

pub(crate) async fn an_agent_is_archived_once(place: Place) {
    let world = World::of(&place).await;
    let archive = |id: &'static str| {
        let (store, project) = (&world.store, &world.project);
        async move {
            store
                .archive_agent(project, &id.into(), at(5))
                .await
                .unwrap()
        }
    };
    assert!(archive("agent-1").await);
    assert!(!archive("agent-1").await);
    assert!(!archive("nobody").await);
}

pub(crate) async fn an_update_makes_the_newest_revision(place: Place) {
    let world = World::of(&place).await;
    let mut content = bundle("helper", "new");
    content.settings.name = "Renamed".to_owned();
    content.settings.description = Some("at last".to_owned());
    let update = world.update("rev-2", content.clone());
    assert_eq!(world.store.update_agent(update).await.unwrap(), Some(()));

    let agent = world.found(FindAgent::Id(&world.agent)).await.unwrap();
    assert_eq!((agent.created, agent.updated), (at(0), at(9)));
    assert_eq!(agent.revision, "rev-2".into());
    assert_eq!(agent.name, "Renamed");
    assert_eq!(agent.description.as_deref(), Some("at last"));
    let revision = async |id: &str| {
        let found = world.store.revision(&world.agent, &id.into()).await;
        found.unwrap().unwrap()
    };
    assert_eq!(revision("rev-2").await, content);
    assert_eq!(revision("rev-1").await, bundle("helper", "agent: {}"));
}

pub(crate) async fn the_same_content_makes_no_new_revision(place: Place) {
    let world = World::of(&place).await;
    assert_eq!(world.updated("rev-1", "agent: {}").await, Some(()));
    assert_eq!(world.revision_ids().await, [(1, "rev-1".to_owned())]);
}

pub(crate) async fn an_older_content_comes_back_as_the_older_revision(place: Place) {
    let world = World::of(&place).await;
    world.updated("rev-2", "new").await.unwrap();
    world.updated("rev-1", "agent: {}").await.unwrap();
    let agent = world.found(FindAgent::Id(&world.agent)).await.unwrap();
    assert_eq!(agent.revision, "rev-1".into());
    assert_eq!(world.revision_ids().await.len(), 2);
    world.updated("rev-3", "newer").await.unwrap();
    assert_eq!(world.revision_ids().await[0], (3, "rev-3".to_owned()));
}

pub(crate) async fn an_update_never_changes_the_slug(place: Place) {
    let world = World::of(&place).await;
    let update = world.update("rev-2", bundle("another", "new"));
    world.store.update_agent(update).await.unwrap().unwrap();
    let listed = slugs(&*world.store, &world.project).await;
    assert_eq!(listed, ["helper"]);
}

pub(crate) async fn what_is_not_there_is_not_updated(place: Place) {
    let world = World::of(&place).await;
    let mut update = world.update("rev-2", bundle("helper", "new"));
    update.id = "nobody".into();
    assert_eq!(world.store.update_agent(update).await.unwrap(), None);
    let archived = world
        .store
        .archive_agent(&world.project, &world.agent, at(5));
    assert!(archived.await.unwrap());
    assert_eq!(world.updated("rev-2", "new").await, None);
    assert_eq!(world.revision_ids().await, [(1, "rev-1".to_owned())]);
}

pub(crate) async fn revisions_are_listed_newest_first(place: Place) {
    let world = World::of(&place).await;
    world.updated("rev-b", "b").await.unwrap();
    world.updated("rev-a", "a").await.unwrap();
    let ids: Vec<String> = world
        .revision_ids()
        .await
        .into_iter()
        .map(|it| it.1)
        .collect();
    assert_eq!(ids, ["rev-a", "rev-b", "rev-1"]);
    let revisions = world.store.revisions(&world.agent).await.unwrap();
    assert_eq!(revisions[0].created, at(9));
    assert_eq!(revisions[2].created, at(0));
}
