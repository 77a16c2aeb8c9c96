//! The vendor's side of the fake: one route for each vendor's format.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, DefaultBodyLimit, State as Shared};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use bytes::Bytes;
use serde_json::Value;

use super::anthropic::Anthropic;
use super::google::Google;
use super::openai::OpenAi;
use super::reply::{Failure, Reply};
use super::state::{OpenAnswer, Recorded, State};
use super::wire::Wire;
use super::{body, chat, control, google, rules};

pub(super) fn routes(state: Arc<State>) -> Router {
    Router::new()
        .route("/v1/messages", vendor(&Anthropic))
        .route("/v1/responses", vendor(&OpenAi))
        .merge(control::routes())
        .fallback(post(by_path))
        .layer(DefaultBodyLimit::disable())
        .with_state(state)
}

fn vendor(wire: &'static dyn Wire) -> MethodRouter<Arc<State>> {
    post(move |state, peer, uri, headers, body| {
        let sent = Sent {
            peer,
            uri,
            headers,
            body,
        };
        answer(wire, state, sent)
    })
}

/// The vendors whose paths hold the model, or a name of their own.
async fn by_path(
    state: Shared<Arc<State>>,
    peer: ConnectInfo<SocketAddr>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let of_google = google::model_of(uri.path()).map(|_| &Google as &dyn Wire);
    let of_chat = || chat::of_path(uri.path()).map(|chat| chat as &dyn Wire);
    let Some(wire) = of_google.or_else(of_chat) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let sent = Sent {
        peer,
        uri,
        headers,
        body,
    };
    answer(wire, state, sent).await
}

/// A request as it came.
struct Sent {
    peer: ConnectInfo<SocketAddr>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
}

async fn answer(
    wire: &'static dyn Wire,
    Shared(state): Shared<Arc<State>>,
    sent: Sent,
) -> Response {
    let (body, read) = match serde_json::from_slice::<Value>(&sent.body) {
        Ok(body) => {
            let read = wire.read(&sent.uri, &sent.headers, &body);
            (body, read)
        }
        Err(error) => (Value::Null, Err(format!("the body is not JSON: {error}"))),
    };
    let checked = read.and_then(|conversation| {
        rules::check(&conversation)?;
        Ok(conversation)
    });
    let asked = body.clone();
    let (serial, open) = state.record(Recorded {
        path: sent.uri.path().to_owned(),
        peer: sent.peer.0.to_string(),
        headers: readable(&sent.headers),
        body,
        violation: checked.as_ref().err().cloned(),
    });
    let conversation = match checked {
        Ok(conversation) => conversation,
        Err(rule) => {
            let refusal = Reply::fail(400, "invalid_request_error", &rule);
            return respond(wire, &refusal, &asked, "", (serial, open)).await;
        }
    };
    let reply = state.next_reply(&conversation.last_user_text());
    respond(wire, &reply, &asked, &conversation.model, (serial, open)).await
}

async fn respond(
    wire: &dyn Wire,
    reply: &Reply,
    asked: &Value,
    model: &str,
    (serial, mut open): (usize, OpenAnswer),
) -> Response {
    if reply.silent {
        // Held until the caller leaves: the server then drops this future, and `open` with it.
        std::future::pending::<()>().await;
    }
    let mut response = match &reply.fail {
        Some(failure) => {
            open.finished = true;
            failed(wire, failure)
        }
        None => {
            let emissions = wire.render(reply, asked, model, serial);
            let stream = body::body(emissions, reply, open);
            (
                [(header::CONTENT_TYPE, "text/event-stream; charset=utf-8")],
                stream,
            )
                .into_response()
        }
    };
    let own = (
        wire.request_id_header().to_owned(),
        format!("req_{serial:04}"),
    );
    let scripted = reply.headers.clone().into_iter();
    for (name, value) in std::iter::once(own).chain(scripted) {
        let name: Result<header::HeaderName, _> = name.parse();
        if let (Ok(name), Ok(value)) = (name, value.parse()) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn failed(wire: &dyn Wire, failure: &Failure) -> Response {
    let status = StatusCode::from_u16(failure.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match &failure.body {
        Some(body) => (status, Body::from(body.clone())).into_response(),
        None => {
            let body = wire.error_body(&failure.kind, &failure.message);
            (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
        }
    }
}

fn readable(headers: &HeaderMap) -> std::collections::BTreeMap<String, String> {
    headers
        .iter()
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            (name.as_str().to_owned(), value.into_owned())
        })
        .collect()
}
