//! `octavusd serve` as a process.

use std::io::Write as _;
use std::net::TcpStream;

use reqwest::StatusCode;

use crate::process::{Process, free_address, octavusd};
use crate::server::http_client;

/// A server with a data folder of its own.
fn serve(notice: &str) -> (tempfile::TempDir, Process, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let address = free_address();
    let mut command = octavusd();
    command.arg("serve").current_dir(folder.path());
    command.env("OCTAVUSD_DATA_DIR", folder.path().join("data"));
    command.env("OCTAVUSD_LISTEN", &address);
    let server = Process::start(command.env("OCTAVUSD_DRAIN_NOTICE", notice));
    server.line("listening");
    (folder, server, address)
}

#[test]
fn a_connection_that_never_ends_does_not_hold_up_the_end() {
    let (_folder, server, address) = serve("0s");
    let mut connection = TcpStream::connect(&address).expect("a connection");
    let half = connection.write_all(b"GET /health HTTP/1.1\r\nHost:");
    half.expect("a request without its end");
    server.terminate();
    server.line("connections were cut");
    let (log, status) = server.end();
    assert!(status.success(), "{log:#?}");
    drop(connection);
}

#[tokio::test]
async fn a_server_that_ends_says_so_before_it_is_gone() {
    let (_folder, server, address) = serve("2s");
    server.terminate();
    server.line("shutting down");
    let ready = http_client().get(format!("http://{address}/ready")).send();
    let status = ready.await.expect("it still listens").status();
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    let (log, status) = server.end();
    assert!(status.success(), "{log:#?}");
}
