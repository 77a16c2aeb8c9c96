//! The recorded stream of each dialect, cut at each of its bytes on its way through the HTTP loop.

use std::sync::Arc;

use domain::{Delta, ErrorType};
use futures_util::{StreamExt, stream};
use provider::{Providers, ProvidersConfig, RetryPolicy};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{CHAT_MODEL, GOOGLE_MODEL, MODEL, OPENAI_MODEL, ask_model, endpoint};

/// How an answer ends too early.
#[derive(Clone, Copy)]
enum Cut {
    /// The connection is lost where more was promised.
    Lost,
    /// The body ends, and in good form.
    Ended,
}

/// A vendor that answers every request with the first bytes of one recorded stream, as many as it asks for.
async fn vendor(recorded: Vec<u8>, cut: Cut) -> (Providers, impl Future<Output = ()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let config = ProvidersConfig {
        endpoints: [MODEL, OPENAI_MODEL, CHAT_MODEL, GOOGLE_MODEL]
            .map(|model| {
                let (vendor, _) = model.split_once('/').unwrap();
                (vendor.to_owned(), endpoint(url.clone()))
            })
            .into(),
        retry: RetryPolicy {
            retries: 0,
            ..RetryPolicy::default()
        },
        ..ProvidersConfig::default()
    };
    let recorded: Arc<[u8]> = recorded.into();
    let serve = async move {
        let sockets = stream::unfold(listener, |listener| async {
            let (socket, _) = listener.accept().await.unwrap();
            Some((socket, listener))
        });
        let answer = |socket| answer(socket, Arc::clone(&recorded), cut);
        sockets.for_each_concurrent(None, answer).await;
    };
    (Providers::new(config).unwrap(), serve)
}

async fn answer(mut socket: TcpStream, recorded: Arc<[u8]>, cut: Cut) {
    let at = asked(&mut socket).await.min(recorded.len());
    let promised = match cut {
        Cut::Lost => recorded.len(),
        Cut::Ended => at,
    };
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\ncontent-length: {promised}\r\n\r\n"
    );
    let answer = [head.as_bytes(), &recorded[..at]].concat();
    // A caller that has read enough may have left.
    drop(socket.write_all(&answer).await);
}

/// Reads the whole request, and how many bytes its user asks for: `cut 120;`.
async fn asked(socket: &mut TcpStream) -> usize {
    let mut request = Vec::new();
    loop {
        socket.read_buf(&mut request).await.unwrap();
        let text = String::from_utf8_lossy(&request);
        let asked = text
            .split_once("cut ")
            .and_then(|(_, rest)| rest.split_once(';'));
        if let Some((at, _)) = asked {
            return at.parse().unwrap();
        }
    }
}

async fn cut_everywhere(model: &str, folder: &str, cut: Cut) {
    let recorded = crate::dialects::stream(folder, "reasoning_and_tool");
    let bytes = recorded.len();
    let (providers, serve) = vendor(recorded, cut).await;
    let ask = async |at: usize| ask_model(&providers, model, &format!("cut {at};")).await;
    let check = async {
        let (whole, failure) = ask(bytes).await;
        assert_eq!(failure, None);
        let mut complete = 0;
        let answers = stream::iter(0..bytes).map(&ask);
        let mut answers = answers.buffered(16);
        while let Some((deltas, failure)) = answers.next().await {
            let Some(info) = failure else {
                complete += 1;
                assert_eq!(said(&deltas), said(&whole));
                continue;
            };
            assert!(whole.starts_with(&deltas), "{deltas:?}");
            let told = (info.error_type, info.retryable);
            assert_eq!(told, (ErrorType::ProviderError, true), "{info:?}");
        }
        // Behind the terminal event a line end or the usage is all there is to lose.
        assert!(complete < bytes / 4, "{complete} of {bytes}");
    };
    tokio::select! {
        () = check => {}
        () = serve => unreachable!("the vendor never ends"),
    }
}

/// What was counted may be missing where nothing else is.
fn said(deltas: &[Delta]) -> Vec<&Delta> {
    let said = deltas.iter();
    said.filter(|delta| !matches!(delta, Delta::Usage(_)))
        .collect()
}

#[tokio::test]
async fn of_anthropic() {
    cut_everywhere(MODEL, "anthropic", Cut::Lost).await;
    cut_everywhere(MODEL, "anthropic", Cut::Ended).await;
}

#[tokio::test]
async fn of_openai() {
    cut_everywhere(OPENAI_MODEL, "openai", Cut::Lost).await;
    cut_everywhere(OPENAI_MODEL, "openai", Cut::Ended).await;
}

#[tokio::test]
async fn of_chat_completions() {
    cut_everywhere(CHAT_MODEL, "openai_chat", Cut::Lost).await;
    cut_everywhere(CHAT_MODEL, "openai_chat", Cut::Ended).await;
}

#[tokio::test]
async fn of_google() {
    cut_everywhere(GOOGLE_MODEL, "google", Cut::Lost).await;
    cut_everywhere(GOOGLE_MODEL, "google", Cut::Ended).await;
}
