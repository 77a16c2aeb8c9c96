//! `octavusd serve` as a process.

use std::io::Write as _;
use std::net::TcpStream;

use crate::process::{Process, free_address, octavusd};

#[test]
fn a_connection_that_never_ends_does_not_hold_up_the_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let address = free_address();
    let mut command = octavusd();
    command.arg("serve").current_dir(folder.path());
    command.env("OCTAVUSD_DATA_DIR", folder.path().join("data"));
    command.env("OCTAVUSD_LISTEN", &address);
    let server = Process::start(&mut command);
    server.line("listening");
    let mut connection = TcpStream::connect(&address).expect("a connection");
    let half = connection.write_all(b"GET /health HTTP/1.1\r\nHost:");
    half.expect("a request without its end");
    server.terminate();
    server.line("connections were cut");
    let (log, status) = server.end();
    assert!(status.success(), "{log:#?}");
    drop(connection);
}
