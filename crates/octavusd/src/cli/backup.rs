//! `octavusd backup` and `octavusd restore`: a folder with everything that an SQLite server stores.

use std::fs::{self, DirBuilder, File};
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};

use super::{DATA_DIR, say};
use crate::config::Config;
use crate::{data_dir, master_key};

/// The parts of a backup.
const DATABASE: &str = "octavus.db";
const FILES: &str = "files";

#[derive(Debug, clap::Args)]
pub struct Backup {
    /// The folder to make
    folder: PathBuf,
    /// Copy the master key, too: whoever has it can sign URLs of this server
    #[arg(long)]
    with_master_key: bool,
}

#[derive(Debug, clap::Args)]
pub struct Restore {
    /// A folder that `octavusd backup` made
    folder: PathBuf,
}

/// A server may run meanwhile. The folder gets its name when everything is in it.
pub(crate) async fn backup(arguments: Backup) -> anyhow::Result<()> {
    let config = Config::load(DATA_DIR)?;
    let folder = &arguments.folder;
    ensure!(!folder.exists(), "{} is there already", folder.display());
    let mut unfinished = folder.clone().into_os_string();
    unfinished.push(".unfinished");
    let unfinished = PathBuf::from(unfinished);
    remove_folder(&unfinished)?;
    make_folder(&unfinished)?;
    store::backup(&config.database_url(), &unfinished.join(DATABASE))
        .await
        .context("the database cannot be copied")?;
    // Behind the database: a file that it knows is there, unless its session has ended since.
    let files = match config.files_folder() {
        Some(files) => {
            let copied = copy_files(&files.join(FILES), &unfinished.join(FILES))?;
            format!("{copied} files")
        }
        None => "no files, which stay in their bucket".to_owned(),
    };
    let key = match (arguments.with_master_key, config.master_key_path()) {
        (false, _) => "without the master key",
        (true, Some(from)) => {
            copy(&from, &master_key::file(&unfinished))?;
            "with the master key"
        }
        (true, None) => bail!("the master key is in OCTAVUSD_MASTER_KEY; keep that by itself"),
    };
    fs::rename(&unfinished, folder).with_context(|| cannot_write(folder))?;
    say(&format!(
        "{}: the database and {files}, {key}",
        folder.display()
    ));
    Ok(())
}

/// The database comes last: a restore that was cut off is begun again.
pub(crate) async fn restore(arguments: Restore) -> anyhow::Result<()> {
    let config = Config::load(DATA_DIR)?;
    let folder = &arguments.folder;
    let database = folder.join(DATABASE);
    ensure!(
        database.exists(),
        "{} is no backup: it has no {DATABASE}",
        folder.display()
    );
    let url = config.database_url();
    let there = store::inspect(&url)
        .await
        .context("the database cannot be restored")?;
    ensure!(
        there.applied.is_empty(),
        "there is a database already; move it away, or set OCTAVUSD_DATA_DIR"
    );
    data_dir::create(&config.data_dir)?;
    let _lock = data_dir::lock(&config.data_dir)?;
    let from = folder.join(FILES);
    let files = match config.files_folder() {
        Some(files) => copy_files(&from, &files.join(FILES))?,
        None if from.exists() => bail!(
            "the backup holds files, and OCTAVUSD_FILES_URL is a bucket: copy {} to it first, and \
             move it away",
            from.display()
        ),
        None => 0,
    };
    let key = restore_key(folder, &config)?;
    let restored = store::restore(&database, &url).await;
    restored.context("the database cannot be restored")?;
    say(&format!(
        "{}: the database and {files} files; {key}",
        config.data_dir.display()
    ));
    Ok(())
}

fn restore_key(folder: &Path, config: &Config) -> anyhow::Result<&'static str> {
    let (from, to) = (master_key::file(folder), master_key::file(&config.data_dir));
    if config.master_key.is_some() || config.master_key_file.is_some() || to.exists() {
        return Ok("the master key is the one that is there");
    }
    if !from.exists() {
        return Ok("without a master key: URLs that were handed out before will be refused");
    }
    copy(&from, &to)?;
    Ok("with its master key")
}

/// Copies the files of one folder to another; answers how many there are. One that goes away meanwhile was
/// deleted with its session.
fn copy_files(from: &Path, to: &Path) -> anyhow::Result<usize> {
    let entries = match fs::read_dir(from) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
        entries => entries.with_context(|| format!("{} cannot be read", from.display()))?,
    };
    make_folder(to)?;
    let mut copied = 0;
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            match copy(&entry.path(), &to.join(entry.file_name())) {
                Err(_) if !entry.path().exists() => {}
                outcome => {
                    outcome?;
                    copied += 1;
                }
            }
        }
    }
    Ok(copied)
}

/// Copies a file with its mode; it is on the disk then.
fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::copy(from, to)
        .and_then(|_| File::open(to)?.sync_all())
        .with_context(|| format!("{} cannot be copied to {}", from.display(), to.display()))
}

/// Makes a folder for this user alone.
fn make_folder(path: &Path) -> anyhow::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .with_context(|| cannot_write(path))
}

/// What a backup left that was cut off.
fn remove_folder(path: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| cannot_write(path))
        }
        _ => Ok(()),
    }
}

fn cannot_write(path: &Path) -> String {
    format!("{} cannot be written", path.display())
}
