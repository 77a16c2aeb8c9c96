//! A bucket of S3, or of a service that speaks its API.
//!
//! The service must know conditional writes, `If-None-Match: *` with `PutObject` and with
//! `CompleteMultipartUpload`: they are what publishes an object once.

use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey, S3CopyIfNotExists};
use object_store::prefix::PrefixStore;
use object_store::{ClientOptions, ObjectStore, RetryConfig};

use super::{BucketAccess, ObjectError};

/// The longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// The longest silence: also the time that a part may take to be sent.
const SILENCE: Duration = Duration::from_secs(60);
/// A request that fails is repeated this often, and not after this time.
const RETRIES: usize = 3;
const RETRY_TIME: Duration = Duration::from_secs(15);

/// Opens `bucket` or `bucket/prefix`; nothing is asked of it yet.
pub(super) fn open(
    place: &str,
    access: &BucketAccess,
) -> Result<Arc<dyn ObjectStore>, ObjectError> {
    let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
    if bucket.is_empty() || bucket.contains(['@', ':', '?']) {
        return Err(ObjectError::Url(
            "an S3 URL is s3://bucket or s3://bucket/prefix; the keys are variables of their own"
                .to_owned(),
        ));
    }
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_copy_if_not_exists(S3CopyIfNotExists::Multipart)
        // The deletion of many objects at once is what compatible services often lack.
        .with_disable_bulk_delete(true)
        .with_retry(RetryConfig {
            max_retries: RETRIES,
            retry_timeout: RETRY_TIME,
            ..RetryConfig::default()
        });
    // Whoever names an address without TLS means it.
    let mut plain = false;
    for (name, value) in access.variables() {
        plain |= value.starts_with("http://");
        let key: AmazonS3ConfigKey = name.to_lowercase().parse()?;
        builder = builder.with_config(key, value);
    }
    let client = ClientOptions::new()
        .with_connect_timeout(CONNECT)
        .with_read_timeout(SILENCE)
        // A large file may be read for as long as its reader takes.
        .with_timeout_disabled()
        .with_allow_http(plain);
    // Another part of the process may have done it already.
    drop(rustls::crypto::ring::default_provider().install_default());
    let bucket = builder.with_client_options(client).build()?;
    Ok(match prefix.trim_matches('/') {
        "" => Arc::new(bucket),
        prefix => Arc::new(PrefixStore::new(bucket, prefix)),
    })
}
