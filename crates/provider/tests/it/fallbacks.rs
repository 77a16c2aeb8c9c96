//! Who answers where the model that was asked for fails.

use std::sync::Arc;

use domain::{
    Delta, ErrorType, Exceeded, Fallback, Media, MediaContent, ModelRequest, Models, Part, Speed,
};
use provider::{KnownFacts, Provider, Providers, ProvidersConfig, RetryPolicy};
use testkit::{FakeProvider, Reply};

use crate::support::{
    Answer, CHAT_MODEL, GOOGLE_MODEL, MODEL, MODELS, OPENAI_MODEL, config, read, request, say,
    text_of, user,
};

const OPUS: &str = "anthropic/claude-opus-4-8";

async fn once() -> (FakeProvider, Providers) {
    let fake = FakeProvider::start().await.unwrap();
    let config = config(&fake);
    let retry = RetryPolicy {
        retries: 0,
        ..config.retry
    };
    let providers = Providers::new(ProvidersConfig { retry, ..config }).unwrap();
    (fake, providers)
}

async fn ask(providers: &Providers, model: &str, backup: Option<&str>, speed: Speed) -> Answer {
    let request = ModelRequest {
        backup: backup.map(|model| model.parse().unwrap()),
        speed,
        ..request(model, vec![say("Hello")])
    };
    read(providers.stream(request)).await
}

fn fallbacks(deltas: &[Delta]) -> Vec<&Fallback> {
    let fallbacks = deltas.iter().filter_map(|delta| {
        let Delta::Fallback(fallback) = delta else {
            return None;
        };
        Some(&**fallback)
    });
    fallbacks.collect()
}

fn models_asked(fake: &FakeProvider) -> Vec<String> {
    let requests = fake.requests().into_iter();
    let asked = requests.map(|request| {
        let of_google = request
            .path
            .rsplit_once('/')
            .map(|(_, model)| model.to_owned());
        let model = request.body["model"].as_str().map(str::to_owned);
        let speed = request.body["speed"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        format!("{} {speed}", model.or(of_google).unwrap_or_default())
    });
    asked.map(|asked| asked.trim().to_owned()).collect()
}

#[tokio::test]
async fn a_backup_answers_once_for_a_model_that_fails_for_a_while() {
    for (model, backup) in [
        (MODEL, OPENAI_MODEL),
        (OPENAI_MODEL, GOOGLE_MODEL),
        (CHAT_MODEL, MODEL),
        (GOOGLE_MODEL, CHAT_MODEL),
    ] {
        for status in [408, 429, 500, 503, 529] {
            let (fake, providers) = once().await;
            fake.push(Reply::fail(status, "some_error", "Later."));
            fake.push(Reply::text("Here I am."));
            let (deltas, failure) = ask(&providers, model, Some(backup), Speed::Standard).await;
            assert_eq!((text_of(&deltas).as_str(), failure), ("Here I am.", None));
            let fallbacks = fallbacks(&deltas);
            assert_eq!(fallbacks.len(), 1);
            assert_eq!(fallbacks[0].model.to_string(), backup);
            assert_eq!(
                fallbacks[0].because.provider.as_ref().unwrap().status_code,
                Some(status)
            );
            assert!(matches!(deltas[0], Delta::Fallback(_)));
        }
    }
}

#[tokio::test]
async fn the_first_failure_is_told_where_the_backup_fails_too() {
    let (fake, providers) = once().await;
    fake.push(Reply::fail(529, "overloaded_error", "The first."));
    fake.push(Reply::fail(500, "server_error", "The second."));
    let (_, failure) = ask(&providers, MODEL, Some(OPENAI_MODEL), Speed::Standard).await;
    assert_eq!(failure.unwrap().message, "The first.");
    assert_eq!(fake.counts().requests, 2);
}

#[tokio::test]
async fn a_backup_that_nobody_can_reach_changes_nothing() {
    let (fake, providers) = once().await;
    fake.push(Reply::fail(529, "overloaded_error", "The first."));
    let (_, failure) = ask(&providers, MODEL, Some("acme/model"), Speed::Standard).await;
    assert_eq!(failure.unwrap().message, "The first.");
}

#[tokio::test]
async fn a_refusal_is_the_backups_too() {
    for status in [400, 401, 402, 403, 404, 413, 422] {
        let (fake, providers) = once().await;
        fake.push(Reply::fail(status, "some_error", "No."));
        let (deltas, failure) = ask(&providers, MODEL, Some(OPENAI_MODEL), Speed::Standard).await;
        assert!(
            failure.is_some() && fallbacks(&deltas).is_empty(),
            "{status}"
        );
        assert_eq!(fake.counts().requests, 1, "{status}");
    }
}

#[tokio::test]
async fn after_content_no_other_model_begins_again() {
    for model in MODELS {
        let (fake, providers) = once().await;
        fake.push(Reply::text("Half of it").end_after(700).chunk_delay_ms(1));
        fake.push(Reply::text("Half").then_error("UNAVAILABLE", "Overloaded"));
        ask(&providers, model, None, Speed::Standard).await;
        let (deltas, failure) = ask(&providers, model, Some(OPUS), Speed::Standard).await;
        assert!(failure.is_some() && fallbacks(&deltas).is_empty());
        assert_eq!(text_of(&deltas), "Half");
        assert_eq!(fake.counts().requests, 2);
    }
}

#[tokio::test]
async fn a_model_is_tried_again_before_its_backup() {
    let fake = FakeProvider::start().await.unwrap();
    let providers = Providers::new(config(&fake)).unwrap();
    (0..3).for_each(|_| fake.push(Reply::fail(529, "overloaded_error", "Overloaded")));
    let (_, failure) = ask(&providers, MODEL, Some(OPENAI_MODEL), Speed::Standard).await;
    assert_eq!(failure, None);
    let asked = [
        "claude-sonnet-4-5",
        "claude-sonnet-4-5",
        "claude-sonnet-4-5",
        "gpt-5.1",
    ];
    assert_eq!(models_asked(&fake), asked);
}

#[tokio::test]
async fn a_model_that_is_out_of_fast_answers_goes_on_at_standard_speed() {
    let fake = FakeProvider::start().await.unwrap();
    let providers = Providers::new(config(&fake)).unwrap();
    let limited = Reply::fail(429, "rate_limit_error", "No more fast tokens.");
    fake.push(limited.header("retry-after", "20"));
    fake.push(Reply::text("Slowly."));
    let (deltas, failure) = ask(&providers, OPUS, None, Speed::Fast).await;
    assert_eq!((text_of(&deltas).as_str(), failure), ("Slowly.", None));
    let fallbacks = fallbacks(&deltas);
    assert_eq!((fallbacks.len(), fallbacks[0].speed), (1, Speed::Standard));
    assert_eq!(
        models_asked(&fake),
        ["claude-opus-4-8 fast", "claude-opus-4-8"]
    );
    let beta = |at: usize| fake.requests()[at].headers.contains_key("anthropic-beta");
    assert_eq!((beta(0), beta(1)), (true, false));
}

#[tokio::test]
async fn a_model_that_lost_its_fast_mode_goes_on_at_standard_speed() {
    let (fake, providers) = once().await;
    fake.push(Reply::fail(
        400,
        "invalid_request_error",
        "speed: not supported by this model",
    ));
    let (_, failure) = ask(&providers, OPUS, None, Speed::Fast).await;
    assert_eq!(failure, None);
    assert_eq!(
        models_asked(&fake),
        ["claude-opus-4-8 fast", "claude-opus-4-8"]
    );
}

#[tokio::test]
async fn behind_the_standard_speed_comes_the_backup() {
    let (fake, providers) = once().await;
    fake.push(Reply::fail(529, "overloaded_error", "Overloaded"));
    fake.push(Reply::fail(529, "overloaded_error", "Overloaded"));
    let (deltas, failure) = ask(&providers, OPUS, Some(OPENAI_MODEL), Speed::Fast).await;
    assert_eq!((fallbacks(&deltas).len(), failure), (2, None));
    assert_eq!(
        models_asked(&fake),
        ["claude-opus-4-8 fast", "claude-opus-4-8", "gpt-5.1"]
    );
}

#[tokio::test]
async fn a_backup_is_told_with_the_speed_that_it_answers_at() {
    for (backup, speed) in [
        (OPENAI_MODEL, Speed::Standard),
        ("openrouter/anthropic/claude-opus-4.8", Speed::Fast),
    ] {
        let (fake, providers) = once().await;
        fake.push(Reply::fail(529, "overloaded_error", "Overloaded"));
        let (deltas, failure) = ask(&providers, MODEL, Some(backup), Speed::Fast).await;
        assert_eq!((fallbacks(&deltas)[0].speed, failure), (speed, None));
    }
}

#[tokio::test]
async fn a_gateway_is_asked_for_speed_in_its_own_way() {
    let (fake, providers) = once().await;
    for vendor in ["openrouter", "vercel"] {
        let model = format!("{vendor}/anthropic/claude-opus-4.8");
        fake.push(Reply::fail(503, "overloaded", "Overloaded"));
        let (deltas, failure) = ask(&providers, &model, None, Speed::Fast).await;
        assert_eq!((fallbacks(&deltas).len(), failure), (1, None));
    }
    let asked = models_asked(&fake);
    let opus = "anthropic/claude-opus-4.8";
    let fast = "anthropic/claude-opus-4.8-fast";
    assert_eq!(asked, [fast, opus, opus, opus]);
    let options = &fake.requests()[2].body["providerOptions"]["anthropic"];
    assert_eq!(options["speed"], "fast");
}

#[tokio::test]
async fn a_vendor_that_cannot_be_asked_for_speed_is_tried_as_often_as_any() {
    let fake = FakeProvider::start().await.unwrap();
    let own = KnownFacts {
        price: serde_json::from_str(r#"{"input":1,"output":2,"fast":3}"#).unwrap(),
        ..KnownFacts::default()
    };
    let config = ProvidersConfig {
        facts: [(CHAT_MODEL.to_owned(), own)].into(),
        ..config(&fake)
    };
    let providers = Providers::new(config).unwrap();
    assert!(
        !providers
            .facts(&CHAT_MODEL.parse().unwrap())
            .unwrap()
            .fast_mode
    );
    fake.push(Reply::fail(529, "overloaded_error", "Overloaded"));
    let (deltas, failure) = ask(&providers, CHAT_MODEL, None, Speed::Fast).await;
    assert_eq!((fallbacks(&deltas).len(), failure), (0, None));
}

#[tokio::test]
async fn a_model_that_knows_one_speed_is_asked_for_none() {
    let (fake, providers) = once().await;
    for model in MODELS {
        let (_, failure) = ask(&providers, model, None, Speed::Fast).await;
        assert_eq!(failure, None);
    }
    assert!(
        fake.requests()
            .iter()
            .all(|request| request.body.get("speed").is_none())
    );
}

#[tokio::test]
async fn a_request_that_is_too_much_is_recognised() {
    for model in MODELS {
        for (message, exceeded) in [
            (
                "prompt is too long: 210000 tokens > 200000 maximum",
                Exceeded::Context,
            ),
            ("image exceeds 5 MB maximum", Exceeded::Images),
        ] {
            let (fake, providers) = once().await;
            fake.push(Reply::fail(400, "invalid_request_error", message));
            let (_, failure) = ask(&providers, model, Some(OPUS), Speed::Standard).await;
            let info = failure.unwrap();
            assert_eq!(info.exceeded(), Some(exceeded), "{info:?}");
            assert_eq!(
                (info.error_type, info.retryable),
                (ErrorType::ValidationError, false)
            );
            assert_eq!(fake.counts().requests, 1);
        }
    }
}

#[tokio::test]
async fn a_backup_is_shown_what_the_first_model_could_not_watch() {
    let (fake, providers) = once().await;
    fake.push(Reply::fail(529, "overloaded_error", "Overloaded"));
    let video = Part::Media(Arc::new(Media {
        media_type: "video/mp4".into(),
        filename: Some("trip.mp4".into()),
        file: None,
        content: MediaContent::Url("https://files.example/trip.mp4".into()),
    }));
    let request = ModelRequest {
        backup: Some(GOOGLE_MODEL.parse().unwrap()),
        ..request(MODEL, vec![user(vec![video])])
    };
    let (_, failure) = read(providers.stream(request)).await;
    assert_eq!(failure, None, "{:?}", fake.violations());
    let bodies: Vec<_> = fake
        .requests()
        .into_iter()
        .map(|it| it.body.to_string())
        .collect();
    assert!(bodies[0].contains("which you cannot read"), "{}", bodies[0]);
    assert!(
        bodies[1].contains("https://files.example/trip.mp4"),
        "{}",
        bodies[1]
    );
}
