//! What an answer rests on: pages and documents, in whatever words a vendor cites them.

use std::borrow::Cow;
use std::collections::HashSet;

use domain::{Delta, Source};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::events;

/// The sources of one answer. Vendors cite a source with each sentence that rests on it; it is told once.
pub(super) struct Sources {
    vendor: &'static str,
    told: HashSet<String>,
}

impl Sources {
    pub(super) fn new(vendor: &'static str) -> Self {
        Self {
            vendor,
            told: HashSet::new(),
        }
    }

    /// A page of the web, by its address.
    pub(super) fn page(&mut self, url: &str, title: Option<String>, deltas: &mut Vec<Delta>) {
        if url.is_empty() || self.told.contains(url) {
            return;
        }
        self.told.insert(url.to_owned());
        deltas.push(Delta::Source(Source::Url {
            id: url.to_owned(),
            url: url.to_owned(),
            title: title.filter(|title| !title.is_empty()),
        }));
    }

    /// A document that has no address, by what the vendor knows it by.
    pub(super) fn document(&mut self, cited: Document<'_>, deltas: &mut Vec<Delta>) {
        let Document {
            id,
            media_type,
            title,
            filename,
        } = cited;
        if id.is_empty() || self.told.contains(&*id) {
            return;
        }
        self.told.insert(id.clone().into_owned());
        let id = id.into_owned();
        deltas.push(Delta::Source(Source::Document {
            title: title.map_or_else(|| id.clone(), Cow::into_owned),
            id,
            media_type: media_type.to_owned(),
            filename: filename.map(Cow::into_owned),
        }));
    }

    /// A citation in the vendor's own shape. A shape that is new is no reason to end the answer.
    pub(super) fn cited<'a, C: Deserialize<'a>>(&self, citation: &'a RawValue) -> Option<C> {
        let cited = serde_json::from_str(citation.get());
        if cited.is_err() {
            events::ignored(self.vendor, "citation");
        }
        cited.ok()
    }
}

/// A document as it is cited.
pub(super) struct Document<'a> {
    pub(super) id: Cow<'a, str>,
    pub(super) media_type: &'a str,
    pub(super) title: Option<Cow<'a, str>>,
    pub(super) filename: Option<Cow<'a, str>>,
}

/// Whether the name of a source is an address that a reader can open.
pub(super) fn is_address(name: &str) -> bool {
    name.starts_with("https://") || name.starts_with("http://")
}

/// Of a file of which only the name is known.
pub(super) fn media_type_of(filename: &str) -> &'static str {
    match filename.rsplit_once('.').map(|(_, end)| end) {
        Some("pdf") => "application/pdf",
        Some("txt" | "md") => "text/plain",
        Some("html") => "text/html",
        Some("json") => "application/json",
        Some(_) | None => "application/octet-stream",
    }
}
