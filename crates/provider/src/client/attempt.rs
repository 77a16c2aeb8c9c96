//! One HTTP exchange: from posting the body to the terminal event of the answer.

use std::time::Duration;

use bytes::Bytes;
use domain::Delta;
use reqwest::Response;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap};

use super::failure::{Answer, Failure, Origin};
use super::retry::{retry_after, should_retry};
use super::watchdog::Watchdog;
use super::{Client, LINE_LIMIT};
use crate::dialect::{DecodeError, Decoder, Encoded};
use crate::sse::{Parser, SseError};

/// The most bytes of an error's body that are read.
const ERROR_BODY_LIMIT: usize = 64 * 1024;

/// How long the connection may take to end behind the terminal event, to be of use again.
const GRACE: Duration = Duration::from_millis(100);

/// Where vendors put the id of a request: Anthropic, most others, Azure (twice), OpenRouter, DeepSeek,
/// Mistral, Vercel, Bedrock, and last the network that stands before many of them.
const REQUEST_ID_HEADERS: [&str; 10] = [
    "request-id",
    "x-request-id",
    "apim-request-id",
    "x-ms-request-id",
    "x-generation-id",
    "x-ds-trace-id",
    "mistral-correlation-id",
    "x-vercel-id",
    "x-amzn-requestid",
    "cf-ray",
];

/// An answer that is being read.
pub(super) struct Attempt {
    response: Response,
    request_id: Option<String>,
    parser: Parser,
    decoder: Box<dyn Decoder>,
    watchdog: Watchdog,
    idle: Duration,
}

/// Whether there is more of an answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    More,
    /// The last of the deltas is `Delta::Finish`.
    Finished,
}

impl Attempt {
    /// Posts the request and reads the head of the answer.
    pub(super) async fn open(
        client: &Client,
        origin: &Origin,
        request: &Encoded,
    ) -> Result<Self, Failure> {
        let target = &*origin.target;
        let mut watchdog = Watchdog::new(client.timeouts.first_byte);
        let post = client
            .http
            .post(format!("{}{}", target.base_url, request.path))
            .headers(target.headers.clone())
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "text/event-stream")
            .body(Bytes::clone(&request.body));
        let headers = request.headers.iter();
        let post = headers.fold(post, |post, (name, value)| post.header(*name, *value));
        let response = match watchdog.within(post.send()).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => {
                tracing::debug!(provider.name = &*target.name, error = %error.without_url(), "not sent");
                return Err(origin.unreachable());
            }
            Err(waited) => return Err(origin.timed_out(waited)),
        };
        let request_id = request_id(response.headers());
        if !response.status().is_success() {
            return Err(refusal(origin, response, request_id, watchdog).await);
        }
        Ok(Self {
            response,
            request_id,
            parser: Parser::new(LINE_LIMIT),
            decoder: target.dialect.decoder(),
            watchdog,
            idle: client.timeouts.idle,
        })
    }

    /// Reads the next piece of the answer. What was decoded before a failure stays in `deltas`.
    pub(super) async fn read(
        &mut self,
        origin: &Origin,
        deltas: &mut Vec<Delta>,
    ) -> Result<Progress, Failure> {
        let read = self.read_piece(origin, deltas).await;
        // Whoever asks the vendor about the failure must name the request.
        read.map_err(|failure| failure.of_request(self.request_id.take()))
    }

    async fn read_piece(
        &mut self,
        origin: &Origin,
        deltas: &mut Vec<Delta>,
    ) -> Result<Progress, Failure> {
        let chunk = match self.watchdog.within(self.response.chunk()).await {
            Ok(Ok(Some(chunk))) => chunk,
            Ok(Ok(None)) => return self.ended(origin, deltas),
            Ok(Err(error)) => {
                let name = &*origin.target.name;
                tracing::debug!(provider.name = name, error = %error.without_url(), "broke off");
                return Err(origin.incomplete());
            }
            Err(waited) => return Err(origin.timed_out(waited)),
        };
        self.watchdog.heard(self.idle);
        let decoder = &mut self.decoder;
        let mut finished = false;
        let fed = self.parser.feed(&chunk, |frame| {
            if !finished {
                decoder.frame(&frame, deltas)?;
                finished = matches!(deltas.last(), Some(Delta::Finish(_)));
            }
            Ok::<_, Unreadable>(())
        });
        match fed {
            _ if finished => Ok(Progress::Finished),
            Ok(()) => Ok(Progress::More),
            Err(error) => Err(unreadable(origin, error)),
        }
    }

    fn ended(&mut self, origin: &Origin, deltas: &mut Vec<Delta>) -> Result<Progress, Failure> {
        self.decoder.end(deltas);
        match deltas.last() {
            Some(Delta::Finish(_)) => Ok(Progress::Finished),
            Some(_) | None => Err(origin.incomplete()),
        }
    }

    /// Reads the end of the body, without which the connection cannot be used again.
    pub(super) async fn drain(mut self) {
        let end = async { while let Ok(Some(_)) = self.response.chunk().await {} };
        // A vendor that does not end its answer costs a connection, not the answer.
        drop(tokio::time::timeout(GRACE, end).await);
    }
}

fn unreadable(origin: &Origin, error: Unreadable) -> Failure {
    match error {
        Unreadable::Frame(DecodeError::Vendor(error)) => {
            let answer = Answer {
                // Under HTTP 200, so the vendor's word is what there is of a status.
                status: error.status.unwrap_or(500),
                ..Answer::default()
            };
            origin.vendor(answer, error)
        }
        Unreadable::Frame(DecodeError::Malformed { detail }) => {
            tracing::debug!(
                provider.name = &*origin.target.name,
                detail,
                "malformed frame"
            );
            origin.malformed()
        }
        Unreadable::Stream(error) => {
            tracing::debug!(provider.name = &*origin.target.name, %error, "unreadable stream");
            origin.malformed()
        }
    }
}

/// Why a stream could not be read on.
enum Unreadable {
    Frame(DecodeError),
    Stream(SseError),
}

impl From<DecodeError> for Unreadable {
    fn from(error: DecodeError) -> Self {
        Self::Frame(error)
    }
}

impl From<SseError> for Unreadable {
    fn from(error: SseError) -> Self {
        Self::Stream(error)
    }
}

/// An answer with an error status. Its body helps where it comes in time, and is done without if not.
async fn refusal(
    origin: &Origin,
    mut response: Response,
    request_id: Option<String>,
    mut watchdog: Watchdog,
) -> Failure {
    let mut body = Vec::new();
    while let Ok(Ok(Some(chunk))) = watchdog.within(response.chunk()).await {
        body.extend_from_slice(&chunk);
        if body.len() > ERROR_BODY_LIMIT {
            break;
        }
    }
    let answer = Answer {
        status: response.status().as_u16(),
        request_id,
        retry_after: retry_after(response.headers()),
        should_retry: should_retry(response.headers()),
    };
    origin.vendor(answer, origin.target.dialect.read_error(&body))
}

fn request_id(headers: &HeaderMap) -> Option<String> {
    let mut found = REQUEST_ID_HEADERS
        .iter()
        .filter_map(|name| headers.get(*name));
    found.find_map(|id| {
        let id = id.to_str().ok().filter(|id| !id.is_empty());
        id.map(str::to_owned)
    })
}
