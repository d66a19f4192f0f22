//! What only the operating system can do: limits, signals, a terminal that does not show what is
//! typed. The one file with `unsafe`, because std has no interface to these.
#![allow(unsafe_code)]

use std::io::BufRead;

/// Lets the process open as many files as the system allows: every connection is one, and the
/// usual limit of 1,024 is soon reached.
pub fn raise_file_limit() {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: both calls get a pointer to a live struct of the right type.
    unsafe {
        if libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) == 0 {
            limit.rlim_cur = limit.rlim_max;
            libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit);
        }
    }
}

/// Makes a file that grows past a limit an error instead of the end of the process.
pub fn survive_file_size_limit() {
    // SAFETY: ignoring a signal installs no handler.
    unsafe {
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
    }
}

/// Reads a line from standard input; on a terminal, without showing it.
///
/// # Errors
/// Those of reading.
pub fn read_hidden_line() -> std::io::Result<String> {
    let _hidden = Hidden::begin();
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// A terminal that does not show what is typed, until this is dropped.
struct Hidden(libc::termios);

impl Hidden {
    fn begin() -> Option<Self> {
        // SAFETY: an all-zero termios is a valid value; the calls get pointers to live structs.
        unsafe {
            let mut shown: libc::termios = std::mem::zeroed();
            if libc::tcgetattr(libc::STDIN_FILENO, &raw mut shown) != 0 {
                return None;
            }
            let mut hidden = shown;
            hidden.c_lflag &= !libc::ECHO;
            libc::tcsetattr(libc::STDIN_FILENO, libc::TCSANOW, &raw const hidden);
            Some(Self(shown))
        }
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        // SAFETY: the pointer is to a live struct of the right type.
        unsafe {
            libc::tcsetattr(libc::STDIN_FILENO, libc::TCSANOW, &raw const self.0);
        }
        eprintln!();
    }
}
