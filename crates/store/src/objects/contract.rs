//! What every place for objects promises, as tests. `objects_contract!` stamps them on a kind of place.

use std::any::Any;
use std::convert::Infallible;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::{TryStreamExt as _, stream};

use super::*;

/// An empty place.
pub(crate) struct Place {
    pub(crate) objects: Objects,
    /// What goes when the place goes.
    _guard: Box<dyn Any + Send + Sync>,
}

/// Larger than two parts of any place.
const LARGE: usize = 17 << 20;

macro_rules! objects_contract {
    ($name:ident, $open:path) => {
        $crate::objects::contract::objects_contract! { $name, $open, [
            an_object_is_read_as_it_was_written,
            parts_keep_their_order,
            a_body_of_another_size_leaves_nothing,
            of_two_uploads_the_first_stands,
            of_many_uploads_at_once_one_stands,
            a_deleted_object_is_gone,
            an_id_is_never_a_path,
            what_an_upload_left_behind_is_swept,
        ] }
    };
    ($name:ident, $open:path, [$($case:ident,)*]) => {
        mod $name {
            $(
                #[tokio::test]
                async fn $case() {
                    if let Some(place) = $open(stringify!($case)) {
                        $crate::objects::contract::$case(place).await;
                    }
                }
            )*
        }
    };
}
pub(crate) use objects_contract;

impl Place {
    pub(crate) fn new(objects: Objects, guard: impl Any + Send + Sync) -> Self {
        Self {
            objects,
            _guard: Box::new(guard),
        }
    }

    async fn put(&self, id: &str, upload: &str, text: &str) -> Result<(), PutError<Infallible>> {
        let size = text.len() as u64;
        self.objects.put(&id.into(), upload, size, body(text)).await
    }

    async fn read(&self, id: &str, range: Range<u64>) -> Option<String> {
        let stream = self
            .objects
            .get(&id.into(), range)
            .await
            .expect("readable")?;
        let bytes: Vec<Bytes> = stream.try_collect().await.expect("all bytes");
        Some(String::from_utf8(bytes.concat()).expect("text"))
    }

    /// Every object, and in a folder every other file.
    async fn all(&self) -> Vec<String> {
        let mut all = match &self.objects.folder {
            Some(folder) => files(folder, ""),
            None => {
                let all: Vec<_> = self.objects.store.list(None).try_collect().await.unwrap();
                all.iter()
                    .map(|object| object.location.to_string())
                    .collect()
            }
        };
        all.sort();
        all
    }
}

fn files(folder: &FilePath, prefix: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let entries = entries.map(|entry| entry.expect("an entry"));
    let found = entries.flat_map(|entry| {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            files(&entry.path(), &format!("{name}/"))
        } else {
            vec![name]
        }
    });
    found.collect()
}

/// The text in pieces as they may come over a network.
pub(crate) fn body(text: &str) -> impl Stream<Item = Result<Bytes, Infallible>> + Send + use<> {
    let bytes = Bytes::from(text.to_owned());
    let pieces = (0..=bytes.len()).step_by(700_001).map(move |from| {
        let to = bytes.len().min(from + 700_001);
        Ok(bytes.slice(from..to))
    });
    stream::iter(pieces)
}

fn large() -> String {
    (0..LARGE / 16)
        .map(|number| format!("{number:15} "))
        .collect()
}

pub(crate) async fn an_object_is_read_as_it_was_written(place: Place) {
    place.put("f1", "u1", "hello, world").await.unwrap();
    assert_eq!(place.read("f1", 0..12).await.unwrap(), "hello, world");
    assert_eq!(place.read("f1", 7..10).await.unwrap(), "wor");
    assert_eq!(place.read("f2", 0..12).await, None);
    assert_eq!(place.all().await, ["files/f1"]);
}

pub(crate) async fn parts_keep_their_order(place: Place) {
    let text = large();
    place.put("f1", "u1", &text).await.unwrap();
    let size = text.len() as u64;
    assert!(place.read("f1", 0..size).await.unwrap() == text);
    assert_eq!(
        place.read("f1", size - 16..size).await.unwrap(),
        text[text.len() - 16..]
    );
    assert_eq!(place.all().await, ["files/f1"]);
}

pub(crate) async fn a_body_of_another_size_leaves_nothing(place: Place) {
    let id = "f1".into();
    let text = large();
    for (text, size) in [("abcd", 3_u64), (&*text, LARGE as u64 - 1)] {
        let long = place.objects.put(&id, "u1", size, body(text)).await;
        assert!(matches!(long, Err(PutError::TooLong)));
        let received = text.len() as u64;
        let short = place.objects.put(&id, "u2", received + 1, body(text)).await;
        assert!(matches!(short, Err(PutError::TooShort(got)) if got == received));
        let cut = body(text)
            .map_err(|never| match never {})
            .chain(stream::iter([Err("gone")]));
        let cut = place.objects.put(&id, "u3", received + 1, cut).await;
        assert!(matches!(cut, Err(PutError::Cut("gone"))));
    }
    assert_eq!(place.all().await, [""; 0]);
}

pub(crate) async fn of_two_uploads_the_first_stands(place: Place) {
    let text = large();
    for (id, first, second) in [("f1", "one", "two"), ("f2", &*text, &text[1..])] {
        place.put(id, "u1", first).await.unwrap();
        let again = place.put(id, "u2", second).await;
        assert!(matches!(again, Err(PutError::Exists)));
        let size = first.len() as u64;
        assert!(place.read(id, 0..size).await.unwrap() == first);
    }
    assert_eq!(place.all().await, ["files/f1", "files/f2"]);
}

pub(crate) async fn of_many_uploads_at_once_one_stands(place: Place) {
    let texts: Vec<String> = (0..4).map(|number| format!("text {number}")).collect();
    let names = ["u0", "u1", "u2", "u3"];
    let uploads = names
        .iter()
        .zip(&texts)
        .map(|(name, text)| place.put("f1", name, text));
    let ended = futures_util::future::join_all(uploads).await;
    let stood: Vec<usize> = (0..4).filter(|number| ended[*number].is_ok()).collect();
    assert_eq!(stood.len(), 1, "{ended:?}");
    let others = ended
        .iter()
        .filter(|end| matches!(end, Err(PutError::Exists)));
    assert_eq!(others.count(), 3, "{ended:?}");
    assert_eq!(place.read("f1", 0..6).await.unwrap(), texts[stood[0]]);
    assert_eq!(place.all().await, ["files/f1"]);
}

pub(crate) async fn a_deleted_object_is_gone(place: Place) {
    place.put("f1", "u1", "one").await.unwrap();
    place.objects.delete(&"f1".into()).await.unwrap();
    place.objects.delete(&"f1".into()).await.unwrap();
    assert_eq!(place.read("f1", 0..3).await, None);
    assert_eq!(place.all().await, [""; 0]);
}

pub(crate) async fn an_id_is_never_a_path(place: Place) {
    let id = "../../etc/passwd";
    place.put(id, "u1", "x").await.unwrap();
    assert_eq!(place.read(id, 0..1).await.unwrap(), "x");
    let [object] = &*place.all().await else {
        panic!("one object");
    };
    let name = object.strip_prefix("files/").expect("the folder of files");
    assert!(name.ends_with("passwd") && !name.contains('/'), "{name}");
}

pub(crate) async fn what_an_upload_left_behind_is_swept(place: Place) {
    assert_eq!(place.objects.sweep_uploads(an_hour(1)).await.unwrap(), 0);
    let left = Path::from("incoming/u1");
    place.objects.store.put(&left, "half".into()).await.unwrap();
    place.put("f1", "u2", "whole").await.unwrap();
    assert_eq!(place.objects.sweep_uploads(an_hour(-1)).await.unwrap(), 0);
    assert_eq!(place.all().await, ["files/f1", "incoming/u1"]);
    assert_eq!(place.objects.sweep_uploads(an_hour(1)).await.unwrap(), 1);
    assert_eq!(place.all().await, ["files/f1"]);
}

/// So many hours from now.
#[expect(
    clippy::disallowed_methods,
    reason = "objects are stamped by whoever keeps them"
)]
pub(crate) fn an_hour(from_now: i64) -> domain::Timestamp {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or(Duration::ZERO);
    let millis = i64::try_from(now.as_millis()).expect("a time");
    domain::Timestamp::from_millis(millis + from_now * 3_600_000)
}
