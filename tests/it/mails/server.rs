//! A mail server (RFC 5321) that keeps what it is given, or refuses it as a test wants.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

/// Decides what a command is answered with; `None`: what is usual.
type Refusal = Box<dyn FnMut(&str) -> Option<&'static str> + Send>;

/// The server; it ends with the process.
pub struct MailServer {
    pub port: u16,
    inbox: Arc<Mutex<Vec<Received>>>,
    refusal: Arc<Mutex<Option<Refusal>>>,
}

/// A mail as it came over the wire.
#[derive(Clone, Debug)]
pub struct Received {
    pub from: String,
    pub to: String,
    pub data: String,
}

impl MailServer {
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Self { port, inbox: Arc::default(), refusal: Arc::default() };
        let (inbox, refusal) = (Arc::clone(&server.inbox), Arc::clone(&server.refusal));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (inbox, refusal) = (Arc::clone(&inbox), Arc::clone(&refusal));
                std::thread::spawn(move || converse(stream, &inbox, &refusal));
            }
        });
        server
    }

    /// The settings of a shop that sends its mails here.
    pub fn settings(&self) -> Value {
        json!({
            "host": "127.0.0.1", "port": self.port, "security": "none",
            "from": "shop@example.org", "notify": ["owner@example.org"],
        })
    }

    /// Answers commands as `refuse` says from now on.
    pub fn refuse(&self, refuse: impl FnMut(&str) -> Option<&'static str> + Send + 'static) {
        *self.refusal.lock().unwrap() = Some(Box::new(refuse));
    }

    /// Takes everything again.
    pub fn accept(&self) {
        *self.refusal.lock().unwrap() = None;
    }

    /// What has come since the last time.
    pub fn take(&self) -> Vec<Received> {
        std::mem::take(&mut self.inbox.lock().unwrap())
    }
}

fn converse(
    stream: TcpStream,
    inbox: &Mutex<Vec<Received>>,
    refusal: &Mutex<Option<Refusal>>,
) -> Option<()> {
    let mut out = stream.try_clone().ok()?;
    let mut lines = BufReader::new(stream).lines();
    let mut say = |line: &str| out.write_all(format!("{line}\r\n").as_bytes()).ok();
    let (mut from, mut to) = (String::new(), String::new());
    say("220 mail.example.org")?;
    loop {
        let line = lines.next()?.ok()?;
        let refused = refusal.lock().unwrap().as_mut().and_then(|refuse| refuse(&line));
        if let Some(answer) = refused {
            say(answer)?;
            continue;
        }
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => {
                say("250-mail.example.org")?;
                say("250-8BITMIME")?;
                say("250-SMTPUTF8")?;
                say("250 AUTH PLAIN LOGIN")?;
            }
            "MAIL" => {
                from = address(&line);
                say("250 ok")?;
            }
            "RCPT" => {
                to = address(&line);
                say("250 ok")?;
            }
            "DATA" => {
                say("354 go on")?;
                let mut data = String::new();
                loop {
                    let line = lines.next()?.ok()?;
                    if line == "." {
                        break;
                    }
                    data.push_str(line.strip_prefix('.').unwrap_or(&line));
                    data.push_str("\r\n");
                }
                let end = refusal.lock().unwrap().as_mut().and_then(|refuse| refuse("."));
                if end.is_none() {
                    let mail = Received { from: from.clone(), to: to.clone(), data };
                    inbox.lock().unwrap().push(mail);
                }
                say(end.unwrap_or("250 taken"))?;
            }
            "AUTH" => say("235 welcome").map(drop)?,
            "QUIT" => return say("221 bye"),
            _ => say("250 ok").map(drop)?,
        }
    }
}

fn address(line: &str) -> String {
    let from = line.find('<').map_or(0, |at| at + 1);
    let to = line.find('>').unwrap_or(line.len());
    line[from..to].to_owned()
}

impl Received {
    /// The value of a header, unfolded and decoded (RFC 2047).
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.data.split("\r\n\r\n").next().unwrap();
        let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let value = unfolded.lines().find_map(|line| {
            let (known, value) = line.split_once(": ")?;
            known.eq_ignore_ascii_case(name).then(|| value.to_owned())
        });
        value.map(|value| words(&value))
    }

    pub fn subject(&self) -> String {
        self.header("Subject").unwrap()
    }

    /// The plain text.
    pub fn text(&self) -> String {
        self.part("text/plain")
    }

    /// The page.
    pub fn html(&self) -> String {
        self.part("text/html")
    }

    /// The first part of a media type, decoded.
    fn part(&self, kind: &str) -> String {
        let begin = self.data.find(&format!("Content-Type: {kind}")).unwrap();
        let part = &self.data[begin..];
        let (head, rest) = part.split_once("\r\n\r\n").unwrap();
        let body = rest.split("\r\n--").next().unwrap();
        let coding = head.lines().find_map(|line| line.strip_prefix("Content-Transfer-Encoding: "));
        match coding.unwrap_or("7bit") {
            "quoted-printable" => quoted(body, '='),
            "base64" => String::from_utf8(base64(body)).unwrap(),
            _ => body.replace("\r\n", "\n"),
        }
    }
}

/// Decodes the words of a header.
fn words(value: &str) -> String {
    let joined = value.replace("?= =?", "?==?");
    let mut out = String::new();
    let mut rest = joined.as_str();
    while let Some((before, from)) = rest.split_once("=?") {
        out.push_str(before);
        let mut parts = from.splitn(4, '?');
        let (_, coding, text) =
            (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
        rest = parts.next().unwrap().strip_prefix('=').unwrap();
        match coding.to_ascii_lowercase().as_str() {
            "b" => out.push_str(&String::from_utf8(base64(text)).unwrap()),
            _ => out.push_str(&quoted(&text.replace('_', " "), '=')),
        }
    }
    out + rest
}

fn quoted(text: &str, mark: char) -> String {
    let text = text.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == mark {
            let code: String = chars.by_ref().take(2).collect();
            bytes.push(u8::from_str_radix(&code, 16).unwrap());
        } else {
            bytes.extend(c.to_string().as_bytes());
        }
    }
    String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
}

pub fn base64(text: &str) -> Vec<u8> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text.chars().filter_map(|c| ALPHABET.find(c));
    let bits: Vec<usize> = digits.collect();
    let mut bytes = Vec::new();
    for four in bits.chunks(4) {
        let joined = four.iter().fold(0, |sum, digit| sum << 6 | digit) << (6 * (4 - four.len()));
        let all = [joined >> 16, joined >> 8 & 0xff, joined & 0xff];
        bytes.extend(all.iter().take(four.len() - 1).map(|byte| u8::try_from(*byte).unwrap()));
    }
    bytes
}
