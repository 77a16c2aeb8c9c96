//! A folder of objects.

use std::convert::Infallible;

use futures_util::{TryStreamExt as _, stream};
use tempfile::TempDir;

use super::*;

fn pieces(pieces: &[&str]) -> impl Stream<Item = Result<Bytes, Infallible>> + Send + use<> {
    let pieces: Vec<_> = pieces
        .iter()
        .map(|piece| Ok(Bytes::from((*piece).to_owned())))
        .collect();
    stream::iter(pieces)
}

fn objects() -> (TempDir, Objects) {
    let folder = TempDir::new().expect("a temporary folder");
    let objects = Objects::folder(&folder.path().join("objects")).expect("a new folder");
    (folder, objects)
}

async fn read(objects: &Objects, id: &str, range: Range<u64>) -> Option<String> {
    let stream = objects.get(&id.into(), range).await.expect("readable")?;
    let bytes: Vec<Bytes> = stream.try_collect().await.expect("all bytes");
    Some(String::from_utf8(bytes.concat()).expect("text"))
}

/// Every file below the folder.
fn on_disk(folder: &FilePath) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(on_disk(&path));
        } else {
            found.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    found
}

#[tokio::test]
async fn an_object_is_read_as_it_was_written() {
    let (folder, objects) = objects();
    let body = pieces(&["hello, ", "", "world"]);
    objects.put(&"f1".into(), "u1", 12, body).await.unwrap();
    assert_eq!(read(&objects, "f1", 0..12).await.unwrap(), "hello, world");
    assert_eq!(read(&objects, "f1", 7..10).await.unwrap(), "wor");
    assert_eq!(read(&objects, "f2", 0..12).await, None);
    assert_eq!(on_disk(folder.path()), ["f1"]);
}

#[tokio::test]
async fn parts_larger_than_one_write_keep_their_order() {
    let (_folder, objects) = objects();
    let piece = "0123456789abcdef".repeat(50_000);
    let body = pieces(&[&piece, &piece, &piece]);
    let size = piece.len() as u64 * 3;
    objects.put(&"f1".into(), "u1", size, body).await.unwrap();
    assert_eq!(
        read(&objects, "f1", 0..size).await.unwrap(),
        piece.repeat(3)
    );
}

#[tokio::test]
async fn a_body_of_another_size_leaves_nothing() {
    let (folder, objects) = objects();
    let id = "f1".into();
    let long = objects.put(&id, "u1", 3, pieces(&["ab", "cd"])).await;
    assert!(matches!(long, Err(PutError::TooLong)));
    let short = objects.put(&id, "u2", 3, pieces(&["ab"])).await;
    assert!(matches!(short, Err(PutError::TooShort(2))));
    let cut = stream::iter([Ok(Bytes::from("ab")), Err("gone")]);
    let cut = objects.put(&id, "u3", 3, cut).await;
    assert!(matches!(cut, Err(PutError::Cut("gone"))));
    assert_eq!(on_disk(folder.path()), [""; 0]);
}

#[tokio::test]
async fn of_two_uploads_the_first_stands() {
    let (folder, objects) = objects();
    let id = "f1".into();
    objects.put(&id, "u1", 3, pieces(&["one"])).await.unwrap();
    let again = objects.put(&id, "u2", 3, pieces(&["two"])).await;
    assert!(matches!(again, Err(PutError::Exists)));
    assert_eq!(read(&objects, "f1", 0..3).await.unwrap(), "one");
    assert_eq!(on_disk(folder.path()), ["f1"]);
}

#[tokio::test]
async fn a_deleted_object_is_gone() {
    let (folder, objects) = objects();
    let id = "f1".into();
    objects.put(&id, "u1", 3, pieces(&["one"])).await.unwrap();
    objects.delete(&id).await.unwrap();
    objects.delete(&id).await.unwrap();
    assert_eq!(read(&objects, "f1", 0..3).await, None);
    assert_eq!(on_disk(folder.path()), [""; 0]);
}

#[tokio::test]
async fn an_id_is_never_a_path() {
    let (folder, objects) = objects();
    let id = "../../etc/passwd".into();
    objects.put(&id, "u1", 1, pieces(&["x"])).await.unwrap();
    assert_eq!(on_disk(folder.path()).len(), 1);
    assert!(on_disk(&folder.path().join("objects/files"))[0].ends_with("passwd"));
}

#[test]
fn only_folders_are_known() {
    for (url, expected) in [
        ("s3://key:secret@bucket/prefix", "`s3` URLs"),
        ("file://relative", "three slashes"),
        ("/plain/path", "file:///path"),
    ] {
        let error = Objects::open(url).expect_err(url).to_string();
        assert!(error.contains(expected), "{error}");
        assert!(!error.contains("secret"), "{error}");
    }
}

#[test]
fn a_folder_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = TempDir::new().unwrap();
    let url = format!("file://{}/a/b", folder.path().display());
    Objects::open(&url).unwrap();
    let mode = std::fs::metadata(folder.path().join("a/b")).unwrap();
    assert_eq!(mode.permissions().mode() & 0o777, 0o700);
}
