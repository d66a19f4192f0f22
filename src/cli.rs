//! The command line: one function for each command, no logic.

use std::io::{IsTerminal, Write};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand};

use crate::clock::Clock;
use crate::config::Config;
use crate::domain::api_keys::KeyRole;
use crate::domain::currency::Currency;
use crate::domain::passwords::Password;
use crate::domain::staff::Role;
use crate::domain::text::{Email, LINE_CHARS_MAX, line};
use crate::domain::{Id, Invalid};
use crate::error::{Code, Error, Result};
use crate::store::engine::restore::{self, Restored};
use crate::store::engine::verify;
use crate::store::{Tx, api_keys, backups, opening, settings, setup, staff};
use crate::{demo, hashing, logging, process, server};

/// A whole shop in one program and one file.
#[derive(Debug, Parser)]
#[command(name = "tillbox", version, disable_help_subcommand = true)]
pub struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Option<Command>,
}

/// The place of the shop; `TILLBOX_DATA`, `TILLBOX_ADDRESS`, … in the environment say the same.
#[derive(Args, Debug)]
struct Options {
    /// The folder that holds the shop [default: ./tillbox-data; of the demo: ./tillbox-demo]
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The address to listen on [default: 127.0.0.1]
    #[arg(long, global = true)]
    address: Option<IpAddr>,
    /// The port to listen on; 0 takes a free one [default: 8000]
    #[arg(long, global = true)]
    port: Option<u16>,
    /// The currency of a new shop (ISO 4217) [default: EUR]
    #[arg(long, global = true, value_name = "CODE", value_parser = currency)]
    currency: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the shop (what happens without a command)
    Serve,
    /// Serve a sample shop in a folder of its own
    Demo,
    /// Make, list and revoke API keys
    #[command(subcommand)]
    Key(KeyCommand),
    /// Add people to the staff, reset their passwords
    #[command(subcommand)]
    Staff(StaffCommand),
    /// Replace the secret that signs tokens of orders and tracking addresses
    #[command(subcommand)]
    Secret(SecretCommand),
    /// Copy the shop to a new file, also while it is served
    Backup {
        /// The file to make
        file: PathBuf,
    },
    /// Read a backup, or the shop, and recount it
    Verify {
        /// The backup; without it, the shop
        file: Option<PathBuf>,
    },
    /// Put a backup in the shop's place, and the shop aside
    Restore {
        /// The backup
        file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
enum KeyCommand {
    /// Make a key and print it, for the only time
    Create {
        /// admin, storefront or read
        #[arg(long, value_parser = key_role)]
        role: KeyRole,
        /// What it is for
        #[arg(long, value_parser = key_name)]
        name: Option<String>,
    },
    /// List the keys there are
    List,
    /// End a key
    Revoke {
        /// Its number in the list
        #[arg(value_parser = an_id)]
        id: Id,
    },
}

#[derive(Debug, Subcommand)]
enum StaffCommand {
    /// Add a person; the first one is the owner
    Add {
        #[arg(value_parser = email)]
        email: Email,
        /// owner or staff
        #[arg(long, value_parser = role)]
        role: Option<Role>,
    },
    /// Give a person a new password and sign them out everywhere
    Reset {
        #[arg(value_parser = email)]
        email: Email,
    },
}

#[derive(Debug, Subcommand)]
enum SecretCommand {
    /// Make a new secret; the shop must not be served meanwhile
    Rotate,
}

/// Runs what the command line asks for.
///
/// # Errors
/// One sentence.
pub fn run(cli: Cli) -> Result<()> {
    let config = match cli.command {
        Some(Command::Demo) => Config::load_for_demo()?,
        _ => Config::load()?,
    };
    let config = cli.options.over(config)?;
    logging::begin(config.log);
    process::survive_file_size_limit();
    match cli.command {
        None | Some(Command::Serve) => serve(&config),
        Some(Command::Demo) => demo::serve(&config),
        Some(Command::Key(KeyCommand::Create { role, name })) => key_create(&config, role, name),
        Some(Command::Key(KeyCommand::List)) => key_list(&config),
        Some(Command::Key(KeyCommand::Revoke { id })) => key_revoke(&config, id),
        Some(Command::Staff(StaffCommand::Add { email, role })) => staff_add(&config, &email, role),
        Some(Command::Staff(StaffCommand::Reset { email })) => staff_reset(&config, &email),
        Some(Command::Secret(SecretCommand::Rotate)) => secret_rotate(&config),
        Some(Command::Backup { file }) => backup(&config, &file),
        Some(Command::Verify { file }) => verify(&config, file.as_deref()),
        Some(Command::Restore { file }) => restore(&config, &file),
    }
}

impl Options {
    /// The command line has the last word.
    fn over(self, config: Config) -> Result<Config> {
        Config {
            data: self.data.unwrap_or(config.data),
            address: self.address.unwrap_or(config.address),
            port: self.port.unwrap_or(config.port),
            currency: self.currency.unwrap_or(config.currency),
            ..config
        }
        .checked()
    }
}

fn serve(config: &Config) -> Result<()> {
    server::serve(config, async |_, setup| server::await_owner(&setup, demo::put_goods))
}

fn key_create(config: &Config, role: KeyRole, name: Option<String>) -> Result<()> {
    let name = name.filter(|name| !name.is_empty());
    let (_, key) = beside(config, |tx| api_keys::create(tx, role, name.as_deref()))?;
    say(&key)
}

fn key_list(config: &Config) -> Result<()> {
    for key in beside(config, api_keys::list)? {
        let state =
            key.revoked_at.map_or("active".to_owned(), |at| format!("revoked {}", at.text()));
        let name = key.name.as_deref().unwrap_or("-");
        let made = key.created_at.text();
        say(&format!("{}\t{}\t{made}\t{state}\t{name}", key.id, key.role.name()))?;
    }
    Ok(())
}

fn key_revoke(config: &Config, id: Id) -> Result<()> {
    let missing = |error: Error| match error.code() {
        Code::NotFound => Error::conflict(format!("There is no active key {id}.")),
        _ => error,
    };
    beside(config, |tx| api_keys::revoke(tx, id)).map_err(missing)
}

fn staff_add(config: &Config, email: &Email, role: Option<Role>) -> Result<()> {
    let hash = new_password(email)?;
    let person = beside(config, |tx| staff::add(tx, email, role, &hash))?;
    // Whoever is added first is the owner; the code for becoming one has done its work.
    setup::remove_code(&config.data);
    say(&format!("{} is on the staff, as {}.", email.as_str(), person.role.name()))
}

fn staff_reset(config: &Config, email: &Email) -> Result<()> {
    let hash = new_password(email)?;
    beside(config, |tx| staff::reset(tx, email, &hash))?;
    say(&format!("{} has a new password.", email.as_str()))
}

fn secret_rotate(config: &Config) -> Result<()> {
    let (currency, now) = (config.currency()?, Clock::system().now());
    opening::write_without_server(&config.data, currency, now, settings::rotate_secret)?;
    say("The shop has a new secret. Tokens of orders and tracking addresses that were given out \
         before open nothing any more, no device is known, and no request of before is answered \
         again. A backup from before has the old secret.")
}

fn backup(config: &Config, file: &Path) -> Result<()> {
    let made = backups::to_file(&config.data, file, Clock::system().now())?;
    say(&format!("{} was made and read again; {}", file.display(), made.verdict))
}

fn verify(config: &Config, file: Option<&Path>) -> Result<()> {
    process::stand_back();
    let verdict = match file {
        Some(file) => verify::file(file)?,
        None => verify::shop(&config.data)?,
    };
    for fault in &verdict.faults {
        eprintln!("{fault}");
    }
    match verdict.faults.len() {
        0 => say(&verdict.to_string()),
        1 => Err(Error::conflict("Not restorable: 1 fault.")),
        faults => Err(Error::conflict(format!("Not restorable: {faults} faults."))),
    }
}

fn restore(config: &Config, file: &Path) -> Result<()> {
    let Restored { made, aside } = restore::restore(&config.data, file, Clock::system().now())?;
    let (from, to) = (file.display(), config.data.display());
    say(&format!("{from} is the shop in {to} now; {}", made.verdict))?;
    match aside {
        Some(aside) => say(&format!("What was there before lies in {}.", aside.display())),
        None => Ok(()),
    }
}

fn beside<T>(config: &Config, work: impl FnOnce(&Tx) -> Result<T>) -> Result<T> {
    opening::write_beside_server(&config.data, config.currency()?, Clock::system().now(), work)
}

/// Reads a password from standard input, asking for it where a person sits there.
fn new_password(email: &Email) -> Result<String> {
    if std::io::stdin().is_terminal() {
        eprint!("New password for {}: ", email.as_str());
    }
    let line = process::read_hidden_line()
        .map_err(|error| Error::conflict(format!("The password could not be read: {error}.")))?;
    let password = Password::choose(&line, &[email.as_str()]);
    hashing::hash(&password.map_err(|invalid| Error::conflict(invalid.detail))?)
}

fn say(line: &str) -> Result<()> {
    let written = writeln!(std::io::stdout(), "{line}");
    written.map_err(|error| Error::conflict(format!("Cannot write the answer: {error}.")))
}

fn currency(text: &str) -> std::result::Result<String, String> {
    Currency::parse(text).map(|_| text.to_owned()).map_err(sentence)
}

fn key_role(text: &str) -> std::result::Result<KeyRole, String> {
    KeyRole::parse(text).map_err(sentence)
}

/// As the API takes it: empty is none.
fn key_name(text: &str) -> std::result::Result<String, String> {
    if text.is_empty() { Ok(String::new()) } else { line(text, LINE_CHARS_MAX).map_err(sentence) }
}

fn role(text: &str) -> std::result::Result<Role, String> {
    Role::parse(text).map_err(sentence)
}

fn email(text: &str) -> std::result::Result<Email, String> {
    Email::parse(text).map_err(sentence)
}

fn an_id(text: &str) -> std::result::Result<Id, String> {
    Id::parse(text).ok_or_else(|| "give its number in the list".to_owned())
}

fn sentence(invalid: Invalid) -> String {
    invalid.detail
}
