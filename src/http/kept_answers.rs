//! Answers that are the same for anyone, kept in memory: whoever asks the same next needs no read
//! of the file.
//!
//! An answer holds until something is committed, and for a second at most: another process that
//! changes the file tells nobody. All that are kept are of the same state, as what was read before
//! a commit is of no use to anyone after it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const ANSWERS_MAX: usize = 256;
/// All answers together, with what was asked for them.
const BYTES_MAX: usize = 1 << 20;
const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// The room that a field of a query takes beside its text.
const FIELD_BYTES: usize = 128;
const AGE_MAX: Duration = Duration::from_secs(1);

/// What is asked for: a path in its plain spelling, and the fields of the query, decoded, in the
/// order in which they came. They stay apart, so that no text of one is taken for another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Target {
    pub path: String,
    pub query: Vec<(String, String)>,
}

/// What is kept of a 200: all that is not the same for every answer that anyone may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub body: Arc<Vec<u8>>,
    pub etag: Option<String>,
    pub link: Option<String>,
}

/// The moment at which an answer is asked for, before anything is read for it.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// Commits until then.
    pub commits: u64,
    /// As [`crate::clock::Clock::elapsed`] tells.
    pub at: Duration,
}

/// The answers that are kept.
#[derive(Debug, Default)]
pub struct KeptAnswers(Mutex<Shelf>);

#[derive(Debug, Default)]
struct Shelf {
    /// Commits until all of these were made.
    commits: u64,
    bytes: usize,
    answers: HashMap<Target, (Duration, Answer)>,
}

impl KeptAnswers {
    /// The answer that is kept, if it still holds.
    pub fn get(&self, target: &Target, now: Moment) -> Option<Answer> {
        let shelf = self.0.lock().ok()?;
        let (made, answer) = shelf.answers.get(target)?;
        let holds = shelf.commits == now.commits && now.at.saturating_sub(*made) < AGE_MAX;
        holds.then(|| answer.clone())
    }

    /// Keeps an answer, unless it is large, or made before what is kept already.
    pub fn set(&self, target: &Target, made: Moment, answer: Answer) {
        let bytes = size(target, &answer);
        if bytes > ANSWER_BYTES_MAX {
            return;
        }
        let Ok(mut shelf) = self.0.lock() else { return };
        if made.commits < shelf.commits {
            return;
        }
        if let Some((target, (_, old))) = shelf.answers.remove_entry(target) {
            shelf.bytes -= size(&target, &old);
        }
        let full = shelf.answers.len() == ANSWERS_MAX || shelf.bytes + bytes > BYTES_MAX;
        if full || made.commits > shelf.commits {
            *shelf = Shelf { commits: made.commits, ..Shelf::default() };
        }
        shelf.bytes += bytes;
        shelf.answers.insert(target.clone(), (made.at, answer));
    }
}

fn size(target: &Target, answer: &Answer) -> usize {
    let field = |(name, value): &(String, String)| FIELD_BYTES + name.len() + value.len();
    let query = target.query.iter().map(field);
    let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    let asked = target.path.len() + query.sum::<usize>();
    asked + answer.body.len() + text(&answer.etag) + text(&answer.link)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(query: &[(&str, &str)]) -> Target {
        let field = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Target { path: "/products".to_owned(), query: query.iter().map(field).collect() }
    }

    fn answer(bytes: usize) -> Answer {
        Answer { body: Arc::new(vec![b' '; bytes]), etag: None, link: None }
    }

    fn moment(commits: u64, millis: u64) -> Moment {
        Moment { commits, at: Duration::from_millis(millis) }
    }

    #[test]
    fn an_answer_holds_until_a_commit_and_for_a_second() {
        let kept = KeptAnswers::default();
        let target = target(&[]);
        assert_eq!(kept.get(&target, moment(0, 0)), None);
        kept.set(&target, moment(7, 500), answer(1));
        assert_eq!(kept.get(&target, moment(7, 1_499)), Some(answer(1)));
        assert_eq!(kept.get(&target, moment(7, 1_500)), None);
        assert_eq!(kept.get(&target, moment(8, 500)), None);
        // What took long to read was made before what is kept since, and is of no use to anyone.
        kept.set(&target, moment(9, 600), answer(9));
        kept.set(&target, moment(8, 600), answer(8));
        assert_eq!(kept.get(&target, moment(8, 600)), None);
        assert_eq!(kept.get(&target, moment(9, 600)), Some(answer(9)));
    }

    #[test]
    fn what_is_asked_for_is_never_taken_for_something_else() {
        let kept = KeptAnswers::default();
        let queries: [&[(&str, &str)]; 9] = [
            &[],
            &[("", "")],
            &[("a", "b"), ("c", "")],
            &[("c", ""), ("a", "b")],
            &[("a", "b&c=")],
            &[("a", "b"), ("c", "\0")],
            &[("a=b", ""), ("c", "")],
            &[("a", "b&c")],
            &[("ab", ""), ("c", "")],
        ];
        for (bytes, query) in queries.iter().enumerate() {
            kept.set(&target(query), moment(0, 0), answer(bytes));
        }
        for (bytes, query) in queries.iter().enumerate() {
            assert_eq!(kept.get(&target(query), moment(0, 0)), Some(answer(bytes)), "{query:?}");
        }
        let other = Target { path: "/products/1".to_owned(), query: Vec::new() };
        assert_eq!(kept.get(&other, moment(0, 0)), None);
    }

    #[test]
    fn answers_have_their_room_and_no_more() {
        let kept = KeptAnswers::default();
        let number = |number: usize| target(&[("after", &number.to_string())]);
        let holds = |at: usize| kept.get(&number(at), moment(0, 0)).is_some();
        let counted = || {
            let shelf = kept.0.lock().unwrap();
            let bytes: usize = shelf.answers.iter().map(|(it, (_, old))| size(it, old)).sum();
            assert_eq!(shelf.bytes, bytes);
            (shelf.answers.len(), bytes)
        };
        kept.set(&number(0), moment(0, 0), answer(ANSWER_BYTES_MAX));
        assert!(!holds(0), "it is too large with what was asked for");
        let fields = vec![("", ""); ANSWER_BYTES_MAX / FIELD_BYTES];
        kept.set(&target(&fields), moment(0, 0), answer(1));
        assert_eq!(counted().0, 0, "fields take room, too");
        for at in 0..ANSWERS_MAX {
            kept.set(&number(at), moment(0, 0), answer(1));
        }
        assert!(holds(0) && counted().0 == ANSWERS_MAX);
        kept.set(&number(0), moment(0, 0), answer(2));
        assert!(holds(1), "one in the place of another needs no room");
        kept.set(&number(ANSWERS_MAX), moment(0, 0), answer(1));
        assert!(!holds(0) && holds(ANSWERS_MAX) && counted().0 == 1);
        for at in 0..100 {
            kept.set(&number(at), moment(0, 0), answer(ANSWER_BYTES_MAX - 200));
            assert!(holds(at) && counted().1 <= BYTES_MAX);
        }
    }
}
