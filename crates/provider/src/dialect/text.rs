//! Text of an event that may be absent.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use serde::de::{Deserialize, Deserializer, Visitor};

/// A string that lies in the frame where it has no escapes. `Option<Cow<str>>` would copy it always: serde
/// borrows a `Cow` only where it is the field itself.
#[derive(Debug, Default)]
pub(super) struct Text<'a>(Cow<'a, str>);

impl<'a> Text<'a> {
    pub(super) fn into_cow(self) -> Cow<'a, str> {
        self.0
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_escapes_is_borrowed() {
        let read = |json| serde_json::from_str::<Option<Text<'_>>>(json).unwrap();
        let plain = read("\"Zwölf\"").unwrap().into_cow();
        assert!(matches!(plain, Cow::Borrowed("Zwölf")), "{plain:?}");
        assert_eq!(&*read(r#""a\nb""#).unwrap(), "a\nb");
        assert!(read("null").is_none());
        assert!(serde_json::from_str::<Text<'_>>("7").is_err());
    }
}
