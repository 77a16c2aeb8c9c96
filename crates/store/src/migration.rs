//! The shape of the database, step by step.
//!
//! To change it: add `NNNN_name.sql` to the folder of each database in `migrations/` and a line to the
//! list here. A script that was released is never edited.

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// One script of a database.
pub(crate) struct Script {
    pub(crate) version: i64,
    pub(crate) name: &'static str,
    pub(crate) sql: &'static str,
}

impl Script {
    /// As its file is called.
    pub(crate) fn full_name(&self) -> String {
        format!("{:04}_{}", self.version, self.name)
    }
}

/// The scripts of all databases; each takes them from its folder.
macro_rules! scripts {
    ($folder:literal) => {
        $crate::migration::scripts!(
            $folder,
            (1, "0001", "first"),
            (2, "0002", "files"),
            (3, "0003", "start_keys"),
            (4, "0004", "log_kinds"),
            (5, "0005", "key_wire"),
        )
    };
    ($folder:literal, $(($version:literal, $number:literal, $name:literal),)*) => {
        &[$($crate::migration::Script {
            version: $version,
            name: $name,
            sql: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"), "/migrations/", $folder, "/", $number, "_", $name, ".sql"
            )),
        }),*]
    };
}
pub(crate) use scripts;

/// sqlx's own macro would build its compile-time half, and SQLite with it, a second time.
pub(crate) fn migrator(scripts: &[Script]) -> Migrator {
    let migrations = scripts
        .iter()
        .map(|script| {
            Migration::new(
                script.version,
                script.name.into(),
                MigrationType::Simple,
                script.sql.into_sql_str(),
                false,
            )
        })
        .collect();
    let mut migrator = Migrator::with_migrations(migrations);
    // Each backend runs it in a transaction that keeps others out.
    migrator.set_locking(false);
    migrator
}

#[cfg(test)]
pub(crate) mod tests {
    use super::Script;

    /// Every file of the folder is in the list, and nothing else.
    pub(crate) fn check_folder(name: &str, scripts: &[Script]) {
        let folder = format!("{}/migrations/{name}", env!("CARGO_MANIFEST_DIR"));
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        let listed: Vec<String> = scripts
            .iter()
            .map(|script| format!("{}.sql", script.full_name()))
            .collect();
        assert_eq!(files, listed);
    }
}
