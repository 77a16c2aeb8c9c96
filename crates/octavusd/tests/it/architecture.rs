//! The dependency table of `docs/ARCHITECTURE.md`, compared with what Cargo sees.

use std::collections::BTreeMap;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

/// What each crate may depend on within the workspace.
const MAY_DEPEND_ON: &[(&str, &[&str])] = &[
    ("octavus-domain", &[]),
    ("octavus-protocol", &["octavus-domain"]),
    ("octavus-provider", &["octavus-domain"]),
    ("octavus-engine", &["octavus-domain", "octavus-protocol"]),
    ("octavus-net", &[]),
    ("octavus-store", &["octavus-domain"]),
    (
        "octavus-runtime",
        &[
            "octavus-domain",
            "octavus-engine",
            "octavus-net",
            "octavus-protocol",
            "octavus-provider",
            "octavus-store",
        ],
    ),
    (
        "octavusd",
        &[
            "octavus-domain",
            "octavus-engine",
            "octavus-net",
            "octavus-protocol",
            "octavus-provider",
            "octavus-runtime",
            "octavus-store",
        ],
    ),
    (
        "octavus-testkit",
        &["octavus-domain", "octavus-provider", "octavus-store"],
    ),
];

/// Libraries that only some crates may name.
const OWNERS: &[(&str, &[&str])] = &[
    ("granit-parser", &["octavus-protocol"]),
    ("image", &["octavus-runtime"]),
    // The store names it for the TLS of its buckets.
    (
        "reqwest",
        &["octavus-net", "octavus-provider", "octavus-store"],
    ),
    ("rusqlite", &["octavus-store"]),
    ("sqlx", &["octavus-store"]),
    ("object_store", &["octavus-store"]),
    ("axum", &["octavusd", "octavus-testkit"]),
    ("clap", &["octavusd"]),
    ("tracing-subscriber", &["octavusd"]),
    ("metrics-exporter-prometheus", &["octavusd"]),
];

fn metadata() -> Metadata {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");
    MetadataCommand::new()
        .manifest_path(manifest)
        .no_deps()
        .exec()
        .expect("cargo metadata")
}

/// The normal dependencies of each crate of the workspace.
fn dependencies() -> BTreeMap<String, Vec<String>> {
    let normal = |package: &cargo_metadata::Package| {
        let dependencies = package.dependencies.iter();
        dependencies
            .filter(|dep| dep.kind == DependencyKind::Normal)
            .map(|dep| dep.name.clone())
            .collect()
    };
    let packages = metadata().packages;
    packages
        .iter()
        .map(|package| (package.name.to_string(), normal(package)))
        .collect()
}

#[test]
fn arrows_point_down_only() {
    let dependencies = dependencies();
    let known: Vec<&str> = MAY_DEPEND_ON.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        dependencies.len(),
        known.len(),
        "a crate is missing in the table: {dependencies:?}"
    );
    for (name, allowed) in MAY_DEPEND_ON {
        let found = dependencies
            .get(*name)
            .unwrap_or_else(|| panic!("no crate {name}"));
        for dependency in found
            .iter()
            .filter(|dependency| known.contains(&dependency.as_str()))
        {
            assert!(
                allowed.contains(&dependency.as_str()),
                "{name} may not depend on {dependency}"
            );
        }
    }
}

#[test]
fn libraries_stay_with_their_owners() {
    let dependencies = dependencies();
    for (library, owners) in OWNERS {
        for (name, found) in &dependencies {
            let uses = found.iter().any(|dependency| dependency == library);
            assert!(
                !uses || owners.contains(&name.as_str()),
                "{name} may not use {library}"
            );
        }
    }
}

#[test]
fn the_engine_cannot_wait() {
    let engine = &dependencies()["octavus-engine"];
    for library in [
        "tokio",
        "futures-util",
        "async-trait",
        "getrandom",
        "tracing",
    ] {
        assert!(
            !engine.iter().any(|dependency| dependency == library),
            "the engine uses {library}"
        );
    }
}
