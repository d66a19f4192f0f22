//! What tests ask of statements: that none of them looks at more rows than it gives.

use std::cell::RefCell;

use super::sql::Tx;
use crate::error::Result;

thread_local! {
    static RUN: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Notes a statement that is run while somebody wants to know.
pub fn note(sql: &str) {
    RUN.with_borrow_mut(|run| {
        if let Some(run) = run {
            run.push(sql.to_owned());
        }
    });
}

/// Runs `look` and wants each of its statements to find its rows by an index; one that walks along
/// an index ends in a limit, and sorts nothing but rows of a few ids.
///
/// # Panics
/// Where one does not.
pub fn check<T>(tx: &Tx, look: impl FnOnce(&Tx) -> Result<T>) -> Result<T> {
    RUN.set(Some(Vec::new()));
    let found = look(tx)?;
    let run = RUN.take().unwrap_or_default();
    assert!(!run.is_empty());
    for sql in run {
        let plan = tx.plan(&sql)?;
        // The one row of the settings, the ids of a page, and the page itself are few.
        let few = |line: &String| {
            ["json_each", "settings", "page"].iter().any(|few| {
                line.strip_prefix("SCAN ").is_some_and(|scanned| scanned.starts_with(few))
            })
        };
        let lines: Vec<&str> = plan.iter().filter(|line| !few(line)).map(String::as_str).collect();
        let any = |fits: fn(&str) -> bool| lines.iter().any(|line| fits(line));
        let scans_whole = any(|line| line.starts_with("SCAN") && !line.contains(" INDEX "));
        let walks = any(|line| line.starts_with("SCAN") && line.contains(" INDEX "));
        let by_range = any(|line| line.contains(">?") || line.contains("<?"));
        let sorts = any(|line| line.contains("TEMP B-TREE"));
        let builds = any(|line| line.contains("AUTOMATIC"));
        let ends = sql.contains(" limit ") && !sorts;
        assert!(!scans_whole && !builds, "{plan:#?} of {sql}");
        assert!(!(walks || by_range) || ends, "{plan:#?} of {sql}");
    }
    Ok(found)
}
