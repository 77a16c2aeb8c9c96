//! Server-sent events: bytes in any pieces → frames (the WHATWG HTML standard, 9.2).
//!
//! Pure and incremental. A frame that lies within one chunk is borrowed from it; only what a chunk
//! leaves unfinished is copied. `id` and `retry` are ignored: a paid request is never re-sent by itself.

use std::borrow::Cow;
use std::mem;

/// One dispatched event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The event's type; empty where the stream did not name one.
    pub event: Cow<'a, str>,
    /// The data lines, joined by line feeds. Bytes that are not UTF-8 are replaced.
    pub data: Cow<'a, str>,
}

/// Why a stream cannot be read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SseError {
    #[error("a line or an event of the stream is longer than {limit} bytes")]
    TooLong { limit: usize },
}

/// Reads one stream.
#[derive(Debug)]
pub struct Parser {
    /// In bytes, of a line and of an event's data.
    limit: usize,
    at_start: bool,
    /// The chunk before ended with CR, so a LF now belongs to that line end.
    after_cr: bool,
    line: Vec<u8>,
    open: Fields<'static>,
}

/// The fields of an event that is not dispatched yet.
#[derive(Debug, Default)]
struct Fields<'a> {
    event: Cow<'a, [u8]>,
    data: Option<Cow<'a, [u8]>>,
}

impl Parser {
    /// A parser that refuses lines and events of more than `limit` bytes.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            at_start: true,
            after_cr: false,
            line: Vec::new(),
            open: Fields::default(),
        }
    }

    /// Reads the next bytes and hands over each frame that they complete.
    ///
    /// # Errors
    /// `TooLong`, or the first error of `on_frame`; the stream must not be read on after one.
    pub fn feed<E: From<SseError>>(
        &mut self,
        chunk: &[u8],
        mut on_frame: impl FnMut(Frame<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut open: Fields<'_> = mem::take(&mut self.open);
        let mut rest = chunk;
        if self.after_cr && !rest.is_empty() {
            self.after_cr = false;
            rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        }
        while let Some(end) = memchr::memchr2(b'\n', b'\r', rest) {
            let (head, tail) = rest.split_at(end);
            let line = self.complete(head)?;
            rest = match tail {
                [b'\r', b'\n', after @ ..] | [_, after @ ..] => after,
                [] => &[],
            };
            self.after_cr = tail == b"\r";
            if line.is_empty() {
                if let Some(frame) = mem::take(&mut open).frame() {
                    on_frame(frame)?;
                }
            } else {
                open.take_line(line, self.limit)?;
            }
        }
        self.line.extend_from_slice(rest);
        self.within_limit(self.line.len())?;
        self.open = open.into_owned();
        Ok(())
    }

    /// The whole line that ends with `head`, without a byte order mark.
    fn complete<'a>(&mut self, head: &'a [u8]) -> Result<Cow<'a, [u8]>, SseError> {
        self.within_limit(self.line.len() + head.len())?;
        let line = if self.line.is_empty() {
            Cow::Borrowed(head)
        } else {
            let mut line = mem::take(&mut self.line);
            line.extend_from_slice(head);
            Cow::Owned(line)
        };
        let first = mem::replace(&mut self.at_start, false);
        if first && line.starts_with(b"\xEF\xBB\xBF") {
            return Ok(without_head(line, 3));
        }
        Ok(line)
    }

    fn within_limit(&self, bytes: usize) -> Result<(), SseError> {
        if bytes > self.limit {
            return Err(SseError::TooLong { limit: self.limit });
        }
        Ok(())
    }
}

impl<'a> Fields<'a> {
    fn take_line(&mut self, line: Cow<'a, [u8]>, limit: usize) -> Result<(), SseError> {
        let colon = line.iter().position(|&byte| byte == b':');
        let (name, value) = match colon {
            Some(0) => return Ok(()),
            Some(at) => (at, at + 1 + usize::from(line.get(at + 1) == Some(&b' '))),
            None => (line.len(), line.len()),
        };
        match line.get(..name) {
            Some(b"event") => self.event = without_head(line, value),
            Some(b"data") => {
                let value = without_head(line, value);
                let data = match self.data.take() {
                    Some(data) => joined(data, &value),
                    None => value,
                };
                if data.len() > limit {
                    return Err(SseError::TooLong { limit });
                }
                self.data = Some(data);
            }
            Some(_) | None => {}
        }
        Ok(())
    }

    /// An event without data is not dispatched.
    fn frame(self) -> Option<Frame<'a>> {
        Some(Frame {
            data: text(self.data?),
            event: text(self.event),
        })
    }

    fn into_owned(self) -> Fields<'static> {
        Fields {
            event: Cow::Owned(self.event.into_owned()),
            data: self.data.map(|data| Cow::Owned(data.into_owned())),
        }
    }
}

fn without_head(line: Cow<'_, [u8]>, bytes: usize) -> Cow<'_, [u8]> {
    match line {
        Cow::Borrowed(line) => Cow::Borrowed(line.get(bytes..).unwrap_or_default()),
        Cow::Owned(mut line) => {
            line.drain(..bytes.min(line.len()));
            Cow::Owned(line)
        }
    }
}

fn joined<'a>(data: Cow<'_, [u8]>, next: &[u8]) -> Cow<'a, [u8]> {
    let mut data = data.into_owned();
    data.push(b'\n');
    data.extend_from_slice(next);
    Cow::Owned(data)
}

fn text(bytes: Cow<'_, [u8]>) -> Cow<'_, str> {
    match bytes {
        Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
        Cow::Owned(bytes) => Cow::Owned(
            String::from_utf8(bytes)
                .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
        ),
    }
}

#[cfg(test)]
mod tests;
