//! A server that is measured: a process of its own, and what the system has written down of it.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// No server needs longer to start or to end.
const PATIENCE: Duration = Duration::from_mins(2);

/// A running server.
pub struct Server {
    child: Child,
    pub port: u16,
    log: File,
}

impl Server {
    /// Starts a command whose output goes to a file, and waits until it takes connections.
    pub fn start(command: &mut Command, port: u16, log: &Path) -> Self {
        let log = OpenOptions::new().create(true).append(true).open(log).unwrap();
        command.stdin(Stdio::null());
        command.stdout(log.try_clone().unwrap()).stderr(log.try_clone().unwrap());
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command.spawn().unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut server = Self { child, port, log };
        server.wait_for_connections();
        server
    }

    fn wait_for_connections(&mut self) {
        let begun = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            if let Some(status) = self.child.try_wait().unwrap() {
                panic!("a server ended at its start: {status}; see its log");
            }
            assert!(begun.elapsed() < PATIENCE, "a server did not start");
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Asks it to end as a service manager does, and waits for that.
    pub fn stop(mut self) {
        let pid = self.child.id().to_string();
        let sent = Command::new("sh").args(["-c", "kill -TERM \"$0\"", &pid]).status().unwrap();
        assert!(sent.success(), "SIGTERM could not be sent");
        let begun = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(begun.elapsed() < PATIENCE, "a server did not end");
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// Throws its log away, which grows by a line a request.
    pub fn forget_log(&self) {
        self.log.set_len(0).unwrap();
    }

    /// The time on the processor so far, of each thread in nanoseconds.
    pub fn cpu(&self) -> Cpu {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.child.id())).unwrap();
        let mut threads = BTreeMap::new();
        for task in tasks.flatten() {
            // A thread may end while it is looked at.
            let Ok(text) = fs::read_to_string(task.path().join("schedstat")) else { continue };
            let nanos = text.split(' ').next().and_then(|first| first.parse().ok()).unwrap();
            threads.insert(task.file_name().to_string_lossy().into_owned(), nanos);
        }
        Cpu(threads)
    }

    /// Bytes that it has written: to the disk's cache, and in all calls that write.
    pub fn written(&self) -> Written {
        let text = fs::read_to_string(format!("/proc/{}/io", self.child.id())).unwrap();
        let of = |name| number_after(&text, name);
        Written { disk: of("write_bytes:"), calls: of("wchar:") }
    }

    /// Memory in use, in KiB.
    pub fn memory_kib(&self) -> u64 {
        let text = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        number_after(&text, "VmRSS:")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub struct Cpu(BTreeMap<String, u64>);

impl Cpu {
    /// Nanoseconds since an earlier look.
    pub fn since(&self, before: &Self) -> u64 {
        let spent = |(thread, nanos): (&String, &u64)| {
            nanos - before.0.get(thread).copied().unwrap_or_default().min(*nanos)
        };
        self.0.iter().map(spent).sum()
    }
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Written {
    pub disk: u64,
    pub calls: u64,
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

fn number_after(text: &str, name: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}
