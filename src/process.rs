//! What only the operating system can do: limits, signals, a terminal that does not show what is
//! typed. The one file with `unsafe`, because std has no interface to these.
#![allow(unsafe_code)]

use std::ffi::CString;
use std::io::BufRead;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// The niceness of those who work beside the shop (0 to 19).
const NICE_OF_HELPERS: i32 = 15;

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

/// Lets the calling thread run only while the others leave the processor free.
pub fn stand_back() {
    // SAFETY: no memory is involved. On Linux, 0 is the calling thread alone.
    unsafe {
        libc::setpriority(libc::PRIO_PROCESS, 0, NICE_OF_HELPERS);
    }
}

/// Bytes that are free on the disk of a file or folder; none where the system does not tell.
pub fn free_bytes(path: &Path) -> Option<u64> {
    let path = CString::new(path.as_os_str().as_bytes()).ok()?;
    // SAFETY: an all-zero statvfs is a valid value; the call gets a string that ends in zero and a
    // pointer to a live struct.
    unsafe {
        let mut disk: libc::statvfs = std::mem::zeroed();
        let told = libc::statvfs(path.as_ptr(), &raw mut disk) == 0;
        told.then(|| disk.f_bavail.saturating_mul(disk.f_frsize))
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
