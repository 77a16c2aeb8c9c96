//! URLs that are good for one file, one method and some time, without a key.
//!
//! All that an upload may be is in the URL and under its signature, so a URL that was changed is refused
//! before anything is looked up.

use std::fmt;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::Method;
use axum::http::request::Parts;
use domain::{FileId, Timestamp};
use hmac::{Hmac, KeyInit as _, Mac as _};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use schemars::JsonSchema;
use serde::Deserialize;
use sha2::Sha256;
use store::StoredFile;
use subtle::ConstantTimeEq as _;

use super::App;
use super::error::ApiError;
use super::openapi::{Describe, Operation};
use super::params::{Path, Query};
use crate::master_key::MasterKey;

/// Where files are, below the server's own address.
pub(super) const PATH: &str = "/files/";

/// Signs and proves the URLs of files. Cheap to clone.
#[derive(Clone)]
pub struct FileUrls {
    base: Arc<str>,
    mac: Hmac<Sha256>,
}

impl fmt::Debug for FileUrls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileUrls")
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}

/// What a URL allows.
struct Claim<'a> {
    method: &'a str,
    file: &'a FileId,
    size: u64,
    media_type: &'a str,
    expires: Timestamp,
}

impl FileUrls {
    /// URLs that begin with `base`.
    ///
    /// # Errors
    /// When no key can be derived.
    pub fn new(base: &str, key: &MasterKey) -> anyhow::Result<Self> {
        let key = key.derive("octavusd file urls 1")?;
        Ok(Self {
            base: base.trim_end_matches('/').into(),
            mac: Hmac::new_from_slice(&key)?,
        })
    }

    pub(crate) fn upload(&self, file: &StoredFile) -> String {
        self.url(&Method::PUT, file, file.expires)
    }

    pub(crate) fn download(&self, file: &StoredFile, expires: Timestamp) -> String {
        self.url(&Method::GET, file, expires)
    }

    fn url(&self, method: &Method, file: &StoredFile, expires: Timestamp) -> String {
        let signature = self.sign(&Claim {
            method: method.as_str(),
            file: &file.id,
            size: file.size,
            media_type: &file.media_type,
            expires,
        });
        format!(
            "{}{PATH}{}?size={}&type={}&expires={}&signature={signature}",
            self.base,
            file.id,
            file.size,
            utf8_percent_encode(&file.media_type, NON_ALPHANUMERIC),
            expires.as_millis(),
        )
    }

    fn sign(&self, claim: &Claim<'_>) -> String {
        let mut mac = self.mac.clone();
        let (size, expires) = (
            claim.size.to_string(),
            claim.expires.as_millis().to_string(),
        );
        let fields = [
            claim.method,
            claim.file.as_str(),
            &size,
            claim.media_type,
            &expires,
        ];
        for field in fields {
            // With its length before it no field can pass for the end of another.
            mac.update(&(field.len() as u64).to_be_bytes());
            mac.update(field.as_bytes());
        }
        let tag = mac.finalize().into_bytes();
        tag.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn prove(&self, claim: &Claim<'_>, signature: &str, now: Timestamp) -> Result<(), ApiError> {
        let expected = self.sign(claim);
        if !bool::from(expected.as_bytes().ct_eq(signature.as_bytes())) {
            return Err(ApiError::forbidden(
                "this URL is not one that the server signed for this request",
            ));
        }
        if claim.expires <= now {
            return Err(ApiError::forbidden(
                "this URL has expired; ask for a new one",
            ));
        }
        Ok(())
    }
}

/// A request to a URL that the server signed for its method, and that has not expired.
pub(crate) struct Signed {
    pub(crate) file: FileId,
    pub(crate) size: u64,
    pub(crate) media_type: String,
}

/// What stands behind the question mark of such a URL.
#[derive(Deserialize, JsonSchema)]
struct SignedQuery {
    size: u64,
    #[serde(rename = "type")]
    media_type: String,
    /// Milliseconds since 1970.
    expires: i64,
    signature: String,
}

impl FromRequestParts<App> for Signed {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let Path(file) = Path::<FileId>::from_request_parts(parts, app).await?;
        let query = Query::<SignedQuery>::from_request_parts(parts, app).await;
        let Query(query) = query.map_err(|_| ApiError::forbidden("this URL is not signed"))?;
        // What may be read may also be asked for without its bytes.
        let method = match parts.method {
            Method::HEAD => &Method::GET,
            ref method => method,
        };
        let claim = Claim {
            method: method.as_str(),
            file: &file,
            size: query.size,
            media_type: &query.media_type,
            expires: Timestamp::from_millis(query.expires),
        };
        app.file_urls
            .prove(&claim, &query.signature, runtime::now())?;
        Ok(Self {
            file,
            size: query.size,
            media_type: query.media_type,
        })
    }
}

impl Describe for Signed {
    fn describe(operation: &mut Operation<'_>) {
        Path::<FileId>::describe(operation);
        Query::<SignedQuery>::describe(operation);
        operation.needs_signature();
    }
}
