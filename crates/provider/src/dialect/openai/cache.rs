//! Which requests share the beginning that the vendor keeps.

use std::hash::{DefaultHasher, Hash, Hasher};

use domain::{CacheMode, ModelRequest, Part};

/// The same for all requests of a conversation, and for few others: the vendor sends requests with one key to
/// one machine, as long as they are not too many
/// (<https://platform.openai.com/docs/guides/prompt-caching>). None where nothing shall be kept.
pub(in crate::dialect) fn key(request: &ModelRequest) -> Option<String> {
    if request.cache == CacheMode::Off {
        return None;
    }
    // Another release of the compiler may make other keys, which costs one miss.
    let mut hasher = DefaultHasher::new();
    request.system.hash(&mut hasher);
    for tool in &request.tools {
        tool.name.hash(&mut hasher);
    }
    let first = request.turns.first();
    for part in first.into_iter().flat_map(|turn| &turn.parts) {
        if let Part::Text(text) = part {
            text.hash(&mut hasher);
        }
    }
    Some(format!("{:016x}", hasher.finish()))
}

#[cfg(test)]
mod tests {
    use domain::{Turn, TurnRole};

    use super::*;

    fn request(texts: &[&str]) -> ModelRequest {
        let turn = |text: &&str| Turn {
            role: TurnRole::User,
            parts: vec![Part::Text((*text).into())],
        };
        let turns = texts.iter().map(turn).collect();
        ModelRequest::new("openai/gpt-5.1".parse().unwrap(), turns)
    }

    #[test]
    fn a_conversation_keeps_its_key() {
        let first = key(&request(&["Hello"]));
        assert_eq!(first.as_ref().map(String::len), Some(16));
        assert_eq!(key(&request(&["Hello", "And now?"])), first);
        assert_ne!(key(&request(&["Hi", "And now?"])), first);
        let off = ModelRequest {
            cache: CacheMode::Off,
            ..request(&["Hello"])
        };
        assert_eq!(key(&off), None);
    }
}
