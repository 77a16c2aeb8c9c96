//! What a vendor wants back unread: `{"<vendor>":{"<key>":"…"}}`. The data of another vendor lacks the
//! vendor's key, so that a dialect that looks for its own leaves it out.

use serde_json::{Map, Value};

pub(super) fn write(vendor: &str, values: &[(&str, &str)]) -> Value {
    let values: Map<String, Value> = values
        .iter()
        .map(|&(key, value)| (key.to_owned(), value.into()))
        .collect();
    Value::Object(Map::from_iter([(vendor.to_owned(), values.into())]))
}

/// What `write` made for this vendor.
pub(super) fn read<'a>(opaque: Option<&'a Value>, vendor: &str, key: &str) -> Option<&'a str> {
    opaque?.get(vendor)?.get(key)?.as_str()
}
