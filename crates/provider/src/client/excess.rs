//! Vendors refuse a request that is too long, or whose images are too large, in words of their own. Whoever
//! made the request may make a smaller one, so these are told apart.

use domain::Exceeded;

/// The words that stand for a conversation that does not fit.
const CONTEXT_WORDS: [&str; 3] = [
    "context_length_exceeded",
    "model_context_window_exceeded",
    "exceed_context_size_error",
];

/// What the sentences of vendors hold where a conversation does not fit. Each is of one vendor at least.
const CONTEXT: [&str; 11] = [
    "prompt is too long",
    "maximum context length",
    "context window",
    "exceed context limit",
    "exceeds the maximum number of tokens",
    "maximum prompt length",
    "input is too long",
    "input length and `max_tokens` exceed",
    "exceeds the available context size",
    "too many tokens",
    "reduce the length of the messages",
];

/// What they hold beside the word `image` where it is images that are too much.
const IMAGES: [&str; 8] = [
    "exceed",
    "too large",
    "too many",
    "maximum",
    "max allowed size",
    "many-image",
    "fewer than",
    "at most",
];

/// What was too much for a vendor that answered with that status, word and sentence.
pub(super) fn of(status: u16, word: &str, sentence: &str) -> Option<Exceeded> {
    // 200 is that of an error inside a stream, 500 what stands for an unknown word there.
    if !matches!(status, 200 | 400 | 413 | 422 | 500) {
        return None;
    }
    let sentence = sentence.to_lowercase();
    let says = |marks: &[&str]| marks.iter().any(|mark| sentence.contains(mark));
    if CONTEXT_WORDS.contains(&word) {
        return Some(Exceeded::Context);
    }
    if word.contains("image_too_large") || sentence.contains("image") && says(&IMAGES) {
        return Some(Exceeded::Images);
    }
    if says(&CONTEXT) {
        return Some(Exceeded::Context);
    }
    (status == 413 || word == "request_too_large").then_some(Exceeded::Bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(status: u16, word: &str, sentence: &str, expected: Option<Exceeded>) {
        assert_eq!(of(status, word, sentence), expected, "{word}: {sentence}");
    }

    #[test]
    fn a_conversation_that_does_not_fit_is_recognised() {
        for (word, sentence) in [
            (
                "invalid_request_error",
                "prompt is too long: 210000 tokens > 200000 maximum",
            ),
            (
                "invalid_request_error",
                "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000",
            ),
            ("context_length_exceeded", "Your input exceeds the limit."),
            (
                "invalid_request_error",
                "This model's maximum context length is 8192 tokens.",
            ),
            (
                "INVALID_ARGUMENT",
                "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
            ),
            (
                "invalid-argument",
                "This model's maximum prompt length is 131072 but the request contains 140000 tokens.",
            ),
            (
                "exceed_context_size_error",
                "the request exceeds the available context size",
            ),
            (
                "",
                "Please reduce the length of the messages or completion.",
            ),
        ] {
            check(400, word, sentence, Some(Exceeded::Context));
        }
    }

    #[test]
    fn images_that_are_too_much_are_recognised() {
        for sentence in [
            "messages.0.content.1.image.source.base64: image exceeds 5 MB maximum: 6000000 bytes > 5242880 bytes",
            "At least one of the image dimensions exceed max allowed size for many-image requests: 2000 pixels",
            "messages: too many images and documents: 101 > 100",
            "Please use fewer than 3600 images in your request.",
        ] {
            check(
                400,
                "invalid_request_error",
                sentence,
                Some(Exceeded::Images),
            );
        }
        check(400, "image_too_large", "No.", Some(Exceeded::Images));
    }

    #[test]
    fn other_refusals_are_not() {
        check(
            413,
            "request_too_large",
            "Request exceeds the maximum size",
            Some(Exceeded::Bytes),
        );
        check(413, "", "<html>", Some(Exceeded::Bytes));
        check(
            400,
            "invalid_request_error",
            "max_tokens: a positive number is required",
            None,
        );
        check(
            400,
            "invalid_image_url",
            "The image could not be fetched.",
            None,
        );
        check(
            429,
            "rate_limit_error",
            "too many tokens in this minute",
            None,
        );
        check(404, "not_found_error", "model: context window", None);
    }
}
