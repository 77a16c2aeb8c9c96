//! Serves the fake vendor for tests in other languages: `fake-provider [PORT]`.
//!
//! Prints one line of JSON, `{"url":"http://127.0.0.1:PORT"}`, and runs until it is killed.

use std::io::Write;

use testkit::FakeProvider;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let port = match std::env::args().nth(1) {
        Some(text) => text
            .parse()
            .map_err(|_| std::io::Error::other(format!("`{text}` is not a port")))?,
        None => 0,
    };
    let fake = FakeProvider::start_on(port).await?;
    let mut stdout = std::io::stdout();
    writeln!(stdout, "{}", serde_json::json!({ "url": fake.url() }))?;
    stdout.flush()?;
    std::future::pending::<std::io::Result<()>>().await
}
