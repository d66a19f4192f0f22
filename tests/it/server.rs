//! A real server process on a real folder. Kills, full disks and races mean nothing inside the
//! test's own process, so these tests start the program that a shop owner starts.

use std::ffi::OsString;
use std::fs::File;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::http::Http;

const START: Duration = Duration::from_secs(20);
const STOP: Duration = Duration::from_secs(10);
const NO_LIMITS: [(&str, &str); 4] = [
    ("TILLBOX_LIMITS_LOGINS", "0"),
    ("TILLBOX_LIMITS_SIGN_UPS", "0"),
    ("TILLBOX_LIMITS_ORDERS", "0"),
    ("TILLBOX_LIMITS_QUOTES", "0"),
];

pub struct Server {
    child: Child,
    port: u16,
    log: File,
}

/// How a server that would not start took its leave.
#[derive(Debug)]
pub struct Refused {
    pub code: Option<i32>,
    pub stderr: String,
}

impl Server {
    #[track_caller]
    pub fn start(dir: &Path) -> Self {
        Self::start_with(dir, &[], &[])
    }

    #[track_caller]
    pub fn start_with(dir: &Path, env: &[(&str, &str)], args: &[&str]) -> Self {
        match Self::try_start(dir, env, args) {
            Ok(server) => server,
            Err(refused) => panic!("the server did not start: {refused:?}"),
        }
    }

    /// A server that may never open more than so many files.
    #[track_caller]
    pub fn start_with_files(dir: &Path, files: u32) -> Self {
        Self::start_after(dir, &format!("ulimit -n {files}"))
    }

    /// A server of a process for which a line of shell was run first.
    #[track_caller]
    pub fn start_after(dir: &Path, shell: &str) -> Self {
        let mut prepared = bare("sh".into());
        prepared.args(["-c", &format!("{shell} && exec \"$0\" \"$@\"")]);
        prepared.arg(program().get_program());
        Self::try_start_by(prepared, dir, &[], &[])
            .unwrap_or_else(|refused| panic!("the server did not start: {refused:?}"))
    }

    /// A server is there once it has said so on its first line; one that ends before is refused.
    pub fn try_start(dir: &Path, env: &[(&str, &str)], args: &[&str]) -> Result<Self, Refused> {
        Self::try_start_by(program(), dir, env, args)
    }

    fn try_start_by(
        command: Command,
        dir: &Path,
        env: &[(&str, &str)],
        args: &[&str],
    ) -> Result<Self, Refused> {
        let log = tempfile::tempfile().unwrap();
        let mut child = launch_by(command, dir, env, args, &log);
        let line = first_line(child.stdout.take().unwrap());
        let port = line.as_ref().and_then(|line| {
            line.strip_prefix("Tillbox is listening on http://127.0.0.1:")?.parse().ok()
        });
        if let Some(port) = port {
            return Ok(Self { child, port, log });
        }
        let ended = wait(&mut child, STOP);
        let _ = child.kill();
        let _ = child.wait();
        let stderr = read_back(&log);
        assert!(line.is_none(), "the first line is {line:?}; {stderr}");
        let ended = ended.unwrap_or_else(|| panic!("neither a line nor an end; {stderr}"));
        Err(Refused { code: ended.code(), stderr })
    }

    pub const fn port(&self) -> u16 {
        self.port
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it has written on standard error so far.
    pub fn log(&self) -> String {
        read_back(&self.log)
    }

    /// Waits until it ends by itself.
    #[track_caller]
    pub fn end(&mut self, patience: Duration) -> ExitStatus {
        wait(&mut self.child, patience).expect("the server is still there")
    }

    /// SIGKILL: the process gets no chance to write anything more.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// SIGTERM: what a service manager sends; the server has ten seconds to end in good order.
    #[track_caller]
    pub fn stop(&mut self) -> ExitStatus {
        let pid = self.pid().to_string();
        let sent = Command::new("sh").args(["-c", "kill -TERM \"$0\"", &pid]).status().unwrap();
        assert!(sent.success(), "SIGTERM could not be sent");
        wait(&mut self.child, STOP).expect("the server is still there ten seconds after SIGTERM")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Starts the program and waits for nothing; what it logs goes to `log`.
pub fn launch(dir: &Path, env: &[(&str, &str)], args: &[&str], log: &File) -> Child {
    launch_by(program(), dir, env, args, log)
}

fn launch_by(
    mut command: Command,
    dir: &Path,
    env: &[(&str, &str)],
    args: &[&str],
    log: &File,
) -> Child {
    std::fs::create_dir_all(dir).unwrap();
    command.arg("serve").arg("--data").arg(dir).args(["--address", "127.0.0.1"]);
    if !args.contains(&"--port") {
        command.args(["--port", "0"]);
    }
    command.args(args).envs(NO_LIMITS).envs(env.iter().copied()).current_dir(dir);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log.try_clone().unwrap());
    command.spawn().unwrap()
}

/// Runs the program to its end.
pub fn tillbox(args: &[&str]) -> Output {
    program().args(args).stdin(Stdio::null()).output().unwrap()
}

/// Runs the program to its end in a folder of its own, with an environment, and with something on
/// standard input.
pub fn tillbox_in(dir: &Path, env: &[(&str, &str)], args: &[&str], input: &str) -> Output {
    let mut command = program();
    command.args(args).envs(env.iter().copied()).current_dir(dir).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A program that refuses at once does not wait to be spoken to.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

#[track_caller]
pub fn key(dir: &Path, role: &str) -> String {
    let made = tillbox(&["key", "create", "--role", role, "--data", dir.to_str().unwrap()]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let key = String::from_utf8(made.stdout).unwrap().trim().to_owned();
    assert!(key.starts_with(&format!("tb_{role}_")), "{key:?} is not the key alone");
    key
}

/// A running shop with one product at 9.95, and the keys to it.
pub struct Stall {
    pub server: Server,
    pub front: Front,
    dir: PathBuf,
    admin: String,
}

/// The shop front's side: all it needs to order the product, wherever the server is just now.
#[derive(Clone)]
pub struct Front {
    pub product: i64,
    key: String,
}

impl Front {
    pub fn at(&self, port: u16) -> Http {
        Http::new(port).bearer(&self.key)
    }

    /// The body of an order of the product by one of the many buyers, a line for each quantity.
    pub fn order(&self, buyer: usize, quantities: &[u64]) -> String {
        self.noted_order(buyer, quantities, None)
    }

    pub fn noted_order(&self, buyer: usize, quantities: &[u64], note: Option<&str>) -> String {
        let line = |quantity: &u64| json!({"product_id": self.product, "quantity": quantity});
        let items: Vec<Value> = quantities.iter().map(line).collect();
        let email = format!("buyer{buyer}@example.org");
        let customer = json!({"name": format!("Buyer {buyer}"), "email": email});
        let mut order = json!({"items": items, "customer": customer});
        if let Some(note) = note {
            order["note"] = note.into();
        }
        order.to_string()
    }
}

impl Stall {
    #[track_caller]
    pub fn open(dir: &Path, stock: i64) -> Self {
        let server = Server::start(dir);
        let (admin, front) = (key(dir, "admin"), key(dir, "storefront"));
        let mug = json!({"name": "Mug", "price": "9.95", "stock": stock});
        let made = Http::new(server.port()).bearer(&admin).post("/products", &mug).expect(201);
        let product = made.json()["id"].as_i64().unwrap();
        Self { server, front: Front { product, key: front }, dir: dir.to_owned(), admin }
    }

    /// A new server on the same folder; the one before has been stopped or killed.
    #[track_caller]
    pub fn reopen(&mut self) {
        self.server = Server::start(&self.dir);
    }

    /// The owner's own connection.
    pub fn admin(&self) -> Http {
        Http::new(self.server.port()).bearer(&self.admin)
    }

    /// A connection of the shop front.
    pub fn buyer(&self) -> Http {
        self.front.at(self.server.port())
    }

    /// Places so many orders of one unit, each of another buyer.
    #[track_caller]
    pub fn place(&self, orders: usize) {
        let mut http = self.buyer();
        for buyer in 0..orders {
            let body = self.front.order(buyer, &[1]);
            http.request("POST", "/orders", &[], Some(&body)).unwrap().expect(201);
        }
    }

    pub fn product_path(&self) -> String {
        format!("/products/{}", self.front.product)
    }

    #[track_caller]
    pub fn stock(&self) -> i64 {
        let product = self.admin().get(&self.product_path()).expect(200).json();
        product["stock"].as_i64().unwrap()
    }

    /// The sum of all movements of stock, which must always be what is on hand.
    #[track_caller]
    pub fn ledger(&self) -> i64 {
        let mut sum = 0;
        let path = self.product_path() + "/stock_movements";
        self.admin().each(&path, |movement| sum += movement["delta"].as_i64().unwrap());
        sum
    }

    /// Reads every order and checks that their numbers run on from 1001 without a gap.
    #[track_caller]
    pub fn orders(&self, mut see: impl FnMut(&Value)) -> usize {
        let mut numbers: Vec<usize> = Vec::new();
        self.admin().each("/orders", |order| {
            numbers.push(order["number"].as_str().unwrap().parse().unwrap());
            see(order);
        });
        numbers.sort_unstable();
        assert!(numbers.iter().copied().eq(1001..1001 + numbers.len()), "the numbers have a gap");
        numbers.len()
    }
}

/// How many units an order holds.
pub fn units(order: &Value) -> i64 {
    let items = order["items"].as_array().unwrap();
    items.iter().map(|item| item["quantity"].as_i64().unwrap()).sum()
}

/// Chance that can be had again: the same seed gives the same numbers (xorshift64*).
pub struct Dice(u64);

impl Dice {
    /// Takes the seed from `TILLBOX_SEED` or by chance, and prints it for the next time.
    pub fn thrown(what: &str) -> Self {
        let given = std::env::var("TILLBOX_SEED").ok().map(|seed| seed.parse().unwrap());
        let seed = given.unwrap_or_else(|| RandomState::new().build_hasher().finish());
        eprintln!("{what}: TILLBOX_SEED={seed}");
        Self::new(seed)
    }

    pub const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub const fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16) % end
    }

    pub fn index(&mut self, end: usize) -> usize {
        usize::try_from(self.below(end as u64)).unwrap()
    }
}

/// The program with nothing of the caller's own settings in its environment: the one that was built
/// with the tests, unless `TILLBOX_PROGRAM` names another, such as a release.
pub fn program() -> Command {
    let built = || env!("CARGO_BIN_EXE_tillbox").into();
    bare(std::env::var_os("TILLBOX_PROGRAM").unwrap_or_else(built))
}

/// A program with nothing of the caller's own settings.
fn bare(program: OsString) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("TILLBOX_") || text.starts_with("ROCKET_") {
            command.env_remove(name);
        }
    }
    command
}

/// The first line of standard output; what follows is read away, so that the pipe never fills.
pub fn first_line(stdout: ChildStdout) -> Option<String> {
    lines_of(stdout).recv_timeout(START).ok()
}

/// The lines of standard output as they come.
pub fn lines_of(stdout: ChildStdout) -> mpsc::Receiver<String> {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines() {
            let Ok(line) = line else { return };
            let _ = send.send(line);
        }
    });
    receive
}

pub fn wait(child: &mut Child, patience: Duration) -> Option<ExitStatus> {
    let begun = Instant::now();
    loop {
        let ended = child.try_wait().unwrap();
        if ended.is_some() || begun.elapsed() > patience {
            return ended;
        }
        thread::sleep(Duration::from_millis(2));
    }
}

fn read_back(log: &File) -> String {
    // Read without moving the place where the program goes on writing, which is the same.
    let mut bytes = vec![0; usize::try_from(log.metadata().unwrap().len()).unwrap()];
    log.read_exact_at(&mut bytes, 0).unwrap();
    String::from_utf8(bytes).unwrap()
}
