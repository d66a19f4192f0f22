//! A shop in a box of 128 MiB and half a processor, like the smallest machine that can be rented:
//! everything is asked of it at once, and nothing is killed. The box is a control group of the
//! system, which root alone can make, so `./test small` asks for it and nothing else does.
//! `TILLBOX_SMALL_SECONDS` makes it longer.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::doors::memory;
use crate::http::{Answer, Http};
use crate::images::jpeg;
use crate::server::{Server, Stall, tillbox, tillbox_in};

const MEBIBYTE: u64 = 1024 * 1024;
const BOX_BYTES: u64 = 128 * MEBIBYTE;
/// Half a processor: so much of every hundred thousand microseconds.
const BOX_MICROS: u64 = 50_000;
/// What the server may hold for itself, as under siege and with a photograph of 12 megapixels in
/// its hands; the rest of the box is for its file.
const OWN_MAX: u64 = 112 * MEBIBYTE;
const PRODUCTS: usize = 1_000;
const IDLE_CONNECTIONS: usize = 500;
/// A copy of the shop is made behind all that is asked meanwhile.
const COPY_PATIENCE: Duration = Duration::from_mins(5);
const LOOK: Duration = Duration::from_millis(20);
const OWNER: &str = "owner@example.org";
const PASSWORD: &str = "a loaf of rye, sliced";

type Caller = fn(&Stall) -> Http;
/// Asks once, with a number that nobody else asks with.
type Ask = fn(&Stall, &mut Http, usize) -> io::Result<Answer>;

/// What is asked, how many do so at once, how many milliseconds each of them waits before the next
/// time, and who they are.
const PATHS: [(&str, usize, u64, Caller, Ask); 17] = [
    ("POST /orders", 64, 0, Stall::buyer, place),
    ("POST /quotes", 4, 5, Stall::buyer, quote),
    ("POST /sessions", 4, 500, visitor, sign_in),
    ("POST /backups", 1, 3_000, owner, |_, http, _| send(http, "/backups", &json!({}))),
    ("GET /products/<id>", 8, 5, visitor, |_, http, n| {
        get(http, &format!("/products/{}", n % PRODUCTS + 1))
    }),
    ("GET /products", 4, 20, visitor, |_, http, _| get(http, "/products?limit=20")),
    ("GET /products?tag=", 2, 50, visitor, |_, http, _| {
        get(http, "/products?tag=blue&in_stock=true")
    }),
    ("GET /products?q=", 2, 50, visitor, |_, http, n| {
        get(http, &format!("/products?q=p{}", n % PRODUCTS))
    }),
    ("POST …/images", 1, 2_000, Stall::admin, photograph),
    ("GET /orders/<id>", 4, 20, Stall::admin, |_, http, n| {
        get(http, &format!("/orders/{}", n % 100 + 1))
    }),
    ("GET /orders", 2, 50, Stall::admin, |_, http, _| get(http, "/orders?limit=20")),
    ("GET /orders?q=", 1, 200, Stall::admin, |_, http, n| {
        get(http, &format!("/orders?q=buyer{n}"))
    }),
    ("GET /orders/counts", 1, 200, Stall::admin, |_, http, _| get(http, "/orders/counts")),
    ("GET /customers", 1, 200, Stall::admin, |_, http, _| get(http, "/customers?limit=20")),
    ("GET /reports/sales", 1, 500, Stall::admin, report),
    ("GET /metrics", 1, 1_000, Stall::admin, |_, http, _| get(http, "/metrics")),
    ("GET /admin", 2, 200, visitor, |_, http, _| get(http, "/admin")),
];

#[test]
#[ignore = "takes root, control groups and a release build: ./test small"]
fn in_a_small_box_everything_is_served_and_nothing_is_killed() {
    let dir = tempfile::tempdir().unwrap();
    let small = SmallBox::make().unwrap_or_else(|error| {
        panic!("No box can be made here; it takes root and control groups (cgroups): {error}")
    });
    let mut stall = Stall::open(dir.path(), 1_000_000);
    assert_eq!(stall.server.stop().code(), Some(0));
    stall.server = Server::start_after(dir.path(), &small.enter());
    furnish(dir.path(), &stall);
    let idle: Vec<TcpStream> = (0..IDLE_CONNECTIONS)
        .map(|_| TcpStream::connect((Ipv4Addr::LOCALHOST, stall.server.port())).unwrap())
        .collect();
    let seconds = std::env::var("TILLBOX_SMALL_SECONDS").map_or(5, |many| many.parse().unwrap());
    let round = ask_everything(&stall, Duration::from_secs(seconds));
    drop(idle);
    for (what, tally) in &round.tallies {
        let Tally { served, busy, longest } = tally;
        println!("{what:<20} {served:>6} served, {busy:>4} busy, {longest:.1?} at most");
    }
    let (peak, killed) = (small.peak_bytes(), small.killed());
    println!(
        "in {seconds} s; the server's own memory {} MiB at most, with its file's {} of {} MiB; \
         {killed} killed",
        round.own_bytes / MEBIBYTE,
        peak / MEBIBYTE,
        BOX_BYTES / MEBIBYTE,
    );
    assert_eq!(killed, 0, "{}", stall.server.log());
    assert!(peak > round.own_bytes && peak <= BOX_BYTES, "the box had {peak} bytes");
    assert!(round.own_bytes <= OWN_MAX, "the server had {} bytes", round.own_bytes);
    assert_eq!(stall.server.stop().code(), Some(0), "{}", stall.server.log());
    let verified = tillbox(&["verify", "--data", dir.path().to_str().unwrap()]);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
    stall.reopen();
    assert_eq!(stall.orders(|_| ()), 100 + round.tallies["POST /orders"].served);
}

/// An owner, goods, a hundred orders and an account.
fn furnish(dir: &Path, stall: &Stall) {
    let add = ["staff", "add", OWNER, "--data", dir.to_str().unwrap()];
    assert!(tillbox_in(dir, &[], &add, PASSWORD).status.success());
    let mut admin = stall.admin();
    for n in 1..PRODUCTS {
        let product = json!({ "name": format!("P{n}"), "price": "9.95", "stock": 1_000_000 });
        admin.post("/products", &product).expect(201);
    }
    let ana = json!({ "name": "Ana Silva", "email": "ana@example.org" });
    let account = json!({ "username": "ana", "password": PASSWORD, "customer": ana });
    admin.post("/customer_accounts", &account).expect(201);
    stall.place(100);
}

#[derive(Default)]
struct Tally {
    served: usize,
    busy: usize,
    longest: Duration,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.served += other.served;
        self.busy += other.busy;
        self.longest = other.longest.max(self.longest);
    }
}

struct Round {
    tallies: BTreeMap<&'static str, Tally>,
    /// The most that the server held for itself.
    own_bytes: u64,
}

/// Asks all of it at once for a while.
fn ask_everything(stall: &Stall, time: Duration) -> Round {
    let over = AtomicBool::new(false);
    let mut round = Round { tallies: BTreeMap::new(), own_bytes: 0 };
    thread::scope(|scope| {
        let mut clients = Vec::new();
        for (what, many, pause, caller, ask) in PATHS {
            for client in 0..many {
                let (over, pause) = (&over, Duration::from_millis(pause));
                let numbers = client * 1_000_000..;
                let work = move || {
                    let mut http = caller(stall);
                    let mut tally = Tally::default();
                    for n in numbers.take_while(|_| !over.load(Ordering::Relaxed)) {
                        let asked = Instant::now();
                        let served = is_served(what, ask(stall, &mut http, n));
                        let (served, busy) = (usize::from(served), usize::from(!served));
                        tally.add(&Tally { served, busy, longest: asked.elapsed() });
                        thread::sleep(pause);
                    }
                    tally
                };
                clients.push((what, scope.spawn(work)));
            }
        }
        let begun = Instant::now();
        while begun.elapsed() < time {
            round.own_bytes = memory(&stall.server).max(round.own_bytes);
            thread::sleep(LOOK);
        }
        over.store(true, Ordering::Relaxed);
        for (what, client) in clients {
            round.tallies.entry(what).or_default().add(&client.join().unwrap());
        }
    });
    for (what, tally) in &round.tallies {
        assert!(tally.served > 0, "no {what} was served");
    }
    round
}

/// Whether it was served or refused as "busy"; there is no third way.
fn is_served(what: &str, answer: io::Result<Answer>) -> bool {
    let answer = answer.unwrap_or_else(|error| panic!("{what}: {error}"));
    let busy = answer.status == 429 || answer.status == 503 && answer.json()["code"] == "busy";
    assert!(busy || answer.status < 300, "{what}: {} {}", answer.status, answer.text());
    !busy
}

fn visitor(stall: &Stall) -> Http {
    Http::new(stall.server.port())
}

fn owner(stall: &Stall) -> Http {
    let session = json!({ "email": OWNER, "password": PASSWORD });
    let session = visitor(stall).post("/staff/sessions", &session).expect(201).json();
    visitor(stall).patience(COPY_PATIENCE).bearer(session["token"].as_str().unwrap())
}

fn get(http: &mut Http, path: &str) -> io::Result<Answer> {
    http.request("GET", path, &[], None)
}

fn send(http: &mut Http, path: &str, body: &Value) -> io::Result<Answer> {
    http.request("POST", path, &[], Some(&body.to_string()))
}

/// Orders three products under a key.
fn place(_: &Stall, http: &mut Http, n: usize) -> io::Result<Answer> {
    let key = format!("order-{n}");
    http.request("POST", "/orders", &[("Idempotency-Key", &key)], Some(&draft(n).to_string()))
}

fn quote(_: &Stall, http: &mut Http, n: usize) -> io::Result<Answer> {
    send(http, "/quotes", &draft(n))
}

fn draft(n: usize) -> Value {
    let line = |at: usize| json!({ "product_id": (n * 7 + at) % PRODUCTS + 1, "quantity": 1 });
    let customer = json!({ "name": "Ana Silva", "email": format!("buyer{n}@example.org") });
    json!({ "items": [line(0), line(1), line(2)], "customer": customer })
}

fn sign_in(_: &Stall, http: &mut Http, _: usize) -> io::Result<Answer> {
    send(http, "/sessions", &json!({ "username": "ana", "password": PASSWORD }))
}

/// Sends a photograph of 12 megapixels, as telephones make them.
fn photograph(_: &Stall, http: &mut Http, n: usize) -> io::Result<Answer> {
    static PHOTOGRAPH: LazyLock<Vec<u8>> = LazyLock::new(|| jpeg(4_000, 3_000, 90));
    http.upload(&format!("/products/{}/images", n % PRODUCTS + 1), &PHOTOGRAPH)
}

fn report(_: &Stall, http: &mut Http, _: usize) -> io::Result<Answer> {
    get(http, "/reports/sales")
}

/// A control group with little memory and half a processor. It is gone when this is dropped.
struct SmallBox {
    memory: PathBuf,
    processor: PathBuf,
    /// The system has the controllers of before, a tree of groups each.
    is_old: bool,
}

impl SmallBox {
    fn make() -> io::Result<Self> {
        let root = Path::new("/sys/fs/cgroup");
        let name = format!("tillbox-small-{}", std::process::id());
        let is_old = !root.join("cgroup.controllers").exists();
        let small = if is_old {
            let own =
                |controller| io::Result::Ok(root.join(controller).join(own_group(controller)?));
            Self { memory: own("memory")?.join(&name), processor: own("cpu")?.join(&name), is_old }
        } else {
            // A group with processes in it has no groups with limits below it, but the root has.
            fs::write(root.join("cgroup.subtree_control"), "+memory +cpu")?;
            Self { memory: root.join(&name), processor: root.join(&name), is_old }
        };
        fs::create_dir(&small.memory)?;
        if is_old {
            fs::create_dir(&small.processor)?;
            fs::write(small.memory.join("memory.limit_in_bytes"), BOX_BYTES.to_string())?;
            fs::write(small.processor.join("cpu.cfs_quota_us"), BOX_MICROS.to_string())?;
        } else {
            fs::write(small.memory.join("memory.max"), BOX_BYTES.to_string())?;
            fs::write(small.processor.join("cpu.max"), BOX_MICROS.to_string())?;
        }
        small.swap_nothing()?;
        Ok(small)
    }

    /// What goes to a disk is not in the box. A system without swap may have no such limit.
    fn swap_nothing(&self) -> io::Result<()> {
        let (file, bytes) = if self.is_old {
            ("memory.memsw.limit_in_bytes", BOX_BYTES)
        } else {
            ("memory.swap.max", 0)
        };
        let file = self.memory.join(file);
        if file.exists() { fs::write(file, bytes.to_string()) } else { Ok(()) }
    }

    /// A line of shell that takes its process in.
    fn enter(&self) -> String {
        let into = |group: &Path| format!("echo $$ > {}", group.join("cgroup.procs").display());
        format!("{} && {}", into(&self.memory), into(&self.processor))
    }

    /// The most that was ever in it, with what the system holds of files.
    fn peak_bytes(&self) -> u64 {
        let file = if self.is_old { "memory.max_usage_in_bytes" } else { "memory.peak" };
        fs::read_to_string(self.memory.join(file)).unwrap().trim().parse().unwrap()
    }

    /// How many processes ended because there was no room.
    fn killed(&self) -> u64 {
        let file = if self.is_old { "memory.oom_control" } else { "memory.events" };
        let told = fs::read_to_string(self.memory.join(file)).unwrap();
        told.lines().find_map(|line| line.strip_prefix("oom_kill ")).unwrap().parse().unwrap()
    }
}

impl Drop for SmallBox {
    fn drop(&mut self) {
        // A server that was just ended may be in it for a moment more.
        for group in [&self.memory, &self.processor] {
            let begun = Instant::now();
            while group.exists() && fs::remove_dir(group).is_err() && begun.elapsed().as_secs() < 5
            {
                thread::sleep(LOOK);
            }
        }
    }
}

/// The group of this process under a controller, below the controller's root.
fn own_group(controller: &str) -> io::Result<PathBuf> {
    let groups = fs::read_to_string("/proc/self/cgroup")?;
    let own = groups.lines().find_map(|line| {
        let (controllers, path) = line.split_once(':')?.1.split_once(':')?;
        controllers.split(',').any(|one| one == controller).then_some(path)
    });
    let own =
        own.ok_or_else(|| io::Error::other(format!("there is no controller {controller}")))?;
    Ok(own.trim_start_matches('/').into())
}
