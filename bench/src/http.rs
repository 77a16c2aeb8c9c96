//! What the programs of the bench have in common of HTTP.

use std::convert::Infallible;
use std::future::Future;

use anyhow::{Context as _, Result, bail};
use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream::Stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Empty, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::Value;
use tokio::net::TcpListener;

pub type Body = UnsyncBoxBody<Bytes, hyper::Error>;
type Connector = hyper_util::client::legacy::connect::HttpConnector;

/// Answers every request of a port until the process ends.
pub async fn serve<F>(
    port: u16,
    answer: impl Fn(Request<Incoming>) -> F + Clone + Send + 'static,
) -> Result<()>
where
    F: Future<Output = Result<Response<Body>>> + Send + 'static,
{
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    loop {
        let (socket, _) = listener.accept().await?;
        socket.set_nodelay(true)?;
        let connection = hyper::server::conn::http1::Builder::new()
            .serve_connection(TokioIo::new(socket), service_fn(answer.clone()));
        #[expect(
            clippy::disallowed_methods,
            reason = "the rule is about the tasks of sessions"
        )]
        // A client that leaves is no error of ours.
        tokio::spawn(connection);
    }
}

pub fn empty(status: StatusCode) -> Result<Response<Body>> {
    Ok(Response::builder()
        .status(status)
        .body(Empty::new().map_err(never).boxed_unsync())?)
}

pub fn event_stream(
    events: impl Stream<Item = Result<Bytes, Infallible>> + Send + 'static,
) -> Result<Response<Body>> {
    let frames = events.map(|bytes| bytes.map(Frame::data).map_err(never));
    Ok(Response::builder()
        .header("content-type", "text/event-stream")
        .body(StreamBody::new(frames).boxed_unsync())?)
}

fn never(error: Infallible) -> hyper::Error {
    match error {}
}

/// A client that keeps its connections.
pub fn client<B>() -> Client<Connector, B>
where
    B: hyper::body::Body + Send,
    B::Data: Send,
{
    let mut connector = Connector::new();
    connector.set_nodelay(true);
    Client::builder(TokioExecutor::new()).build(connector)
}

/// A request with a body of JSON.
#[derive(Clone, Debug)]
pub struct Post {
    pub url: String,
    pub key: Option<String>,
    pub body: Value,
}

impl Post {
    pub fn request(&self) -> Result<Request<Full<Bytes>>> {
        let mut request = Request::post(&self.url).header("content-type", "application/json");
        if let Some(key) = &self.key {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        Ok(request.body(Full::new(Bytes::from(self.body.to_string())))?)
    }

    /// Reads the answer, which must be JSON.
    pub async fn json(&self, client: &Client<Connector, Full<Bytes>>) -> Result<Value> {
        let answer = client.request(self.request()?).await?;
        let status = answer.status();
        let body = answer.into_body().collect().await?.to_bytes();
        if !status.is_success() {
            bail!(
                "{} answered {status}: {}",
                self.url,
                String::from_utf8_lossy(&body)
            );
        }
        serde_json::from_slice(&body).with_context(|| format!("{} answered no JSON", self.url))
    }
}

pub type HttpClient = Client<Connector, Full<Bytes>>;
