//! Headers that Rocket drops before anybody sees the request: those whose value is not UTF-8. A
//! condition or a credential that is not there must not be taken for one that was never sent.
//!
//! Rocket says so in its log and nowhere else, while it makes the request out of what came, in the
//! task that then answers it; so its log is listened to, and what it says is noted for the task.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use rocket::Request;
use rocket::log::private::{self as log, LevelFilter, Metadata, Record};
use tokio::task;

use super::notes::Notes;

/// The module of Rocket that makes requests.
const SPEAKER: &str = "rocket::request";

/// The headers that were lost, of requests that are under way, by the task that answers them.
static LOST: Mutex<Option<HashMap<task::Id, Vec<String>>>> = Mutex::new(None);
/// How many tasks are in there, as it is mostly none.
static TASKS: AtomicUsize = AtomicUsize::new(0);

/// The names of the headers that a request has lost, in lower case.
pub struct LostHeaders<'r>(&'r [String]);

impl<'r> LostHeaders<'r> {
    /// Tells `true` for a header that was sent and is not there.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|lost| lost.eq_ignore_ascii_case(name))
    }

    /// The headers that this request has lost. To be asked in the task that answers it.
    pub fn of(request: &'r Request<'_>) -> Self {
        Self(Notes::of(request).lost_headers.get_or_init(|| take().unwrap_or_default()))
    }
}

/// Listens to Rocket from now on. Comes before the first server, as the first who listens stays.
pub fn listen() {
    struct Listener;

    impl log::Log for Listener {
        fn enabled(&self, about: &Metadata<'_>) -> bool {
            about.target().starts_with(SPEAKER)
        }

        fn log(&self, record: &Record<'_>) {
            if self.enabled(record.metadata()) {
                note(&record.args().to_string());
            }
        }

        fn flush(&self) {}
    }

    if log::set_logger(&Listener).is_ok() {
        log::set_max_level(LevelFilter::Warn);
    }
}

fn note(sentence: &str) {
    let name = sentence.strip_prefix("Header '").and_then(|rest| rest.split_once('\''));
    if let (Some((name, _)), Some(task)) = (name, task::try_id())
        && let Ok(mut lost) = LOST.lock()
    {
        let lost = lost.get_or_insert_default();
        lost.entry(task).or_default().push(name.to_owned());
        TASKS.store(lost.len(), Ordering::Release);
    }
}

/// What was noted for this task. The task made its notes itself, so none are missed.
fn take() -> Option<Vec<String>> {
    if TASKS.load(Ordering::Acquire) == 0 {
        return None;
    }
    let mut lost = LOST.lock().ok()?;
    let lost = lost.as_mut()?;
    let names = lost.remove(&task::try_id()?);
    TASKS.store(lost.len(), Ordering::Release);
    names
}
