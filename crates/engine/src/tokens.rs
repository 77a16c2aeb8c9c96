//! Tokens before a provider has counted them. No vendor's own tokenizer is here: a guess that is the same
//! for all keeps what a model is shown the same from request to request.

/// What a token of English comes to.
const BYTES_PER_TOKEN: usize = 4;

/// The bytes that so many tokens come to.
pub(crate) fn bytes(tokens: u32) -> usize {
    (tokens as usize).saturating_mul(BYTES_PER_TOKEN)
}
