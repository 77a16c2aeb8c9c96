//! A value that must not be seen.

use std::fmt;
use std::sync::Arc;

use serde::Deserialize;

/// An API key, or what else proves who we are. It is never printed: what formats it gets `***`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Secret(Arc<str>);

impl Secret {
    /// The value itself, for the one place that sends it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// The text without any copy of this secret in it, for what a vendor said.
    pub(crate) fn redact(&self, text: String) -> String {
        if self.0.is_empty() || !text.contains(&*self.0) {
            return text;
        }
        text.replace(&*self.0, "***")
    }
}

impl From<&str> for Secret {
    fn from(value: &str) -> Self {
        Self(value.into())
    }
}

impl From<String> for Secret {
    fn from(value: String) -> Self {
        Self(value.into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_format_shows_the_value() {
        let secret = Secret::from("sk-very-secret");
        assert_eq!(format!("{secret} {secret:?}"), "*** Secret(***)");
    }

    #[test]
    fn a_vendor_that_repeats_the_key_is_not_quoted() {
        let secret = Secret::from("sk-1");
        assert_eq!(
            secret.redact("bad key sk-1!".to_owned()),
            "bad key ***!".to_owned()
        );
        assert_eq!(
            Secret::from("").redact("as it is".to_owned()),
            "as it is".to_owned()
        );
    }
}
