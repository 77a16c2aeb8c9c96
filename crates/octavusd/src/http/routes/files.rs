//! `/api/files` and the files themselves (CONTRACT 1.3).

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use domain::{FileId, SessionId};
use runtime::{FileError, NewUpload};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::http::App;
use crate::http::answer::NoContent;
use crate::http::auth::{Authorized, Sessions};
use crate::http::error::ApiError;
use crate::http::file_answer::{FileAnswer, Wanted};
use crate::http::file_urls::Signed;
use crate::http::json::Json;
use crate::http::openapi::{About, Api, Describe, Operation};

pub(in crate::http) fn routes(api: &mut Api) {
    let urls = About::from("Ask for URLs to upload files to").fails(StatusCode::NOT_FOUND);
    let upload = About::from("Upload a file, once").fails(StatusCode::CONFLICT);
    api.resource("Files", "Files that belong to a session.")
        .post("/api/files/upload-urls", create_upload_urls, urls)
        .put("/files/{file}", upload_file, upload)
        .get("/files/{file}", download_file, "Download a file");
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct UploadUrlsBody {
    session_id: SessionId,
    files: Vec<UploadRequest>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct UploadRequest {
    filename: String,
    media_type: String,
    /// In bytes.
    size: u64,
}

#[derive(Serialize, JsonSchema)]
struct UploadUrls {
    /// In the order of the request.
    files: Vec<UploadInfo>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct UploadInfo {
    id: FileId,
    upload_url: String,
    download_url: String,
}

async fn create_upload_urls(
    State(app): State<App>,
    key: Authorized<Sessions>,
    Json(body): Json<UploadUrlsBody>,
) -> Result<axum::Json<UploadUrls>, ApiError> {
    let uploads = body.files.into_iter().map(NewUpload::from).collect();
    let files = app
        .runtime
        .register_files(&key.project, &body.session_id, uploads)
        .await?;
    let life = app.runtime.limits().download_url_life;
    let files = files.iter().map(|file| UploadInfo {
        id: file.id.clone(),
        upload_url: app.file_urls.upload(file),
        download_url: app.file_urls.download(file, file.created.plus(life)),
    });
    Ok(axum::Json(UploadUrls {
        files: files.collect(),
    }))
}

async fn upload_file(
    State(app): State<App>,
    url: Signed,
    UploadBody { headers, body }: UploadBody,
) -> Result<NoContent, ApiError> {
    check_headers(&url, &headers)?;
    app.runtime
        .upload_file(&url.file, body.into_data_stream())
        .await?;
    Ok(NoContent)
}

async fn download_file(
    State(app): State<App>,
    url: Signed,
    wanted: Wanted,
) -> Result<FileAnswer, ApiError> {
    let file = app.runtime.file(&url.file).await?;
    if !file.ready {
        return Err(ApiError::not_found("the file was not uploaded yet"));
    }
    let range = wanted.range(&file)?;
    let bytes = match wanted.is_known(&file) {
        true => None,
        false => Some(app.runtime.read_file(&file.id, range.bytes()).await?),
    };
    Ok(FileAnswer { file, range, bytes })
}

/// Refuses a lie about the body before a byte of it is read.
fn check_headers(url: &Signed, headers: &HeaderMap) -> Result<(), ApiError> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let given = text(header::CONTENT_TYPE).unwrap_or_default();
    if !given.eq_ignore_ascii_case(&url.media_type) {
        return Err(ApiError::forbidden(format!(
            "this URL takes a body of the Content-Type {}",
            url.media_type
        )));
    }
    let length = text(header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    match length {
        Some(length) if length > url.size => Err(FileError::TooLong.into()),
        Some(length) if length < url.size => Err(FileError::TooShort(length).into()),
        Some(_) | None => Ok(()),
    }
}

/// A body that is not read yet, and what its headers say about it.
struct UploadBody {
    headers: HeaderMap,
    body: Body,
}

impl axum::extract::FromRequest<App> for UploadBody {
    type Rejection = std::convert::Infallible;

    async fn from_request(
        request: axum::extract::Request,
        _: &App,
    ) -> Result<Self, Self::Rejection> {
        let (parts, body) = request.into_parts();
        Ok(Self {
            headers: parts.headers,
            body,
        })
    }
}

impl Describe for UploadBody {
    fn describe(operation: &mut Operation<'_>) {
        operation.takes_bytes();
    }
}

impl From<UploadRequest> for NewUpload {
    fn from(request: UploadRequest) -> Self {
        Self {
            filename: request.filename,
            media_type: request.media_type,
            size: request.size,
        }
    }
}
