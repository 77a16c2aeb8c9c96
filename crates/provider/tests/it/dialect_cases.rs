//! The neutral requests that every dialect must be able to encode.

use std::sync::Arc;

use domain::{
    CacheMode, Media, MediaContent, ModelRequest, Outcome, Part, ResponseFormat, Speed, Thinking,
    ToolChoice, Turn,
};
use serde_json::{Value, json};

use crate::support::{assistant, call, calls, request, result, say, user};

/// What a case may use of the dialect under test.
pub(crate) struct Given {
    /// A model that can think.
    pub(crate) model: &'static str,
    /// A turn as this dialect decoded it: a thought and a call with this vendor's opaque data.
    pub(crate) thoughtful: Turn,
    /// A turn as this dialect decoded it, with two calls.
    pub(crate) parallel: Turn,
}

pub(crate) fn text(given: &Given) -> ModelRequest {
    ModelRequest {
        system: None,
        tools: Vec::new(),
        ..request(given.model, vec![say("Hello")])
    }
}

pub(crate) fn settings(given: &Given) -> ModelRequest {
    ModelRequest {
        temperature: Some(0.5),
        max_output_tokens: Some(700),
        ..request(given.model, vec![say("Hello")])
    }
}

pub(crate) fn hot(given: &Given) -> ModelRequest {
    ModelRequest {
        temperature: Some(1.8),
        ..request(given.model, vec![say("Hello")])
    }
}

pub(crate) fn thinking(given: &Given) -> ModelRequest {
    ModelRequest {
        thinking: Some(Thinking::High),
        temperature: Some(0.5),
        max_output_tokens: Some(700),
        ..request(given.model, vec![say("Hello")])
    }
}

pub(crate) fn no_tool_choice(given: &Given) -> ModelRequest {
    ModelRequest {
        tool_choice: ToolChoice::None,
        system: None,
        ..request(given.model, vec![say("Hello")])
    }
}

/// Signed thinking, a call, its result, an answer, a further question.
pub(crate) fn transcript(given: &Given) -> ModelRequest {
    let made = calls(&given.thoughtful);
    let outcome = Outcome::Output(json!({ "degrees": 21 }));
    let turns = vec![
        say("What is the weather in Paris?"),
        given.thoughtful.clone(),
        user(vec![result(&made[0], outcome)]),
        assistant(vec![Part::Text("21 degrees.".into())]),
        say("And tomorrow?"),
    ];
    ModelRequest {
        thinking: Some(Thinking::Low),
        ..request(given.model, turns)
    }
}

/// Two calls, one of which failed, and a word of the user behind the results.
pub(crate) fn parallel_results(given: &Given) -> ModelRequest {
    let made = calls(&given.parallel);
    let results = vec![
        result(&made[0], Outcome::Error("no such city".to_owned())),
        result(&made[1], Outcome::Output(json!("12:00"))),
        Part::Text("Be quick.".into()),
    ];
    let turns = vec![
        say("Weather and time?"),
        given.parallel.clone(),
        user(results),
    ];
    request(given.model, turns)
}

/// Another vendor's reasoning and call, ids that no vendor takes, empty text.
pub(crate) fn foreign_transcript(given: &Given) -> ModelRequest {
    let opaque = json!({ "somebody": { "signature": "x", "id": "y" } });
    let made = call(
        "exec.1-7",
        "get-weather",
        json!({ "city": "Paris" }),
        Some(opaque.clone()),
    );
    let reasoning = Part::Reasoning {
        text: "I think.".into(),
        opaque: Some(opaque.into()),
    };
    let turns = vec![
        say("Weather?"),
        assistant(vec![
            reasoning.clone(),
            Part::Text(" \n".into()),
            Part::Call(made.clone()),
        ]),
        user(vec![result(&made, Outcome::Output(json!(null)))]),
        assistant(vec![reasoning]),
        say("And?"),
    ];
    ModelRequest {
        thinking: Some(Thinking::Low),
        ..request(given.model, turns)
    }
}

/// Two calls to which the vendor gave the same id.
pub(crate) fn repeated_ids(given: &Given) -> ModelRequest {
    let mut parallel = calls(&given.parallel);
    let first = parallel.remove(0);
    let second = call("call.b", "get-weather", json!({}), first.opaque.clone());
    let turns = vec![
        say("Weather, twice."),
        assistant(vec![Part::Call(first.clone()), Part::Call(second.clone())]),
        user(vec![
            result(&first, Outcome::Output(json!(1))),
            result(&second, Outcome::Output(json!(2))),
        ]),
    ];
    request(given.model, turns)
}

/// An answer of a type all of whose properties are demanded, beside tools.
pub(crate) fn structured(given: &Given) -> ModelRequest {
    ModelRequest {
        response_format: Some(format(json!(["city", "degrees"]))),
        ..request(given.model, vec![say("Hello")])
    }
}

/// An answer of a type with an optional property, and no tools.
pub(crate) fn structured_with_options(given: &Given) -> ModelRequest {
    ModelRequest {
        response_format: Some(format(json!(["city"]))),
        tools: Vec::new(),
        thinking: Some(Thinking::Low),
        ..request(given.model, vec![say("Hello")])
    }
}

fn format(required: Value) -> ResponseFormat {
    let schema = json!({
        "type": "object",
        "properties": {
            "city": { "type": "string", "enum": ["Paris", "Rome"] },
            "degrees": { "type": "number", "minimum": -80 },
        },
        "required": required,
    });
    ResponseFormat {
        name: "Weather report".into(),
        schema: schema.into(),
    }
}

pub(crate) fn media_by_address(given: &Given) -> ModelRequest {
    let at = |media_type: &str, name: &str| {
        media(
            media_type,
            name,
            MediaContent::Url(format!("https://files.example/{name}").into()),
        )
    };
    let parts = vec![at("image/png", "cat.png"), Part::Text("What is it?".into())];
    request(given.model, vec![user(parts)])
}

pub(crate) fn media_by_bytes(given: &Given) -> ModelRequest {
    let of = |media_type: &str, name: &str, bytes: &[u8]| {
        media(media_type, name, MediaContent::Bytes(bytes.into()))
    };
    let parts = vec![
        Part::Text("Compare.".into()),
        of("image/jpeg", "cat.jpg", b"\xff\xd8\xff"),
        of("application/pdf", "plan.pdf", b"%PDF-1.7"),
        of("text/markdown", "notes.md", "# Grüße".as_bytes()),
        of("application/zip", "all.zip", b"PK"),
        of("audio/mpeg", "talk.mp3", b"ID3"),
        of("audio/ogg", "song.ogg", b"OggS"),
        of("video/mp4", "trip.mp4", b"ftyp"),
    ];
    request(given.model, vec![user(parts)])
}

fn media(media_type: &str, name: &str, content: MediaContent) -> Part {
    Part::Media(Arc::new(Media {
        media_type: media_type.into(),
        filename: Some(name.into()),
        file: None,
        content,
    }))
}

pub(crate) fn extended_cache(given: &Given) -> ModelRequest {
    ModelRequest {
        cache: CacheMode::Extended,
        ..request(given.model, vec![say("Hello")])
    }
}

pub(crate) fn no_cache(given: &Given) -> ModelRequest {
    ModelRequest {
        cache: CacheMode::Off,
        ..request(given.model, vec![say("Hello")])
    }
}

pub(crate) fn thinking_off(given: &Given) -> ModelRequest {
    ModelRequest {
        thinking: Some(Thinking::Off),
        ..request(given.model, vec![say("Hello")])
    }
}

pub(crate) type Case = fn(&Given) -> ModelRequest;

/// All of them, for who has to pass every one.
pub(crate) const ALL: &[(&str, Case)] = &[
    ("text", text),
    ("settings", settings),
    ("hot", hot),
    ("thinking", thinking),
    ("no_tool_choice", no_tool_choice),
    ("transcript", transcript),
    ("parallel_results", parallel_results),
    ("foreign_transcript", foreign_transcript),
    ("repeated_ids", repeated_ids),
    ("structured", structured),
    ("structured_with_options", structured_with_options),
    ("media_by_address", media_by_address),
    ("media_by_bytes", media_by_bytes),
    ("extended_cache", extended_cache),
    ("no_cache", no_cache),
    ("thinking_off", thinking_off),
    ("fast", fast),
];

/// As the registry lets it through for a model that knows two speeds.
pub(crate) fn fast(given: &Given) -> ModelRequest {
    ModelRequest {
        speed: Speed::Fast,
        ..request(given.model, vec![say("Hello")])
    }
}
