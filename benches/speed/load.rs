//! Requests over many connections at once, from one thread that does as little as it can: it takes
//! its share of the same two cores. Requests are rendered before the run; of an answer only the
//! head and the length are read, and a status that is not the expected one ends the run.

use std::cell::{Cell, RefCell};
use std::fmt::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use rocket::futures::future::join_all;
use rocket::tokio::io::{AsyncReadExt, AsyncWriteExt};
use rocket::tokio::net::TcpStream;
use rocket::tokio::runtime::{Builder, Runtime};
use rocket::tokio::time::{sleep, timeout};

/// No answer takes longer, or the run has failed.
const PATIENCE: Duration = Duration::from_secs(20);
/// Digits of a key, in the place of which the requests were rendered with zeros.
const KEY_DIGITS: usize = 20;
/// The longest answer of a load, and of a single question.
const ROOM_BYTES: usize = 64 * 1024;
const ROOM_OF_ONE_BYTES: usize = 1024 * 1024;

/// The requests of a run, which the connections take in turns.
pub struct Requests {
    port: u16,
    status: u16,
    /// Each with the place of its idempotency key, which is another one each time.
    rendered: Vec<(Vec<u8>, Option<usize>)>,
    /// The keys of this run begin here.
    next: Cell<u64>,
}

/// A request before it is rendered.
pub struct Request<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub headers: &'a [(&'a str, &'a str)],
    pub body: &'a str,
}

impl Request<'_> {
    pub const fn get<'a>(path: &'a str, headers: &'a [(&'a str, &'a str)]) -> Request<'a> {
        Request { method: "GET", path, headers, body: "" }
    }
}

impl Requests {
    pub fn of(port: u16, status: u16) -> Self {
        Self { port, status, rendered: Vec::new(), next: Cell::new(1) }
    }

    /// The same, whose keys begin here.
    pub fn keys_from(self, first: u64) -> Self {
        self.next.set(first + 1);
        self
    }

    pub fn with(mut self, request: &Request, has_key: bool) -> Self {
        let mut text =
            format!("{} {} HTTP/1.1\r\nHost: 127.0.0.1\r\n", request.method, request.path);
        for (name, value) in request.headers {
            text.extend([name, ": ", value, "\r\n"]);
        }
        if request.method != "GET" {
            let length = request.body.len();
            let _ = write!(text, "Content-Type: application/json\r\nContent-Length: {length}\r\n");
        }
        let mut key_at = None;
        if has_key {
            text += "Idempotency-Key: ";
            key_at = Some(text.len());
            text += &"0".repeat(KEY_DIGITS);
            text += "\r\n";
        }
        text += "\r\n";
        text += request.body;
        self.rendered.push((text.into_bytes(), key_at));
        self
    }

    /// Puts the next request into the buffer.
    fn take(&self, buffer: &mut Vec<u8>) {
        let turn = self.next.get();
        self.next.set(turn + 1);
        let place = usize::try_from(turn).unwrap() % self.rendered.len();
        let (bytes, key_at) = &self.rendered[place];
        buffer.clear();
        buffer.extend_from_slice(bytes);
        if let Some(at) = key_at {
            let mut left = turn;
            for digit in buffer[*at..*at + KEY_DIGITS].iter_mut().rev() {
                *digit = b'0' + u8::try_from(left % 10).unwrap();
                left /= 10;
            }
        }
    }
}

/// One of the loads that run beside each other.
pub struct Stream<'a> {
    pub requests: &'a Requests,
    pub connections: usize,
    /// The pause of a connection before each of its requests; none where it is zero.
    pub pause: Duration,
}

/// What came of a load.
#[derive(Debug, Default)]
pub struct Outcome {
    pub micros: Vec<u64>,
    pub taken: Duration,
}

/// Runs the loads side by side for so long; `begin` is called when all connections are open.
pub fn run<T>(
    streams: &[Stream],
    length: Duration,
    begin: impl FnOnce() -> T,
) -> Result<(T, Vec<Outcome>), String> {
    let runtime = runtime();
    runtime.block_on(async {
        let mut opened = Vec::new();
        for stream in streams {
            let port = stream.requests.port;
            opened.push(open(port, stream.connections).await?);
        }
        let begun = begin();
        let loads =
            streams.iter().zip(opened).map(|(stream, sockets)| drive(stream, sockets, length));
        let outcomes: Result<Vec<Outcome>, String> = join_all(loads).await.into_iter().collect();
        Ok((begun, outcomes?))
    })
}

/// Opens so many connections that have asked once, and holds them while `look` looks.
pub fn hold<T>(requests: &Requests, connections: usize, look: impl FnOnce() -> T) -> T {
    let runtime = runtime();
    runtime.block_on(async {
        let mut sockets = open(requests.port, connections).await.unwrap();
        let (mut line, mut room) = (Vec::new(), vec![0; ROOM_BYTES]);
        for socket in &mut sockets {
            requests.take(&mut line);
            exchange(socket, &line, &mut room, requests.status).await.unwrap();
        }
        look()
    })
}

/// Asks once; the body of the answer, and its head.
pub fn ask(port: u16, request: &Request, status: u16) -> Result<(String, String), String> {
    let requests = Requests::of(port, status).with(request, false);
    runtime().block_on(async {
        let socket = TcpStream::connect(address(port)).await;
        let mut socket = socket.map_err(|error| error.to_string())?;
        let (mut line, mut room) = (Vec::new(), vec![0; ROOM_OF_ONE_BYTES]);
        requests.take(&mut line);
        let answer = exchange(&mut socket, &line, &mut room, status).await?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let head = text(&room[..answer.head]);
        let body = &room[answer.head..answer.end];
        Ok((head, if answer.is_chunked { text(&joined(body)) } else { text(body) }))
    })
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

const fn address(port: u16) -> SocketAddr {
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), port)
}

async fn open(port: u16, connections: usize) -> Result<Vec<TcpStream>, String> {
    let mut sockets = Vec::new();
    for _ in 0..connections {
        let socket = TcpStream::connect(address(port)).await;
        let socket = socket.map_err(|error| format!("no connection: {error}"))?;
        socket.set_nodelay(true).map_err(|error| error.to_string())?;
        sockets.push(socket);
    }
    Ok(sockets)
}

async fn drive(
    stream: &Stream<'_>,
    sockets: Vec<TcpStream>,
    length: Duration,
) -> Result<Outcome, String> {
    let begun = Instant::now();
    let micros = RefCell::new(Vec::new());
    let clients = sockets.into_iter().map(async |mut socket| -> Result<(), String> {
        let (mut line, mut room) = (Vec::new(), vec![0; ROOM_BYTES]);
        while begun.elapsed() < length {
            if !stream.pause.is_zero() {
                sleep(stream.pause).await;
            }
            stream.requests.take(&mut line);
            let sent = Instant::now();
            exchange(&mut socket, &line, &mut room, stream.requests.status).await?;
            micros.borrow_mut().push(u64::try_from(sent.elapsed().as_micros()).unwrap());
        }
        Ok(())
    });
    let done = timeout(length + PATIENCE, join_all(clients)).await;
    let done = done.map_err(|_| "an answer took too long".to_owned())?;
    done.into_iter().collect::<Result<(), String>>()?;
    Ok(Outcome { micros: micros.into_inner(), taken: begun.elapsed() })
}

/// An answer in its room.
struct Answer {
    head: usize,
    end: usize,
    is_chunked: bool,
}

async fn exchange(
    socket: &mut TcpStream,
    request: &[u8],
    room: &mut [u8],
    status: u16,
) -> Result<Answer, String> {
    socket.write_all(request).await.map_err(|error| error.to_string())?;
    let (mut filled, mut head) = (0, None);
    loop {
        let read = socket.read(&mut room[filled..]).await.map_err(|error| error.to_string())?;
        if read == 0 {
            return Err("the connection ended, or an answer was too long".to_owned());
        }
        filled += read;
        if head.is_none() {
            head = Head::read(&room[..filled]);
        }
        let Some(known) = &head else { continue };
        let end = known.bytes + known.length.unwrap_or(0);
        let is_whole = match known.length {
            Some(_) => filled >= end,
            None => room[..filled].ends_with(b"0\r\n\r\n"),
        };
        if !is_whole {
            continue;
        }
        if known.status != status {
            let text = String::from_utf8_lossy(&room[..filled]);
            return Err(format!("{} instead of {status}: {text}", known.status));
        }
        return Ok(Answer { head: known.bytes, end: filled, is_chunked: known.length.is_none() });
    }
}

/// The head of an answer, as far as it says where the answer ends.
struct Head {
    status: u16,
    bytes: usize,
    /// `None` for a body in chunks.
    length: Option<usize>,
}

impl Head {
    fn read(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
        let text = std::str::from_utf8(&bytes[..end]).unwrap();
        let status = text[9..12].parse().unwrap();
        let mut length = Some(0);
        for line in text.lines().skip(1) {
            let Some((name, value)) = line.split_once(':') else { continue };
            if name.eq_ignore_ascii_case("content-length") && !matches!(status, 204 | 304) {
                length = Some(value.trim().parse().unwrap());
            } else if name.eq_ignore_ascii_case("transfer-encoding") {
                length = None;
            }
        }
        Some(Self { status, bytes: end, length })
    }
}

/// The body that came in chunks, each behind a line with its length.
fn joined(mut chunks: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = chunks.windows(2).position(|two| two == b"\r\n") {
        let digits = std::str::from_utf8(&chunks[..end]).unwrap();
        let length = usize::from_str_radix(digits, 16).unwrap();
        if length == 0 {
            break;
        }
        let start = end + 2;
        body.extend_from_slice(&chunks[start..start + length]);
        chunks = &chunks[start + length + 2..];
    }
    body
}
