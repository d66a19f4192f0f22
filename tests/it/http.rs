//! A small blocking HTTP/1.1 client. It sends a request once, and an error on the way is handed to
//! the test: whoever asks what a broken connection does to an order must see it break.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::{Duration, Instant};

use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(20);
/// After this long without a request, a kept connection is looked at before it is used again.
const IDLE: Duration = Duration::from_millis(100);

pub struct Http {
    port: u16,
    token: Option<String>,
    kept: Option<(BufReader<TcpStream>, Instant)>,
    patience: Duration,
}

pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Http {
    pub const fn new(port: u16) -> Self {
        Self { port, token: None, kept: None, patience: PATIENCE }
    }

    /// Waits so long for each answer.
    pub const fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Every request carries this credential, unless it brings an `Authorization` of its own.
    pub fn bearer(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    /// Opens the connection now, so that a race starts with the request and not with a handshake.
    pub fn open(&mut self) -> io::Result<()> {
        let stream = self.ready()?;
        self.kept = Some((stream, Instant::now()));
        Ok(())
    }

    pub fn request(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> io::Result<Answer> {
        let mut stream = self.ready()?;
        stream.get_mut().write_all(&self.message(method, path, headers, body))?;
        let (answer, keep) = read_answer(&mut stream, method == "HEAD")?;
        if keep {
            self.kept = Some((stream, Instant::now()));
        }
        Ok(answer)
    }

    /// Sends a picture.
    pub fn upload(&mut self, path: &str, picture: &[u8]) -> io::Result<Answer> {
        let headers = [("Content-Type", "image/jpeg")];
        let mut stream = self.ready()?;
        stream.get_mut().write_all(&self.head("POST", path, &headers, Some(picture.len())))?;
        stream.get_mut().write_all(picture)?;
        let (answer, keep) = read_answer(&mut stream, false)?;
        if keep {
            self.kept = Some((stream, Instant::now()));
        }
        Ok(answer)
    }

    /// Asks for what has no end; its headers, and the body to be read on.
    pub fn endless(
        &mut self,
        path: &str,
        headers: &[(&str, &str)],
    ) -> io::Result<(Answer, Endless)> {
        let mut stream = self.ready()?;
        stream.get_mut().write_all(&self.message("GET", path, headers, None))?;
        let head = read_head(&mut stream)?;
        Ok((head, Endless { stream, read: Vec::new() }))
    }

    /// Reading changes nothing, so it may be asked a second time on a fresh connection.
    pub fn get(&mut self, path: &str) -> Answer {
        let first = self.request("GET", path, &[], None);
        first.or_else(|_| self.request("GET", path, &[], None)).unwrap()
    }

    pub fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.request("POST", path, &[], Some(&body.to_string())).unwrap()
    }

    /// Hands over every row of a list, page by page; `path` may already hold a query.
    pub fn each(&mut self, path: &str, mut row: impl FnMut(&Value)) {
        let joint = if path.contains('?') { '&' } else { '?' };
        let mut next = format!("{path}{joint}limit=100");
        loop {
            let page = self.get(&next).expect(200).json();
            page["data"].as_array().unwrap().iter().for_each(&mut row);
            let Some(cursor) = page["next_cursor"].as_str() else { return };
            next = format!("{path}{joint}limit=100&after={}", escaped(cursor));
        }
    }

    /// The bytes of a request, for tests that put them on a socket of their own.
    pub fn message(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> Vec<u8> {
        let mut message = self.head(method, path, headers, body.map(str::len));
        message.extend(body.unwrap_or_default().as_bytes());
        message
    }

    fn head(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        length: Option<usize>,
    ) -> Vec<u8> {
        let mut text = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n", self.port);
        let named = |name: &str| headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
        if let Some(token) = self.token.as_ref().filter(|_| !named("Authorization")) {
            text.extend(["Authorization: Bearer ", token, "\r\n"]);
        }
        if length.is_some() && !named("Content-Type") {
            text += "Content-Type: application/json\r\n";
        }
        for (name, value) in headers {
            text.extend([name, ": ", value, "\r\n"]);
        }
        if length.is_some() || !matches!(method, "GET" | "HEAD") {
            let length = length.unwrap_or_default().to_string();
            text.extend(["Content-Length: ", &length, "\r\n"]);
        }
        text += "\r\n";
        text.into_bytes()
    }

    /// The kept connection while the other side holds it open, else a new one: nothing of the
    /// request has been sent yet, so this can never repeat one.
    fn ready(&mut self) -> io::Result<BufReader<TcpStream>> {
        if let Some((kept, since)) = self.kept.take()
            && (since.elapsed() < IDLE || is_open(kept.get_ref()))
        {
            return Ok(kept);
        }
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(self.patience))?;
        stream.set_write_timeout(Some(self.patience))?;
        Ok(BufReader::new(stream))
    }
}

/// A body that has no end, line by line as it comes.
pub struct Endless {
    stream: BufReader<TcpStream>,
    read: Vec<u8>,
}

impl Endless {
    /// Waits at most so long for each line from now on.
    pub fn patience(&self, patience: Duration) {
        self.stream.get_ref().set_read_timeout(Some(patience)).unwrap();
    }

    /// The next line; `None` when the other side has ended the body.
    pub fn line(&mut self) -> io::Result<Option<String>> {
        loop {
            if let Some(end) = self.read.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.read.drain(..=end).collect();
                return Ok(Some(String::from_utf8_lossy(&line).trim_end().to_owned()));
            }
            match read_chunk(&mut self.stream)? {
                Some(chunk) => self.read.extend(chunk),
                None => return Ok(None),
            }
        }
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text()))
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

fn is_open(stream: &TcpStream) -> bool {
    let waiting = stream.set_nonblocking(true).and_then(|()| stream.peek(&mut [0]));
    let quiet = matches!(waiting, Err(error) if error.kind() == ErrorKind::WouldBlock);
    stream.set_nonblocking(false).is_ok() && quiet
}

/// The answer, and whether the connection may be used again after it.
fn read_answer(stream: &mut BufReader<TcpStream>, head: bool) -> io::Result<(Answer, bool)> {
    let mut answer = read_head(stream)?;
    let is = |name, value: &str| {
        answer.header(name).is_some_and(|text| text.to_ascii_lowercase().contains(value))
    };
    let mut keep = !is("Connection", "close");
    let chunked = is("Transfer-Encoding", "chunked");
    let length = answer.header("Content-Length").map(str::parse::<usize>);
    let bare = head || matches!(answer.status, 204 | 304);
    if bare {
        // Whatever the headers say, no body follows.
    } else if chunked {
        answer.body = read_chunks(stream)?;
    } else if let Some(length) = length {
        answer.body = vec![0; length.map_err(|_| broken("no length"))?];
        stream.read_exact(&mut answer.body)?;
    } else {
        stream.read_to_end(&mut answer.body)?;
        keep = false;
    }
    Ok((answer, keep))
}

/// The answer without its body.
fn read_head(stream: &mut BufReader<TcpStream>) -> io::Result<Answer> {
    loop {
        let status = read_line(stream)?;
        let status = status.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status: u16 = status.ok_or_else(|| broken("no status line"))?;
        let headers = read_headers(stream)?;
        if status >= 200 {
            return Ok(Answer { status, headers, body: Vec::new() });
        }
    }
}

fn read_headers(stream: &mut BufReader<TcpStream>) -> io::Result<Vec<(String, String)>> {
    let mut headers = Vec::new();
    loop {
        let line = read_line(stream)?;
        if line.is_empty() {
            return Ok(headers);
        }
        let (name, value) = line.split_once(':').ok_or_else(|| broken("no header"))?;
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
}

fn read_chunks(stream: &mut BufReader<TcpStream>) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = read_chunk(stream)? {
        body.extend(chunk);
    }
    Ok(body)
}

/// A piece of a body; `None` behind the last.
fn read_chunk(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Vec<u8>>> {
    let line = read_line(stream)?;
    let digits = line.split(';').next().unwrap_or_default().trim();
    let length = usize::from_str_radix(digits, 16).map_err(|_| broken("no chunk"))?;
    if length == 0 {
        read_headers(stream)?;
        return Ok(None);
    }
    let mut chunk = vec![0; length];
    stream.read_exact(&mut chunk)?;
    read_line(stream)?;
    Ok(Some(chunk))
}

fn read_line(stream: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    if !line.ends_with('\n') {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    line.truncate(line.trim_end().len());
    Ok(line)
}

fn broken(what: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, what)
}

fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let one = |byte| if plain(byte) { char::from(byte).into() } else { format!("%{byte:02X}") };
    text.bytes().map(one).collect()
}
