//! The vendors that are known by their name, as rows.
//!
//! To add one whose format exists: a row here, with its quirks in `dialect/openai_chat/quirks.rs` where it
//! speaks Chat Completions, and a line in `docs/CONFIGURATION.md`.

use crate::dialect::Dialect;
use crate::dialect::anthropic::Anthropic;
use crate::dialect::google::Google;
use crate::dialect::openai::OpenAi;
use crate::dialect::openai_chat;

/// What is known of a vendor before anything is configured.
pub struct Preset {
    /// As it stands before the slash of a model.
    pub name: &'static str,
    pub(crate) dialect: &'static dyn Dialect,
    /// None where every customer has an address of his own.
    pub base_url: Option<&'static str>,
    pub base_url_variable: &'static str,
    /// The variables that may hold its key, the one to name first.
    pub key_variables: &'static [&'static str],
    /// Whether it answers nobody without a key. A server of one's own often has none.
    pub asks_for_key: bool,
}

/// What an endpoint speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Anthropic,
    OpenAi,
    OpenAiChat,
    Google,
}

impl Format {
    /// All of them, by the name that a configuration has for each.
    pub const NAMED: &[(&str, Self)] = &[
        ("anthropic", Self::Anthropic),
        ("openai", Self::OpenAi),
        ("openai_chat", Self::OpenAiChat),
        ("google", Self::Google),
    ];

    pub(crate) fn dialect(self) -> &'static dyn Dialect {
        match self {
            Self::Anthropic => &Anthropic,
            Self::OpenAi => &OpenAi,
            Self::Google => &Google,
            Self::OpenAiChat => &openai_chat::STANDARD,
        }
    }
}

/// All of them. Each address is the one that the vendor's own documentation gives.
pub const PRESETS: &[Preset] = &[
    Preset {
        name: "anthropic",
        dialect: &Anthropic,
        base_url: Some("https://api.anthropic.com"),
        base_url_variable: "ANTHROPIC_BASE_URL",
        key_variables: &["ANTHROPIC_API_KEY"],
        asks_for_key: true,
    },
    Preset {
        name: "openai",
        dialect: &OpenAi,
        base_url: Some("https://api.openai.com/v1"),
        base_url_variable: "OPENAI_BASE_URL",
        key_variables: &["OPENAI_API_KEY"],
        asks_for_key: true,
    },
    Preset {
        name: "google",
        dialect: &Google,
        base_url: Some("https://generativelanguage.googleapis.com"),
        base_url_variable: "GEMINI_BASE_URL",
        key_variables: &["GEMINI_API_KEY", "GOOGLE_API_KEY"],
        asks_for_key: true,
    },
    // A customer's own resource, such as `https://NAME.openai.azure.com`; the model is the deployment's name.
    Preset {
        name: "azure",
        dialect: &openai_chat::AZURE,
        base_url: None,
        base_url_variable: "AZURE_OPENAI_ENDPOINT",
        key_variables: &["AZURE_OPENAI_API_KEY"],
        asks_for_key: true,
    },
    Preset {
        name: "x-ai",
        dialect: &openai_chat::X_AI,
        base_url: Some("https://api.x.ai/v1"),
        base_url_variable: "XAI_BASE_URL",
        key_variables: &["XAI_API_KEY"],
        asks_for_key: true,
    },
    Preset {
        name: "openrouter",
        dialect: &openai_chat::OPENROUTER,
        base_url: Some("https://openrouter.ai/api/v1"),
        base_url_variable: "OPENROUTER_BASE_URL",
        key_variables: &["OPENROUTER_API_KEY"],
        asks_for_key: true,
    },
    Preset {
        name: "vercel",
        dialect: &openai_chat::VERCEL,
        base_url: Some("https://ai-gateway.vercel.sh/v1"),
        base_url_variable: "AI_GATEWAY_BASE_URL",
        key_variables: &["AI_GATEWAY_API_KEY"],
        asks_for_key: true,
    },
    Preset {
        name: "groq",
        dialect: &openai_chat::GROQ,
        base_url: Some("https://api.groq.com/openai/v1"),
        base_url_variable: "GROQ_BASE_URL",
        key_variables: &["GROQ_API_KEY"],
        asks_for_key: true,
    },
    Preset {
        name: "mistral",
        dialect: &openai_chat::MISTRAL,
        base_url: Some("https://api.mistral.ai/v1"),
        base_url_variable: "MISTRAL_BASE_URL",
        key_variables: &["MISTRAL_API_KEY"],
        asks_for_key: true,
    },
    Preset {
        name: "deepseek",
        dialect: &openai_chat::DEEPSEEK,
        base_url: Some("https://api.deepseek.com"),
        base_url_variable: "DEEPSEEK_BASE_URL",
        key_variables: &["DEEPSEEK_API_KEY"],
        asks_for_key: true,
    },
    Preset {
        name: "together",
        dialect: &openai_chat::TOGETHER,
        base_url: Some("https://api.together.xyz/v1"),
        base_url_variable: "TOGETHER_BASE_URL",
        key_variables: &["TOGETHER_API_KEY"],
        asks_for_key: true,
    },
    Preset {
        name: "fireworks",
        dialect: &openai_chat::FIREWORKS,
        base_url: Some("https://api.fireworks.ai/inference/v1"),
        base_url_variable: "FIREWORKS_BASE_URL",
        key_variables: &["FIREWORKS_API_KEY"],
        asks_for_key: true,
    },
    Preset {
        name: "ollama",
        dialect: &openai_chat::OLLAMA,
        base_url: Some("http://127.0.0.1:11434/v1"),
        base_url_variable: "OLLAMA_BASE_URL",
        key_variables: &["OLLAMA_API_KEY"],
        asks_for_key: false,
    },
    Preset {
        name: "vllm",
        dialect: &openai_chat::VLLM,
        base_url: Some("http://127.0.0.1:8000/v1"),
        base_url_variable: "VLLM_BASE_URL",
        key_variables: &["VLLM_API_KEY"],
        asks_for_key: false,
    },
    Preset {
        name: "llamacpp",
        dialect: &openai_chat::LLAMACPP,
        base_url: Some("http://127.0.0.1:8080/v1"),
        base_url_variable: "LLAMACPP_BASE_URL",
        key_variables: &["LLAMACPP_API_KEY"],
        asks_for_key: false,
    },
    Preset {
        name: "lmstudio",
        dialect: &openai_chat::LMSTUDIO,
        base_url: Some("http://127.0.0.1:1234/v1"),
        base_url_variable: "LMSTUDIO_BASE_URL",
        key_variables: &["LMSTUDIO_API_KEY"],
        asks_for_key: false,
    },
];
