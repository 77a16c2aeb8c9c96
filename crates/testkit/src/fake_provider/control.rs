//! The tester's side of the fake, over HTTP:
//!
//! | request | does |
//! | --- | --- |
//! | `POST /_script` | a JSON list of replies (`reply.rs`), put at the end of the script; 204 |
//! | `POST /_default` | one reply, answered where the script is at its end; 204 |
//! | `POST /_reset` | forgets the script, the requests and the counts; 204 |
//! | `POST /_release` | lets one `"hold"` go on; 204 |
//! | `GET /_requests` | `[{path, peer, headers, body, violation}]`, oldest first |
//! | `GET /_violations` | `["messages.2: roles must alternate", …]` |
//! | `GET /_state` | `{requests, open, finished, aborted, queued}`; with `?aborted=1`, `?requests=2`, `?finished=1` it waits until there are as many |

use std::sync::Arc;

use axum::extract::{Query, State as Shared};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;

use super::reply::Reply;
use super::state::{Counts, Recorded, State};

pub(super) fn routes() -> Router<Arc<State>> {
    Router::new()
        .route("/_script", post(script))
        .route("/_default", post(default))
        .route("/_reset", post(reset))
        .route("/_release", post(release))
        .route("/_requests", get(requests))
        .route("/_violations", get(violations))
        .route("/_state", get(counts))
}

async fn script(Shared(state): Shared<Arc<State>>, Json(replies): Json<Vec<Reply>>) -> StatusCode {
    for reply in replies {
        state.push(reply);
    }
    StatusCode::NO_CONTENT
}

async fn default(Shared(state): Shared<Arc<State>>, Json(reply): Json<Reply>) -> StatusCode {
    state.set_default(reply);
    StatusCode::NO_CONTENT
}

async fn reset(Shared(state): Shared<Arc<State>>) -> StatusCode {
    state.reset();
    StatusCode::NO_CONTENT
}

async fn release(Shared(state): Shared<Arc<State>>) -> StatusCode {
    state.release();
    StatusCode::NO_CONTENT
}

async fn requests(Shared(state): Shared<Arc<State>>) -> Json<Vec<Recorded>> {
    Json(state.requests())
}

async fn violations(Shared(state): Shared<Arc<State>>) -> Json<Vec<String>> {
    Json(state.violations())
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct AtLeast {
    requests: usize,
    finished: usize,
    aborted: usize,
}

async fn counts(Shared(state): Shared<Arc<State>>, Query(least): Query<AtLeast>) -> Json<Counts> {
    let enough = |counts: &Counts| {
        counts.requests >= least.requests
            && counts.finished >= least.finished
            && counts.aborted >= least.aborted
    };
    Json(state.until(enough).await)
}
