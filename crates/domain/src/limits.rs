//! A limit on everything (RELIABILITY B.9, B.10). The defaults are the product's.

use std::time::Duration;

/// Every bound that the server keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Body of a trigger or a session request, in bytes.
    pub request_body_bytes: usize,
    /// Body of an agent definition, in bytes.
    pub agent_body_bytes: usize,
    /// Model steps of one execution.
    pub steps: u32,
    /// Tool calls of one model step.
    pub tool_calls_per_step: usize,
    /// Workers that run within each other.
    pub worker_nesting: u32,
    /// Text of one message, in bytes.
    pub message_text_bytes: usize,
    /// How long a trigger waits for the execution that is running in its session.
    pub busy_wait: Duration,
    /// How long a repeat of a `start` is known by its key.
    pub start_key_life: Duration,
    /// One field of a log entry, in bytes of JSON; of a larger one a preview is kept.
    pub log_field_bytes: usize,
    /// How long log entries are kept.
    pub log_life: Duration,
    /// How long one execution may take on the server, tool pauses not counted.
    pub leg_time: Duration,
    /// How long a client may leave a full stream unread.
    pub stalled_reader: Duration,
    /// Bytes of events that a leg may be ahead of its reader.
    pub tape_bytes: usize,
    /// Files of one request for upload URLs.
    pub files_per_request: usize,
    /// One uploaded file, in bytes.
    pub file_bytes: u64,
    /// All files of one request for upload URLs, in bytes.
    pub file_request_bytes: u64,
    /// One file that a model is shown, in bytes.
    pub media_bytes: usize,
    /// All files that a model is shown in one request, in bytes.
    pub media_request_bytes: usize,
    /// How long an upload may take to begin.
    pub upload_url_life: Duration,
    /// How long a download URL is good.
    pub download_url_life: Duration,
    /// How long an upload may be silent.
    pub stalled_upload: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            request_body_bytes: 8 << 20,
            agent_body_bytes: 16 << 20,
            steps: 100,
            tool_calls_per_step: 64,
            worker_nesting: 8,
            message_text_bytes: 4 << 20,
            busy_wait: Duration::from_secs(10),
            start_key_life: Duration::from_secs(24 * 3600),
            log_field_bytes: 64 << 10,
            log_life: Duration::from_secs(24 * 3600),
            leg_time: Duration::from_secs(3600),
            stalled_reader: Duration::from_secs(30),
            tape_bytes: 256 << 10,
            files_per_request: 20,
            file_bytes: 100 << 20,
            file_request_bytes: 200 << 20,
            media_bytes: 20 << 20,
            media_request_bytes: 60 << 20,
            upload_url_life: Duration::from_secs(15 * 60),
            download_url_life: Duration::from_secs(24 * 3600),
            stalled_upload: Duration::from_secs(30),
        }
    }
}
