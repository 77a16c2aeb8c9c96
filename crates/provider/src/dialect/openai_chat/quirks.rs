//! How those who serve Chat Completions differ, as rows.

use super::thinking::Form;
use crate::dialect::tools::IdForm;

/// One vendor's ways.
pub(super) struct Quirks {
    /// As the vendor is called in opaque data and in errors.
    pub(super) vendor: &'static str,
    /// Where completions are made, behind the base URL.
    pub(super) path: &'static str,
    pub(super) auth: Auth,
    pub(super) limit: Limit,
    /// Whether usage must be asked for; the others send it, and some refuse to be asked.
    pub(super) asks_for_usage: bool,
    pub(super) thinking: Form,
    pub(super) replay: Replay,
    pub(super) call_ids: IdForm,
    /// The hottest temperature that is taken.
    pub(super) hottest: f64,
    pub(super) format: FormatForm,
    pub(super) cache: CacheForm,
    pub(super) speed: SpeedForm,
    pub(super) media: Media,
    /// Whether a user may speak right behind the results of tools.
    pub(super) user_behind_results: bool,
}

/// How a key is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Auth {
    Bearer,
    Header(&'static str),
}

/// The field that bounds an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    MaxTokens,
    MaxCompletionTokens,
}

/// What a vendor wants back of its reasoning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Replay {
    /// Nothing; some refuse it.
    Never,
    /// Its text, while the turn that it is of is under way: behind the last thing that the user said.
    WithinTurn,
    /// Its own list of details, always.
    Details,
}

/// How a vendor takes the form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FormatForm {
    Schema,
    /// JSON of any form; the form is told in words.
    AnyJson,
    /// In words alone: what there is goes with neither a stream nor tools.
    Words,
}

/// How a vendor is asked to keep the beginning of a request; most do it unasked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CacheForm {
    Unasked,
    /// `prompt_cache_key`, and `prompt_cache_retention` to those of OpenAI's models that know it.
    OpenAi,
    /// One `cache_control` for the whole request, where the model is one that wants it.
    OpenRouter,
    /// The gateway's own option, likewise.
    Vercel,
}

/// What a vendor takes in a message beside text, as its documentation says. What it does not take is told to
/// the model in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Media {
    pub(super) images: bool,
    /// Whether an image may be an address; servers of one's own have no business in the web.
    pub(super) fetches_images: bool,
    pub(super) pdf: PdfForm,
    pub(super) audio: AudioForm,
    /// `video_url`.
    pub(super) video: bool,
    pub(super) fetches_videos: bool,
}

impl Media {
    const NONE: Self = Self {
        images: false,
        fetches_images: false,
        pdf: PdfForm::None,
        audio: AudioForm::None,
        video: false,
        fetches_videos: false,
    };
    const IMAGES: Self = Self {
        images: true,
        fetches_images: true,
        ..Self::NONE
    };
    const OPENAI: Self = Self {
        pdf: PdfForm::File,
        audio: AudioForm::Input,
        ..Self::IMAGES
    };
    /// Of a server of one's own.
    const OWN: Self = Self {
        images: true,
        ..Self::NONE
    };
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PdfForm {
    None,
    /// `file` with the bytes in `file_data`.
    File,
    /// The same, where `file_data` may be an address.
    FileOrAddress,
    /// `file` with its bytes in `data` and its `media_type` beside.
    TypedFile,
    /// `document_url`, of an address or of the bytes.
    DocumentUrl,
}

impl PdfForm {
    pub(super) fn fetches(self) -> bool {
        matches!(self, Self::FileOrAddress | Self::DocumentUrl)
    }
}

/// How a recording is sent, always by its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AudioForm {
    None,
    /// `input_audio` with `data` and `format`, which is `wav` or `mp3`.
    Input,
    /// `input_audio` is the bytes.
    Plain,
}

/// How a vendor is asked for the faster speed of a model that has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SpeedForm {
    /// It serves none.
    Unasked,
    /// By a model of its own, whose name ends in `-fast`.
    Variant,
    /// By what it passes on to Anthropic.
    Passed,
}

/// As OpenAI itself serves it; endpoints of unknown make are taken to do likewise. They know the older
/// name of the limit, all of them.
pub(super) const STANDARD: Quirks = Quirks {
    vendor: "openai_chat",
    path: "/chat/completions",
    auth: Auth::Bearer,
    limit: Limit::MaxTokens,
    asks_for_usage: true,
    thinking: Form::OpenAi,
    replay: Replay::Never,
    call_ids: IdForm::UpTo(40),
    hottest: 2.0,
    format: FormatForm::Schema,
    cache: CacheForm::Unasked,
    speed: SpeedForm::Unasked,
    media: Media::OPENAI,
    user_behind_results: true,
};

/// The surface without versions of the API
/// (<https://learn.microsoft.com/azure/foundry/openai/api-version-lifecycle>); the model is the deployment's
/// name.
pub(super) const AZURE: Quirks = Quirks {
    vendor: "azure",
    path: "/openai/v1/chat/completions",
    auth: Auth::Header("api-key"),
    limit: Limit::MaxCompletionTokens,
    cache: CacheForm::OpenAi,
    ..STANDARD
};

/// <https://docs.x.ai/docs/api-reference>; usage comes with every chunk.
pub(super) const X_AI: Quirks = Quirks {
    vendor: "x-ai",
    media: Media::IMAGES,
    limit: Limit::MaxCompletionTokens,
    thinking: Form::XAi,
    ..STANDARD
};

/// <https://openrouter.ai/docs/use-cases/reasoning-tokens>; usage always comes. Speed is a model of its own
/// (<https://openrouter.ai/anthropic/claude-opus-4.8-fast>).
pub(super) const OPENROUTER: Quirks = Quirks {
    vendor: "openrouter",
    media: Media {
        pdf: PdfForm::FileOrAddress,
        video: true,
        fetches_videos: true,
        ..Media::OPENAI
    },
    asks_for_usage: false,
    thinking: Form::Budget,
    cache: CacheForm::OpenRouter,
    speed: SpeedForm::Variant,
    replay: Replay::Details,
    ..STANDARD
};

/// <https://vercel.com/docs/ai-gateway/openai-compat>
pub(super) const VERCEL: Quirks = Quirks {
    vendor: "vercel",
    media: Media {
        pdf: PdfForm::TypedFile,
        audio: AudioForm::None,
        ..Media::OPENAI
    },
    thinking: Form::Unified,
    cache: CacheForm::Vercel,
    speed: SpeedForm::Passed,
    replay: Replay::Details,
    ..STANDARD
};

/// <https://console.groq.com/docs/api-reference>; refuses the fields of others in messages.
pub(super) const GROQ: Quirks = Quirks {
    vendor: "groq",
    media: Media::IMAGES,
    limit: Limit::MaxCompletionTokens,
    thinking: Form::Groq,
    format: FormatForm::Words,
    ..STANDARD
};

/// <https://docs.mistral.ai/api>; refuses fields that it does not know, `stream_options` among them.
pub(super) const MISTRAL: Quirks = Quirks {
    vendor: "mistral",
    media: Media {
        pdf: PdfForm::DocumentUrl,
        audio: AudioForm::Plain,
        ..Media::IMAGES
    },
    asks_for_usage: false,
    thinking: Form::Mistral,
    call_ids: IdForm::Nine,
    hottest: 1.5,
    user_behind_results: false,
    ..STANDARD
};

/// <https://api-docs.deepseek.com/guides/thinking_mode>
pub(super) const DEEPSEEK: Quirks = Quirks {
    vendor: "deepseek",
    media: Media::NONE,
    thinking: Form::DeepSeek,
    format: FormatForm::AnyJson,
    replay: Replay::WithinTurn,
    ..STANDARD
};

/// <https://docs.together.ai/reference/chat-completions>
pub(super) const TOGETHER: Quirks = Quirks {
    vendor: "together",
    media: Media {
        video: true,
        fetches_videos: true,
        ..Media::IMAGES
    },
    thinking: Form::Together,
    ..STANDARD
};

/// <https://docs.fireworks.ai/api-reference/post-chatcompletions>
pub(super) const FIREWORKS: Quirks = Quirks {
    vendor: "fireworks",
    media: Media::IMAGES,
    thinking: Form::Effort,
    replay: Replay::WithinTurn,
    ..STANDARD
};

/// <https://docs.ollama.com/api/openai-compatibility>
pub(super) const OLLAMA: Quirks = Quirks {
    vendor: "ollama",
    media: Media::OWN,
    thinking: Form::Effort,
    ..STANDARD
};

/// <https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html>
pub(super) const VLLM: Quirks = Quirks {
    vendor: "vllm",
    media: Media {
        audio: AudioForm::Input,
        video: true,
        ..Media::OWN
    },
    thinking: Form::Template,
    ..STANDARD
};

/// <https://github.com/ggml-org/llama.cpp/tree/master/tools/server>
pub(super) const LLAMACPP: Quirks = Quirks {
    vendor: "llamacpp",
    media: Media {
        audio: AudioForm::Input,
        ..Media::OWN
    },
    thinking: Form::Template,
    ..STANDARD
};

/// <https://lmstudio.ai/docs/developer/openai-compat>
pub(super) const LMSTUDIO: Quirks = Quirks {
    vendor: "lmstudio",
    media: Media::OWN,
    thinking: Form::Effort,
    ..STANDARD
};
