//! Fetching from addresses that somebody else chose: a client, a model, a page.
//!
//! Nothing of this machine or of its networks is reached (RELIABILITY T23): every name is resolved here,
//! and only public addresses are connected to, so a name cannot point elsewhere a moment later. Nobody is
//! followed to another address (a link that is only a redirection gives nothing), and what comes has an
//! end, in bytes and in time.

mod address;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use futures_util::StreamExt as _;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, Url};

pub use bytes::Bytes;

/// Who may be fetched from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// The public internet, by https.
    #[default]
    Public,
    /// Anybody, by http, too. For tests, whose peers are on this machine.
    Anywhere,
}

/// Why nothing was fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    #[error("the address is not one of https")]
    Scheme,
    #[error("the address is not a public one")]
    NotPublic,
    #[error("the address names a user")]
    Credentials,
    #[error("more than {0} bytes came")]
    TooLarge(usize),
    #[error("the answer has the status {0}")]
    Status(u16),
    #[error("it took too long")]
    TimedOut,
    /// Without the address, which may hold a secret.
    #[error("the request failed")]
    Failed(#[source] reqwest::Error),
}

/// Fetches. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Fetcher {
    client: Client,
    reach: Reach,
}

impl Fetcher {
    /// Makes the client; contacts nobody.
    ///
    /// # Errors
    /// Where no client can be made on this machine.
    pub fn new(reach: Reach) -> Result<Self, FetchError> {
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(Duration::from_secs(10));
        let client = match reach {
            Reach::Public => client.dns_resolver(Arc::new(PublicOnly)).https_only(true),
            Reach::Anywhere => client,
        };
        Ok(Self {
            client: client.build().map_err(FetchError::Failed)?,
            reach,
        })
    }

    /// The bytes behind an address, `limit` of them at the most, within `time`.
    ///
    /// # Errors
    /// When the address may not be reached, or does not give them.
    pub async fn get(&self, url: &str, limit: usize, time: Duration) -> Result<Bytes, FetchError> {
        let url = self.checked(url)?;
        let fetched = tokio::time::timeout(time, self.fetch(url, limit)).await;
        fetched.unwrap_or(Err(FetchError::TimedOut))
    }

    fn checked(&self, url: &str) -> Result<Url, FetchError> {
        let url = Url::parse(url).map_err(|_| FetchError::Scheme)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(FetchError::Credentials);
        }
        match (self.reach, url.scheme()) {
            (Reach::Anywhere, "http" | "https") => return Ok(url),
            (Reach::Public, "https") => {}
            (Reach::Public | Reach::Anywhere, _) => return Err(FetchError::Scheme),
        }
        // A number is not looked up as a name is.
        let host = url.host_str().unwrap_or_default();
        let number = host.trim_start_matches('[').trim_end_matches(']');
        match number.parse::<IpAddr>() {
            Ok(number) if !address::is_public(number) => Err(FetchError::NotPublic),
            Ok(_) | Err(_) => Ok(url),
        }
    }

    async fn fetch(&self, url: Url, limit: usize) -> Result<Bytes, FetchError> {
        let response = self.client.get(url).send().await.map_err(refused)?;
        if !response.status().is_success() {
            return Err(FetchError::Status(response.status().as_u16()));
        }
        let announced = response.content_length().unwrap_or(0);
        if usize::try_from(announced).is_ok_and(|bytes| bytes > limit) {
            return Err(FetchError::TooLarge(limit));
        }
        let mut pieces = response.bytes_stream();
        let mut bytes = BytesMut::new();
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(refused)?;
            if bytes.len() + piece.len() > limit {
                return Err(FetchError::TooLarge(limit));
            }
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes.freeze())
    }
}

/// Tells a name that leads to no public address from other failures.
fn refused(error: reqwest::Error) -> FetchError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(inner) = cause {
        if inner.is::<NotPublic>() {
            return FetchError::NotPublic;
        }
        cause = inner.source();
    }
    FetchError::Failed(error.without_url())
}

/// Resolves names to public addresses, and to none where one of them is not public.
struct PublicOnly;

#[derive(Debug, thiserror::Error)]
#[error("the name leads to an address that is not public")]
struct NotPublic;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let found: Vec<SocketAddr> = found.collect();
            if found.iter().all(|it| address::is_public(it.ip())) {
                Ok(Box::new(found.into_iter()) as Addrs)
            } else {
                Err(NotPublic.into())
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    const TIME: Duration = Duration::from_secs(5);

    /// A peer that gives one answer; its address.
    async fn peer(answer: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = runtime.enable_all().build().unwrap();
            runtime.block_on(async move {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = [0; 1024];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(answer.as_bytes()).await;
            });
        });
        format!("http://127.0.0.1:{port}/picture.png")
    }

    async fn fetched(answer: &'static str) -> Result<Bytes, FetchError> {
        let url = peer(answer).await;
        let fetcher = Fetcher::new(Reach::Anywhere).unwrap();
        fetcher.get(&url, 10, TIME).await
    }

    #[tokio::test]
    async fn what_is_there_comes() {
        let bytes = fetched("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nabcd").await;
        assert_eq!(bytes.unwrap(), "abcd");
    }

    #[tokio::test]
    async fn more_than_is_wanted_does_not_come() {
        for answer in [
            "HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\nabcdefghijk",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nb\r\nabcdefghijk\r\n0\r\n\r\n",
        ] {
            let error = fetched(answer).await.unwrap_err();
            assert!(matches!(error, FetchError::TooLarge(10)), "{error:?}");
        }
    }

    #[tokio::test]
    async fn an_error_does_not_tell_the_address() {
        let fetcher = Fetcher::new(Reach::Anywhere).unwrap();
        let error = fetcher
            .get("http://127.0.0.1:1/x?sig=secret", 10, TIME)
            .await;
        let told = format!("{:?}", error.unwrap_err());
        assert!(!told.contains("secret"), "{told}");
    }

    #[tokio::test]
    async fn nobody_is_followed() {
        let error = fetched("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\n\r\n").await;
        assert!(matches!(error, Err(FetchError::Status(302))), "{error:?}");
    }

    #[tokio::test]
    async fn nothing_of_this_machine_is_reached() {
        let fetcher = Fetcher::new(Reach::Public).unwrap();
        for url in [
            "https://127.0.0.1/x",
            "https://[::1]/x",
            "https://[::ffff:127.0.0.1]/x",
            "https://169.254.169.254/latest/meta-data/",
            "https://2130706433/x",
            "https://0x7f.1/x",
            "https://0177.0.0.1/x",
            "https://127.1/x",
            "https://localhost/x",
        ] {
            let error = fetcher.get(url, 10, TIME).await.unwrap_err();
            assert!(matches!(error, FetchError::NotPublic), "{url}: {error:?}");
        }
        for url in ["http://1.1.1.1/x", "file:///etc/passwd", "ftp://x", "x"] {
            let error = fetcher.get(url, 10, TIME).await.unwrap_err();
            assert!(matches!(error, FetchError::Scheme), "{url}: {error:?}");
        }
        let error = fetcher.get("https://me:secret@1.1.1.1/", 10, TIME).await;
        assert!(matches!(error, Err(FetchError::Credentials)));
    }
}
