//! What only the operating system can do: limits, signals, memory, the connections of the server, a
//! terminal that does not show what is typed. The one file with `unsafe`, because std has no
//! interface to these.
#![allow(unsafe_code)]

use std::ffi::CString;
use std::io::BufRead;
use std::net::{IpAddr, SocketAddr};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

/// The niceness of those who work beside the shop (0 to 19).
const NICE_OF_HELPERS: i32 = 15;
/// Files that the process may have open, connections among them.
const FILES_MAX: libc::c_int = 8_192;
/// Blocks of memory from this size on go back to the system when they are freed: a password takes
/// one of 19 MiB, and the allocator would learn from it to hold all of that size.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const RETURNED_BYTES_MIN: libc::c_int = 1024 * 1024;

/// Lets the process open as many files as the system allows and it can use, and returns how many:
/// every connection is one, and the usual limit of 1,024 is soon reached.
pub fn raise_file_limit() -> Option<u64> {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: both calls get a pointer to a live struct of the right type.
    unsafe {
        if libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) != 0 {
            return None;
        }
        let most = limit.rlim_max.min(FILES_MAX.unsigned_abs().into());
        let raised = libc::rlimit { rlim_cur: most, ..limit };
        let done = libc::setrlimit(libc::RLIMIT_NOFILE, &raw const raised) == 0;
        Some(if done { raised.rlim_cur } else { limit.rlim_cur })
    }
}

/// Lets large blocks of memory go back to the system as soon as they are free.
pub fn return_large_blocks() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: no memory is involved; a call that does not fit changes nothing.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, RETURNED_BYTES_MIN);
    }
}

/// Gives memory that is free back to the system.
pub fn return_free_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: only what the allocator holds and nobody uses goes back.
    unsafe {
        libc::malloc_trim(0);
    }
}

/// Bytes that the allocator holds and nobody uses; none where it does not tell.
pub fn idle_memory_bytes() -> Option<u64> {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: the call fills a struct of numbers and returns it.
    let idle = unsafe { u64::try_from(libc::mallinfo2().fordblks).ok() };
    #[cfg(not(all(target_os = "linux", target_env = "gnu")))]
    let idle = None;
    idle
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

/// A clock that only runs forward, whoever sets the time of day. On Linux it also runs while the
/// machine sleeps: a night with the lid closed has passed.
pub fn uptime() -> Duration {
    #[cfg(target_os = "linux")]
    const CLOCK: libc::clockid_t = libc::CLOCK_BOOTTIME;
    #[cfg(not(target_os = "linux"))]
    const CLOCK: libc::clockid_t = libc::CLOCK_MONOTONIC;
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the call gets a pointer to a live struct of the right type.
    unsafe {
        libc::clock_gettime(CLOCK, &raw mut time);
    }
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// The room on a disk.
#[derive(Clone, Copy, Debug)]
pub struct DiskSpace {
    pub free_bytes: u64,
    pub all_bytes: u64,
}

/// The room on the disk of a file or folder; none where the system does not tell.
pub fn disk_space(path: &Path) -> Option<DiskSpace> {
    let path = CString::new(path.as_os_str().as_bytes()).ok()?;
    // SAFETY: an all-zero statvfs is a valid value; the call gets a string that ends in zero and a
    // pointer to a live struct.
    unsafe {
        let mut disk: libc::statvfs = std::mem::zeroed();
        let told = libc::statvfs(path.as_ptr(), &raw mut disk) == 0;
        told.then(|| DiskSpace {
            free_bytes: disk.f_bavail.saturating_mul(disk.f_frsize),
            all_bytes: disk.f_blocks.saturating_mul(disk.f_frsize),
        })
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

/// A connection at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Socket {
    /// The number of its file.
    pub number: i32,
    /// The system's name of it, never given twice.
    pub cookie: u64,
    pub peer: SocketAddr,
    /// Bytes that came.
    pub received: u64,
    /// Bytes that were sent and arrived.
    pub arrived: u64,
    /// Something was sent, or is to be sent, that has not arrived.
    pub is_sending: bool,
    /// The time since something came, or since the connection was made.
    pub since_received: Duration,
    /// The time since something was sent.
    pub since_sent: Duration,
}

/// The connections of a port of this process, none where the system does not tell: they are looked
/// at by the numbers of the files that are open. No file is duplicated for it, since closing a copy
/// of the database's file would drop its locks.
pub fn connections(port: u16) -> Vec<Socket> {
    let look = |number| look(number, port);
    match std::fs::read_dir("/proc/self/fd") {
        Ok(open) => {
            let numbers = open.flatten().filter_map(|file| file.file_name().to_str()?.parse().ok());
            numbers.filter_map(look).collect()
        }
        // To look at them takes a file, and there is none left.
        Err(_) => (0..FILES_MAX).filter_map(look).collect(),
    }
}

/// Ends a connection, if it still is the one that was looked at.
pub fn end_connection(socket: &Socket) {
    if cookie(socket.number) == Some(socket.cookie) {
        // SAFETY: no memory is involved; a number that is no socket any more is an error.
        unsafe {
            libc::shutdown(socket.number, libc::SHUT_RDWR);
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn look(_: libc::c_int, _: u16) -> Option<Socket> {
    None
}

#[cfg(not(target_os = "linux"))]
fn cookie(_: libc::c_int) -> Option<u64> {
    None
}

#[cfg(target_os = "linux")]
fn look(number: libc::c_int, port: u16) -> Option<Socket> {
    if address(number, libc::getsockname)?.port() != port {
        return None;
    }
    let peer = address(number, libc::getpeername)?;
    let info: TcpInfo = option(number, libc::IPPROTO_TCP, libc::TCP_INFO)?;
    let millis = |millis: u32| Duration::from_millis(millis.into());
    Some(Socket {
        number,
        cookie: cookie(number)?,
        peer: SocketAddr::new(peer.ip().to_canonical(), peer.port()),
        received: info.bytes_received,
        arrived: info.bytes_acked,
        is_sending: info.unacked > 0 || info.notsent_bytes > 0,
        since_received: millis(info.last_data_recv),
        since_sent: millis(info.last_data_sent),
    })
}

#[cfg(target_os = "linux")]
fn cookie(number: libc::c_int) -> Option<u64> {
    /// The number in asm-generic/socket.h.
    const SO_COOKIE: libc::c_int = 57;
    option(number, libc::SOL_SOCKET, SO_COOKIE)
}

/// The beginning of the kernel's `struct tcp_info` (linux/tcp.h); older kernels fill less of it.
#[cfg(target_os = "linux")]
#[repr(C)]
#[derive(Clone, Copy)]
struct TcpInfo {
    _state: [u8; 8],
    _timers: [u32; 4],
    unacked: u32,
    _losses: [u32; 4],
    last_data_sent: u32,
    _last_ack_sent: u32,
    last_data_recv: u32,
    _path: [u32; 12],
    _pacing: [u64; 2],
    bytes_acked: u64,
    bytes_received: u64,
    _segments: [u32; 2],
    notsent_bytes: u32,
    _min_rtt: u32,
}

#[cfg(target_os = "linux")]
fn option<T: Copy>(number: libc::c_int, level: libc::c_int, name: libc::c_int) -> Option<T> {
    let mut length = libc::socklen_t::try_from(size_of::<T>()).ok()?;
    // SAFETY: T is plain numbers, for which zero is a value; the call writes at most `length` bytes
    // to a live T.
    unsafe {
        let mut value: T = std::mem::zeroed();
        let told = libc::getsockopt(number, level, name, (&raw mut value).cast(), &raw mut length);
        (told == 0).then_some(value)
    }
}

#[cfg(target_os = "linux")]
type Asked =
    unsafe extern "C" fn(libc::c_int, *mut libc::sockaddr, *mut libc::socklen_t) -> libc::c_int;

#[cfg(target_os = "linux")]
fn address(number: libc::c_int, ask: Asked) -> Option<SocketAddr> {
    // SAFETY: an all-zero sockaddr_storage is a valid value and has room for every address; the
    // call writes at most `length` bytes to it. The family says which address it is.
    unsafe {
        let mut found: libc::sockaddr_storage = std::mem::zeroed();
        let mut length = libc::socklen_t::try_from(size_of_val(&found)).ok()?;
        if ask(number, (&raw mut found).cast(), &raw mut length) != 0 {
            return None;
        }
        let found = &raw const found;
        match libc::c_int::from((*found).ss_family) {
            libc::AF_INET => {
                let v4 = *found.cast::<libc::sockaddr_in>();
                let ip = IpAddr::from(v4.sin_addr.s_addr.to_ne_bytes());
                Some(SocketAddr::new(ip, u16::from_be(v4.sin_port)))
            }
            libc::AF_INET6 => {
                let v6 = *found.cast::<libc::sockaddr_in6>();
                let ip = IpAddr::from(v6.sin6_addr.s6_addr);
                Some(SocketAddr::new(ip, u16::from_be(v6.sin6_port)))
            }
            _ => None,
        }
    }
}
