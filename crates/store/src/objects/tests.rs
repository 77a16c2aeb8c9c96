//! The contract on every kind of place, and what is special about each.

use tempfile::TempDir;

use super::contract::{Place, an_hour, objects_contract};
use super::*;

fn folder(_case: &str) -> Option<Place> {
    let folder = TempDir::new().expect("a temporary folder");
    let objects = Objects::folder(&folder.path().join("objects")).expect("a new folder");
    Some(Place::new(objects, folder))
}

fn memory(_case: &str) -> Option<Place> {
    Some(Place::new(Objects::in_memory(), ()))
}

/// A prefix of its own in the bucket of the server that `script/s3` starts.
#[cfg(feature = "s3")]
fn bucket(case: &str) -> Option<Place> {
    let endpoint = crate::testing::variable("TEST_S3_ENDPOINT")?;
    let url = format!("s3://octavus/{case}/{}", std::process::id());
    let access = BucketAccess::read(|name| match name {
        "AWS_ENDPOINT_URL" => Some(endpoint.clone()),
        "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("test".to_owned()),
        _ => None,
    });
    let objects = Objects::open(&url, &access).expect("a bucket");
    Some(Place::new(objects, ()))
}

objects_contract!(in_a_folder, crate::objects::tests::folder);
objects_contract!(in_memory, crate::objects::tests::memory);
#[cfg(feature = "s3")]
objects_contract!(in_a_bucket, crate::objects::tests::bucket);

#[test]
fn a_url_that_is_not_right_is_refused_without_its_password() {
    for (url, expected) in [
        ("s3://key:secret@bucket/prefix", "s3://bucket/prefix"),
        ("s3://", "s3://bucket/prefix"),
        ("ftp://key:secret@host/", "`ftp` URLs"),
        ("file://relative", "three slashes"),
        ("/plain/path", "file:///path"),
    ] {
        let access = BucketAccess::default();
        let error = Objects::open(url, &access).expect_err(url).to_string();
        assert!(error.contains(expected), "{error}");
        assert!(!error.contains("secret"), "{error}");
    }
}

#[cfg(feature = "s3")]
#[test]
fn half_a_key_of_a_bucket_is_refused() {
    let variable = |name: &str| (name == "AWS_ACCESS_KEY_ID").then(|| "key".to_owned());
    let refused = Objects::open("s3://bucket", &BucketAccess::read(variable));
    let error = format!("{:?}", refused.expect_err("half a key"));
    assert!(error.contains("SecretAccessKey"), "{error}");
}

#[cfg(feature = "s3")]
#[test]
fn the_keys_of_a_bucket_are_not_in_its_debug_text() {
    let access = BucketAccess::read(|name| Some(format!("canary of {name}")));
    assert!(!format!("{access:?}").contains("canary"));
    let objects = Objects::open("s3://bucket/prefix", &access).expect("a bucket");
    assert!(!format!("{objects:?}").contains("canary of AWS_SECRET"));
}

#[test]
fn a_folder_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = TempDir::new().unwrap();
    let url = format!("file://{}/a/b", folder.path().display());
    Objects::open(&url, &BucketAccess::default()).unwrap();
    let mode = std::fs::metadata(folder.path().join("a/b")).unwrap();
    assert_eq!(mode.permissions().mode() & 0o777, 0o700);
}

/// An upload is a file with a number behind its name until it is whole, and no list shows it.
#[tokio::test]
async fn half_an_upload_in_a_folder_is_swept_too() {
    let folder = TempDir::new().unwrap();
    let objects = Objects::folder(folder.path()).unwrap();
    let half = folder.path().join("incoming/u1#1");
    std::fs::create_dir(folder.path().join("incoming")).unwrap();
    std::fs::write(&half, "half").unwrap();
    assert_eq!(objects.sweep_uploads(an_hour(-1)).await.unwrap(), 0);
    assert!(half.exists());
    assert_eq!(objects.sweep_uploads(an_hour(1)).await.unwrap(), 1);
    assert!(!half.exists());
}
