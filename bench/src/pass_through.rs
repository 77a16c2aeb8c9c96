//! The physical limit: bytes in, the same bytes out.

use anyhow::Result;
use http_body_util::BodyExt as _;
use hyper::Request;

use crate::http;

/// Serves until the process ends.
pub async fn serve(port: u16, vendor: u16) -> Result<()> {
    let client = http::client();
    http::serve(port, move |request| {
        let client = client.clone();
        async move {
            let (mut parts, body) = request.into_parts();
            let path = parts.uri.path_and_query().map_or("/", |it| it.as_str());
            parts.uri = format!("http://127.0.0.1:{vendor}{path}").parse()?;
            let answer = client.request(Request::from_parts(parts, body)).await?;
            Ok(answer.map(|body| body.boxed_unsync()))
        }
    })
    .await
}
