//! Chat Completions, streaming, as OpenAI documents it
//! (<https://platform.openai.com/docs/api-reference/chat>) and many others serve it.
//!
//! What differs between those who serve it is data: a row of `quirks.rs`. Reasoning that a vendor wants
//! back travels with opaque data under that vendor's name: `{"deepseek":{"field":…}}` names the field that
//! takes the text, `{"openrouter":{"details":…}}` holds the vendor's own list as JSON text. A call has
//! `{"<vendor>":{"id":…}}`.

mod calls;
mod decode;
mod details;
mod encode;
mod errors;
mod gateway;
mod quirks;
mod shown;
mod thinking;
mod transcript;
mod value;
mod wire;

use std::borrow::Cow;

use domain::ModelRequest;

use super::{Decoder, Dialect, EncodeError, Encoded, Model, VendorError, bearer};
use crate::Secret;
use quirks::{Auth, Quirks, SpeedForm};

/// Chat Completions as one vendor serves it.
pub struct OpenAiChat {
    quirks: &'static Quirks,
}

/// For endpoints of unknown make.
pub const STANDARD: OpenAiChat = OpenAiChat {
    quirks: &quirks::STANDARD,
};
pub const AZURE: OpenAiChat = OpenAiChat {
    quirks: &quirks::AZURE,
};
pub const X_AI: OpenAiChat = OpenAiChat {
    quirks: &quirks::X_AI,
};
pub const OPENROUTER: OpenAiChat = OpenAiChat {
    quirks: &quirks::OPENROUTER,
};
pub const VERCEL: OpenAiChat = OpenAiChat {
    quirks: &quirks::VERCEL,
};
pub const GROQ: OpenAiChat = OpenAiChat {
    quirks: &quirks::GROQ,
};
pub const MISTRAL: OpenAiChat = OpenAiChat {
    quirks: &quirks::MISTRAL,
};
pub const DEEPSEEK: OpenAiChat = OpenAiChat {
    quirks: &quirks::DEEPSEEK,
};
pub const TOGETHER: OpenAiChat = OpenAiChat {
    quirks: &quirks::TOGETHER,
};
pub const FIREWORKS: OpenAiChat = OpenAiChat {
    quirks: &quirks::FIREWORKS,
};
pub const OLLAMA: OpenAiChat = OpenAiChat {
    quirks: &quirks::OLLAMA,
};
pub const VLLM: OpenAiChat = OpenAiChat {
    quirks: &quirks::VLLM,
};
pub const LLAMACPP: OpenAiChat = OpenAiChat {
    quirks: &quirks::LLAMACPP,
};
pub const LMSTUDIO: OpenAiChat = OpenAiChat {
    quirks: &quirks::LMSTUDIO,
};

impl Dialect for OpenAiChat {
    fn encode(&self, request: &ModelRequest, model: Model<'_>) -> Result<Encoded, EncodeError> {
        Ok(Encoded {
            path: Cow::Borrowed(self.quirks.path),
            body: encode::body(self.quirks, request, model)?,
            headers: Vec::new(),
        })
    }

    fn knows_speeds(&self) -> bool {
        self.quirks.speed != SpeedForm::Unasked
    }

    fn fetches(&self, media_type: &str) -> bool {
        let media = &self.quirks.media;
        match media_type.split_once('/') {
            Some(("image", _)) => media.fetches_images,
            Some(("video", _)) => media.fetches_videos,
            Some(("application", "pdf")) => media.pdf.fetches(),
            Some(_) | None => false,
        }
    }

    fn decoder(&self) -> Box<dyn Decoder> {
        Box::new(decode::ChunkDecoder::new(self.quirks))
    }

    fn headers(&self, key: Option<&Secret>) -> Vec<(&'static str, String)> {
        let header = |key: &Secret| match self.quirks.auth {
            Auth::Bearer => bearer(key),
            Auth::Header(name) => (name, key.expose().to_owned()),
        };
        key.map(header).into_iter().collect()
    }

    fn read_error(&self, body: &[u8]) -> VendorError {
        errors::read(body)
    }
}
