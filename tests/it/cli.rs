//! The command line: what is said where, with which exit code, and what it does to a running shop.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tillbox::clock::Clock;
use tillbox::domain::currency::Currency;
use tillbox::store::opening::write_beside_server;

use crate::fixtures;
use crate::fixtures::{ana, product};
use crate::http::Http;
use crate::server::{Server, Stall, first_line, key, program, tillbox, tillbox_in, wait};
use crate::shop::STAFF_PASSWORD;

#[track_caller]
fn said(ended: &Output) -> String {
    let stderr = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!(stderr, "", "{ended:?}");
    String::from_utf8(ended.stdout.clone()).unwrap()
}

/// Nothing on standard output, and on standard error one sentence (1) or how to use it (2).
#[track_caller]
pub fn refused(ended: &Output, code: i32) -> String {
    let stderr = String::from_utf8(ended.stderr.clone()).unwrap();
    assert_eq!(ended.status.code(), Some(code), "{ended:?}");
    assert_eq!(String::from_utf8_lossy(&ended.stdout), "");
    assert!(!stderr.contains("panicked"), "{stderr}");
    if code == 1 {
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
        assert!(stderr.trim_end().ends_with(['.', ')']), "{stderr}");
    }
    stderr
}

#[test]
fn a_command_that_may_not_write_so_much_says_so_and_is_not_ended() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    drop(Server::start(dir.path()));
    let built = program();
    let limited = |args: &str| {
        let script = format!("ulimit -f 64; exec \"$0\" {args} --data \"$1\"");
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", &script]).arg(built.get_program()).arg(data).output().unwrap()
    };
    let said = refused(&limited("backup small.db"), 1);
    assert!(said.contains("disk is full") || said.starts_with("Cannot write"), "{said}");
    assert!(!dir.path().join("small.db").exists());
}

#[test]
fn the_service_is_started_again_for_ever_and_leaves_no_core_behind() {
    let unit = std::fs::read_to_string("packaging/tillbox.service").unwrap();
    for line in ["Restart=always", "StartLimitIntervalSec=0", "LimitCORE=0", "MemoryMax=1G"] {
        assert!(unit.lines().any(|known| known == line), "{line}");
    }
}

#[test]
fn the_program_tells_its_version_and_how_it_is_used() {
    let version = said(&tillbox(&["--version"]));
    assert_eq!(version, format!("tillbox {}\n", env!("CARGO_PKG_VERSION")));
    let help = said(&tillbox(&["--help"]));
    for word in ["serve", "demo", "key", "staff", "--data", "--address", "--port", "--currency"] {
        assert!(help.contains(word), "{word}: {help}");
    }
    let dir = tempfile::tempdir().unwrap();
    for args in [
        &["--nonsense"][..],
        &["nonsense"],
        &["serve", "more"],
        &["demo", "more"],
        &["--port", "65536"],
        &["--port", "-1"],
        &["--port", "http"],
        &["--address", "everywhere"],
        &["--currency", "euros"],
        &["--data"],
        &["key"],
        &["key", "create"],
        &["key", "create", "--role", "boss"],
        &["key", "create", "--role", "read", "--name", "a\nb"],
        &["key", "create", "--role", "read", "--name", "a\u{1b}[2J"],
        &["key", "create", "--role", "read", "--name", " "],
        &["key", "revoke"],
        &["key", "revoke", "0"],
        &["key", "revoke", "first"],
        &["staff", "add"],
        &["staff", "add", "ana"],
        &["staff", "add", "ana@example.org", "--role", "boss"],
        &["staff", "reset", "ana"],
        &["secret"],
        &["secret", "show"],
    ] {
        let text = refused(&tillbox_in(dir.path(), &[], args, ""), 2);
        assert!(text.starts_with("error: ") || text.contains("Usage:"), "{args:?}: {text}");
    }
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn an_origin_that_fits_no_page_keeps_the_shop_from_starting() {
    let dir = tempfile::tempdir().unwrap();
    for (origins, said) in [
        ("https://shop.example/", "slash"),
        ("shop.example", "https://"),
        ("https://*.shop.example", "each host"),
        ("https://Shop.example", "small letters"),
        ("null", "without an origin"),
        (r#"["https://shop.example","http://shop.example:80"]"#, "port"),
        ("https://shop.example, admin.shop.example", "https://"),
    ] {
        let env = [("TILLBOX_CORS_ORIGINS", origins)];
        let text = refused(&tillbox_in(dir.path(), &env, &["serve", "--port", "0"], ""), 1);
        assert!(text.contains(said), "{origins}: {text}");
    }
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    for origins in
        ["https://shop.example", r#"["*"]"#, "http://localhost:5173, https://shop.example"]
    {
        let env = [("TILLBOX_CORS_ORIGINS", origins)];
        said(&tillbox_in(dir.path(), &env, &["key", "create", "--role", "read"], ""));
    }
}

#[test]
fn a_key_works_from_when_it_is_made_until_it_is_revoked() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().to_str().unwrap();
    let before = key(dir.path(), "read");
    let server = Server::start(dir.path());
    let mut http = Http::new(server.port());
    let mut status = |key: &str| {
        let bearer = format!("Bearer {key}");
        http.request("GET", "/orders", &[("Authorization", &bearer)], None).unwrap().status
    };
    assert_eq!(status(&before), 200);
    for role in ["admin", "storefront", "read"] {
        assert_eq!(status(&key(dir.path(), role)), 200);
    }
    let named = ["key", "create", "--role", "admin", "--name", "Till 2", "--data", folder];
    let named = said(&tillbox(&named)).trim().to_owned();
    let list = said(&tillbox(&["key", "list", "--data", folder]));
    let rows: Vec<Vec<&str>> = list.lines().map(|line| line.split('\t').collect()).collect();
    let roles: Vec<&str> = rows.iter().map(|row| row[1]).collect();
    assert_eq!(roles, ["read", "admin", "storefront", "read", "admin"]);
    assert_eq!((rows[4][0], rows[4][3], rows[4][4]), ("5", "active", "Till 2"));
    assert!(!list.contains("tb_"), "{list}");
    assert_eq!(status(&named), 200);
    assert_eq!(said(&tillbox(&["key", "revoke", "5", "--data", folder])), "");
    let begun = Instant::now();
    while status(&named) != 401 {
        assert!(begun.elapsed() < Duration::from_secs(1), "a revoked key still works");
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(status(&before), 200);
    let list = said(&tillbox(&["key", "list", "--data", folder]));
    assert!(list.lines().nth(4).unwrap().contains("\trevoked 2"), "{list}");
    for id in ["5", "6", "9007199254740991"] {
        let text = refused(&tillbox(&["key", "revoke", id, "--data", folder]), 1);
        assert!(text.contains(id), "{text}");
    }
}

#[test]
fn people_join_the_staff_and_a_reset_signs_them_out() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path());
    let run = |args: &[&str], input: &str| {
        let data = [args, &["--data", dir.path().to_str().unwrap()]].concat();
        tillbox_in(dir.path(), &[], &data, input)
    };
    let mut http = Http::new(server.port());
    let mut sign_in = |email: &str, password: &str| {
        let body = json!({ "email": email, "password": password });
        let answer = http.post("/staff/sessions", &body);
        (answer.status, answer.json())
    };
    for (input, word) in [("", ""), ("\n", ""), ("short\n", ""), ("password123\n", "guess")] {
        let text = refused(&run(&["staff", "add", "ana@example.org"], input), 1);
        assert!(text.contains(word), "{text}");
    }
    // The first is the owner, whatever is asked for.
    let added = ["staff", "add", "ana@example.org", "--role", "staff"];
    let said_of = said(&run(&added, &format!("{STAFF_PASSWORD}\nmore\n")));
    assert!(said_of.contains("owner") && !said_of.contains(STAFF_PASSWORD), "{said_of}");
    said(&run(&["staff", "add", "eva@example.org"], &format!("{STAFF_PASSWORD}\r\n")));
    said(&run(&["staff", "add", "ivo@example.org", "--role", "owner"], STAFF_PASSWORD));
    let taken = refused(&run(&["staff", "add", "ANA@example.org"], STAFF_PASSWORD), 1);
    assert!(taken.contains("already"), "{taken}");
    let roles = ["ana", "eva", "ivo"].map(|name| {
        let (status, session) = sign_in(&format!("{name}@example.org"), STAFF_PASSWORD);
        assert_eq!(status, 201, "{session}");
        session
    });
    let names = roles.each_ref().map(|session| session["role"].as_str().unwrap());
    assert_eq!(names, ["owner", "staff", "owner"]);

    let ask = |session: &Value| {
        let bearer = session["token"].as_str().unwrap();
        Http::new(server.port()).bearer(bearer).get("/staff/sessions/current").status
    };
    assert_eq!(roles.each_ref().map(ask), [200, 200, 200]);
    refused(&run(&["staff", "reset", "eva@example.org"], "short"), 1);
    refused(&run(&["staff", "reset", "nobody@example.org"], STAFF_PASSWORD), 1);
    assert_eq!(roles.each_ref().map(ask), [200, 200, 200]);
    said(&run(&["staff", "reset", "Eva@Example.org"], "another long password"));
    assert_eq!(roles.each_ref().map(ask), [200, 401, 200]);
    assert_eq!(sign_in("eva@example.org", STAFF_PASSWORD).0, 401);
    assert_eq!(sign_in("eva@example.org", "another long password").0, 201);
}

#[test]
fn a_new_secret_ends_the_tokens_that_were_given_out() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().to_str().unwrap();
    let rotate = || tillbox(&["secret", "rotate", "--data", folder]);
    assert!(refused(&rotate(), 1).contains("no shop"));
    let mut stall = Stall::open(dir.path(), 5);
    let body = stall.front.order(1, &[1]);
    let key = [("Idempotency-Key", "k")];
    let order =
        |stall: &Stall| stall.buyer().request("POST", "/orders", &key, Some(&body)).unwrap();
    let placed = order(&stall).expect(201).json();
    let (token, number) = (placed["token"].as_str().unwrap(), placed["id"].to_string());
    let tracking = &fixtures::tracking(&placed);
    let statuses = |stall: &Stall| {
        let mut buyer = Http::new(stall.server.port()).bearer(token);
        let (read, tracked) = (buyer.get(&format!("/orders/{number}")), buyer.get(tracking));
        (read.status, tracked.status)
    };
    assert_eq!(statuses(&stall), (200, 200));
    assert!(refused(&rotate(), 1).contains("stop it first"));
    stall.server.stop();
    let told = said(&rotate());
    assert!(told.contains("new secret") && told.lines().count() == 1, "{told}");
    stall.reopen();
    assert_eq!(statuses(&stall).0, 401);
    let stranger = Http::new(stall.server.port()).get(tracking);
    assert_eq!(stranger.status, 404);
    // The order is not placed a second time.
    assert_eq!(order(&stall).status, 422);
    assert_eq!(stall.orders(|_| ()), 1);
}

#[test]
fn an_owner_who_is_added_leaves_no_code_for_another_one() {
    let dir = tempfile::tempdir().unwrap();
    let _server = Server::start(dir.path());
    assert!(dir.path().join("setup-code").exists());
    let args = ["staff", "add", "ana@example.org", "--data", dir.path().to_str().unwrap()];
    said(&tillbox_in(dir.path(), &[], &args, STAFF_PASSWORD));
    assert!(!dir.path().join("setup-code").exists());
}

/// Starts the shop without a harness between, and hands over the address it prints.
fn started(dir: &Path, env: &[(&str, &str)], args: &[&str]) -> Option<String> {
    let mut command = program();
    command.args(args).envs(env.iter().copied()).current_dir(dir);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let line = first_line(child.stdout.take().unwrap());
    let shop = line.as_ref().and_then(|line| {
        let port = line.rsplit(':').next()?.parse().ok()?;
        Some(Http::new(port).get("/shop").expect(200).json()["currency"].to_string())
    });
    child.kill().unwrap();
    wait(&mut child, Duration::from_secs(10)).expect("it was killed");
    line.map(|line| format!("{line} {}", shop.unwrap_or_default()))
}

#[test]
fn the_command_line_speaks_after_the_environment_and_that_after_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name).join("shop.db").exists();
    let port = free_port();
    let toml = format!("[default]\nport = {port}\ndata = \"of-file\"\ncurrency = \"JPY\"\n");
    fs::write(dir.path().join("Rocket.toml"), toml).unwrap();
    let line = started(dir.path(), &[], &[]).unwrap();
    assert_eq!(line, format!("Tillbox is listening on http://127.0.0.1:{port} \"JPY\""));
    assert!(at("of-file"));

    let other = free_port().to_string();
    let env = [("TILLBOX_DATA", "of-env"), ("TILLBOX_PORT", &other), ("TILLBOX_CURRENCY", "KWD")];
    let line = started(dir.path(), &env, &["serve"]).unwrap();
    assert_eq!(line, format!("Tillbox is listening on http://127.0.0.1:{other} \"KWD\""));
    assert!(at("of-env"));

    let args = ["--data", "of-line", "--port", "0", "--currency", "CHF", "--address", "127.0.0.1"];
    let env = [env[0], env[1], env[2], ("TILLBOX_ADDRESS", "192.0.2.1")];
    let line = started(dir.path(), &env, &args).unwrap();
    assert!(
        line.ends_with(" \"CHF\"") && !line.contains(&other) && !line.contains(":0 "),
        "{line}"
    );
    assert!(at("of-line"));
    // The currency is that of the file, once there is one.
    let args = ["--data", "of-line", "--port", "0", "--currency", "EUR"];
    assert!(started(dir.path(), &[], &args).unwrap().ends_with(" \"CHF\""));

    fs::remove_file(dir.path().join("Rocket.toml")).unwrap();
    for (name, value) in [
        ("TILLBOX_PORT", "http"),
        ("TILLBOX_PORT", "65536"),
        ("TILLBOX_ADDRESS", "everywhere"),
        ("TILLBOX_CURRENCY", "euros"),
        ("TILLBOX_TRUSTED_PROXIES", "[\"10.0.0.0/99\"]"),
    ] {
        refused(&tillbox_in(dir.path(), &[(name, value)], &[], ""), 1);
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

#[test]
fn nobody_else_on_the_machine_reads_the_shop() {
    let dir = tempfile::tempdir().unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let data = dir.path().join("a/b");
    let shell = format!("umask 000; exec \"$0\" key create --role admin --data {}", data.display());
    let exe = program().get_program().to_owned();
    let created = std::process::Command::new("sh").args(["-c", &shell]).arg(&exe).output().unwrap();
    assert!(said(&created).starts_with("tb_admin_"));
    assert_eq!((mode(&dir.path().join("a")), mode(&data)), (0o700, 0o700));
    let shell = "umask 000; exec \"$0\" serve --port 0 --data \"$1\"";
    let mut sh = std::process::Command::new("sh");
    let sh = sh.args(["-c", shell]).arg(&exe).arg(&data).current_dir(dir.path());
    let mut child = sh.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let line = first_line(child.stdout.take().unwrap()).unwrap();
    let port = line.rsplit(':').next().unwrap().parse().unwrap();
    Http::new(port).post("/customers", &ana()).expect(201);
    let files: Vec<_> = fs::read_dir(&data).unwrap().map(|file| file.unwrap().path()).collect();
    assert!(files.len() >= 3, "{files:?}");
    for file in files {
        assert_eq!(mode(&file) & 0o077, 0, "{}", file.display());
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_folder_that_cannot_be_used_is_told_in_one_sentence() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "no folder").unwrap();
    fs::create_dir_all(dir.path().join("odd/shop.db")).unwrap();
    fs::create_dir(dir.path().join("junk")).unwrap();
    fs::write(dir.path().join("junk/shop.db"), "This is no shop.".repeat(500)).unwrap();
    for data in ["file", "file/inside", "/proc/nowhere", "odd", "junk", "/dev/null", ""] {
        for command in [&["serve", "--port", "0"][..], &["key", "list"]] {
            let args = [command, &["--data", data]].concat();
            let ended = tillbox_in(dir.path(), &[], &args, "");
            let usage = data.is_empty() && ended.status.code() == Some(2);
            refused(&ended, if usage { 2 } else { 1 });
        }
    }
    let kept = fs::read_to_string(dir.path().join("junk/shop.db")).unwrap();
    assert_eq!(kept, "This is no shop.".repeat(500));
}

#[test]
fn a_file_of_a_newer_program_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().to_str().unwrap();
    key(dir.path(), "admin");
    let (currency, now) = (Currency::parse("EUR").unwrap(), Clock::system().now());
    write_beside_server(dir.path(), currency, now, |tx| {
        let sql = "insert into refinery_schema_history (version, name, applied_on, checksum)
            select 9999, name, applied_on, checksum from refinery_schema_history limit 1";
        tx.execute(sql, &[])
    })
    .unwrap();
    for args in
        [&["serve", "--port", "0"][..], &["key", "list"], &["key", "create", "--role", "read"]]
    {
        let text = refused(&tillbox(&[args, &["--data", folder]].concat()), 1);
        assert!(text.contains("newer"), "{text}");
    }
}

#[test]
fn a_shop_that_is_told_to_stop_ends_in_good_order() {
    let dir = tempfile::tempdir().unwrap();
    let mut server = Server::start(dir.path());
    let admin = key(dir.path(), "admin");
    let mut http = Http::new(server.port()).bearer(&admin);
    http.post("/products", &product("Mug", "1").body()).expect(201);
    // A connection that is kept open does not hold it up.
    http.open().unwrap();
    let begun = Instant::now();
    assert_eq!(server.stop().code(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(10));
    let log = dir.path().join("shop.db-wal");
    assert!(!log.exists() || fs::metadata(&log).unwrap().len() == 0);
    let server = Server::start(dir.path());
    Http::new(server.port()).get("/products/1").expect(200);
}
