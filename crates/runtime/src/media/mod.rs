//! What a model is shown of files: the bytes of those that the session holds, and of others the address,
//! where its vendor fetches from that, or the bytes, too. A file that cannot be had becomes a word on it:
//! the conversation goes on.

mod scale;

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use domain::{
    Adaptation, AdaptedBecause, Delta, FileId, ImageAdapted, Media, MediaContent, ModelRequest,
    Part, SessionId,
};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use provider::DeltaStream;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::{Inner, causes};
use scale::Scaled;

/// In bytes: what is kept of the files that models were shown lately.
const KEPT: u64 = 64 << 20;

/// How long somebody else's server may take to give a file.
const FETCH_TIME: Duration = Duration::from_secs(20);

/// A file as a session names it, and the cap of its pixels. Whose a file is never changes.
type Key = (Arc<str>, Option<u32>);

/// Files as models were shown them.
pub(crate) type Kept = Cache<Key, Arc<Shown>, Weight>;

#[derive(Clone)]
pub(crate) struct Weight;

impl Weighter<Key, Arc<Shown>> for Weight {
    fn weight(&self, _: &Key, shown: &Arc<Shown>) -> u64 {
        shown.bytes.len() as u64 + 256
    }
}

pub(crate) fn kept() -> Kept {
    const FILES: usize = 256;
    Cache::with_weighter(FILES, KEPT, Weight)
}

/// A file as a model is shown it.
pub(crate) struct Shown {
    bytes: Arc<[u8]>,
    media_type: Arc<str>,
    adapted: Option<ImageAdapted>,
}

/// Why a file is not shown.
enum Unshown {
    Gone,
    TooLarge,
    NoRoom,
    Unreachable,
}

/// Whose file it is. Its id comes from a client, so it may be that of another session.
enum Whose {
    Ours,
    /// Ours, and its bytes are not there.
    NotReady,
    Foreign,
    /// The store could not tell.
    Unknown,
}

/// Whether something has to be read before a request can be sent.
pub(crate) fn has_media(request: &ModelRequest) -> bool {
    let mut parts = request.turns.iter().flat_map(|turn| &turn.parts);
    parts.any(|part| matches!(part, Part::Media(_)))
}

/// The answer to a request, which is sent when its files are there.
pub(crate) fn answered(
    inner: &Arc<Inner>,
    session: &SessionId,
    mut request: ModelRequest,
) -> DeltaStream {
    let (inner, session) = (Arc::clone(inner), session.clone());
    let ready = async move {
        let adapted = inner.show(&session, &mut request).await;
        let adapted = adapted
            .into_iter()
            .map(|it| Ok(Delta::Adapted(Box::new(it))));
        stream::iter(adapted).chain(inner.provider.stream(request))
    };
    stream::once(ready).flatten().boxed()
}

impl Inner {
    /// Puts what a model can be shown in the place of each medium. Answers which images became smaller.
    async fn show(&self, session: &SessionId, request: &mut ModelRequest) -> Vec<ImageAdapted> {
        let mut turns = std::mem::take(&mut request.turns);
        let mut adapted = Vec::new();
        let mut room = self.limits.media_request_bytes;
        // The newest are what is spoken of.
        let parts = turns.iter_mut().rev();
        for part in parts.flat_map(|turn| turn.parts.iter_mut().rev()) {
            let Part::Media(media) = &*part else { continue };
            if let Some(shown) = self.shown(session, request, media, &mut room).await {
                *part = match shown {
                    Ok(shown) => {
                        adapted.extend(shown.adapted.clone());
                        Part::Media(Arc::new(Media {
                            media_type: Arc::clone(&shown.media_type),
                            content: MediaContent::Bytes(Arc::clone(&shown.bytes)),
                            ..Media::clone(media)
                        }))
                    }
                    Err(unshown) => Part::Text(told(media, &unshown)),
                };
            }
        }
        request.turns = turns;
        adapted
    }

    /// The bytes of a medium; `None` where it stays as it is.
    async fn shown(
        &self,
        session: &SessionId,
        request: &ModelRequest,
        media: &Media,
        room: &mut usize,
    ) -> Option<Result<Arc<Shown>, Unshown>> {
        let MediaContent::Url(url) = &media.content else {
            return None;
        };
        let facts = self.provider.facts(&request.model);
        if facts.is_some_and(|facts| !provider::reads(facts, media)) {
            // The model is told what it cannot read.
            return None;
        }
        let cap = request.max_image_dimension;
        let cap = cap.filter(|_| media.media_type.starts_with("image/"));
        let id = media.file.as_ref().map_or("", FileId::as_str);
        let key = (format!("{session} {id} {url}").into(), cap);
        if let Some(shown) = self.media.get(&key) {
            return Some(taken(shown, room));
        }
        let shown = match self.whose(session, media).await {
            Whose::Ours => {
                let file = media.file.as_ref()?;
                self.keep(key, media, self.read_object(file)).await
            }
            Whose::NotReady => Err(Unshown::Gone),
            Whose::Unknown => Err(Unshown::Unreachable),
            Whose::Foreign if cap.is_none() && self.is_fetched(request, media) => return None,
            Whose::Foreign => self.keep(key, media, self.fetch(url)).await,
        };
        Some(shown.and_then(|shown| taken(shown, room)))
    }

    /// Whether the vendors of all models that may answer fetch such a medium themselves.
    fn is_fetched(&self, request: &ModelRequest, media: &Media) -> bool {
        let mut models = std::iter::once(&request.model).chain(&request.backup);
        models.all(|model| self.provider.fetches(model, &media.media_type))
    }

    async fn whose(&self, session: &SessionId, media: &Media) -> Whose {
        let Some(file) = &media.file else {
            return Whose::Foreign;
        };
        match self.store.file(file).await {
            Ok(Some(found)) if found.session != *session => Whose::Foreign,
            Ok(Some(found)) if found.ready => Whose::Ours,
            Ok(Some(_)) => Whose::NotReady,
            Ok(None) => Whose::Foreign,
            Err(error) => {
                tracing::warn!(error = causes(&error), "a file was not found out about");
                Whose::Unknown
            }
        }
    }

    /// A file as it is made of its bytes, kept for the next time.
    async fn keep(
        &self,
        key: Key,
        media: &Media,
        bytes: impl Future<Output = Result<Bytes, Unshown>>,
    ) -> Result<Arc<Shown>, Unshown> {
        let shown = Arc::new(self.prepared(bytes.await?, media, key.1).await);
        self.media.insert(key, Arc::clone(&shown));
        Ok(shown)
    }

    async fn read_object(&self, file: &FileId) -> Result<Bytes, Unshown> {
        let limit = self.limits.media_bytes;
        let object = self.objects.get(file, 0..limit as u64 + 1).await;
        let mut pieces = match object {
            Ok(Some(pieces)) => pieces,
            Ok(None) => return Err(Unshown::Gone),
            Err(error) => {
                tracing::warn!(file.id = %file, error = causes(&error), "a file was not read");
                return Err(Unshown::Unreachable);
            }
        };
        let mut bytes = BytesMut::new();
        while let Some(piece) = pieces.try_next().await.map_err(|_| Unshown::Unreachable)? {
            bytes.extend_from_slice(&piece);
        }
        match bytes.len() > limit {
            true => Err(Unshown::TooLarge),
            false => Ok(bytes.freeze()),
        }
    }

    async fn fetch(&self, url: &str) -> Result<Bytes, Unshown> {
        let limit = self.limits.media_bytes;
        match self.fetcher.get(url, limit, FETCH_TIME).await {
            Ok(bytes) => Ok(bytes),
            Err(net::FetchError::TooLarge(_)) => Err(Unshown::TooLarge),
            Err(error) => {
                tracing::info!(
                    error = causes(&error),
                    "a file of a message was not fetched"
                );
                Err(Unshown::Unreachable)
            }
        }
    }

    /// The file as it is shown, made smaller where it has to be.
    async fn prepared(&self, bytes: Bytes, media: &Media, cap: Option<u32>) -> Shown {
        let scaled = match cap {
            Some(cap) => self.scaled(bytes.clone(), cap).await,
            None => None,
        };
        match scaled {
            Some(scaled) => Shown {
                adapted: Some(adapted(&scaled, media, cap)),
                media_type: scaled.media_type.into(),
                bytes: Arc::from(&*scaled.bytes),
            },
            None => Shown {
                bytes: Arc::from(&*bytes),
                media_type: Arc::clone(&media.media_type),
                adapted: None,
            },
        }
    }

    /// A large picture takes its time and its room, so few of them are at work at once.
    async fn scaled(&self, bytes: Bytes, cap: u32) -> Option<Scaled> {
        let _turn = self.scaling.acquire().await.ok()?;
        let scaled = tokio::task::spawn_blocking(move || scale::downscaled(&bytes, cap));
        scaled.await.ok().flatten()
    }
}

/// The file, where there is still room for it.
fn taken(shown: Arc<Shown>, room: &mut usize) -> Result<Arc<Shown>, Unshown> {
    *room = room.checked_sub(shown.bytes.len()).ok_or(Unshown::NoRoom)?;
    Ok(shown)
}

fn adapted(scaled: &Scaled, media: &Media, cap: Option<u32>) -> ImageAdapted {
    ImageAdapted {
        source: AdaptedBecause::DeclaredCap,
        adaptation: Adaptation::Downscaled,
        file_id: media.file.clone(),
        original: Some(scaled.original),
        delivered: Some(scaled.delivered),
        max_image_dimension: cap,
        images_elided: None,
    }
}

fn told(media: &Media, unshown: &Unshown) -> Arc<str> {
    let name = media.filename.as_deref().unwrap_or("without a name");
    let why = match unshown {
        Unshown::Gone => "is not there any more",
        Unshown::TooLarge => "is too large to be shown to you",
        Unshown::NoRoom => "does not fit beside those that came later",
        Unshown::Unreachable => "could not be read",
    };
    format!("[The file `{name}` ({}) {why}.]", media.media_type).into()
}
