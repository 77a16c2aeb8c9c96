//! Why an operation on the store did not happen.

/// What a database, or the way to it, says.
type Source = Box<dyn std::error::Error + Send + Sync>;

/// Variants by what the caller does about them.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Something unique is taken: answer that.
    #[error("{what} is taken")]
    Conflict { what: &'static str },
    /// Another owner has the session: stop, write nothing.
    #[error("the lease of the session was lost")]
    LeaseLost,
    /// The database cannot be reached, is busy or is full: try later.
    #[error("the database is not available")]
    Unavailable(#[source] Source),
    /// A statement failed for a reason that trying again does not cure: a defect.
    #[error("the database refused a statement")]
    Refused(#[source] Source),
    /// A stored value cannot be read.
    #[error("a stored value of {what} cannot be read")]
    Corrupt {
        what: &'static str,
        #[source]
        source: serde_json::Error,
    },
    /// The database is of a shape that this build does not know.
    #[error("the database could not be migrated")]
    Migration(#[source] sqlx::migrate::MigrateError),
}

impl StoreError {
    /// Names what a statement found taken; every other error passes.
    pub(crate) fn taken(what: &'static str) -> impl Fn(Self) -> Self {
        move |error| {
            if matches!(error, Self::Conflict { .. }) {
                Self::Conflict { what }
            } else {
                error
            }
        }
    }
}
