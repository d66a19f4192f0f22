// A mail server on this machine (RFC 5321), as far as a shop needs it to hand over its mails.

import { createServer } from "node:net";

/**
 * Starts it; answers its port, the mails that came, and `refuse(start, answer)`, which answers
 * commands that begin so from then on, or takes them again where there is no answer.
 */
export async function mailbox() {
  const mails = [];
  const refused = new Map();
  const server = createServer((socket) => {
    let mail = { to: [], data: "" };
    let rest = "";
    let isData = false;
    const say = (line) => socket.write(`${line}\r\n`);
    const answer = (line) => {
      if (isData) {
        if (line !== ".") return void (mail.data += `${line}\n`);
        isData = false;
        mails.push(read(mail));
        mail = { to: [], data: "" };
        return say("250 taken");
      }
      const no = [...refused].find(([start]) => line.toUpperCase().startsWith(start));
      if (no) return say(no[1]);
      if (/^DATA/i.test(line)) {
        isData = true;
        return say("354 go on");
      }
      if (/^RCPT/i.test(line)) mail.to.push(line.match(/<(.*)>/)[1]);
      say(/^QUIT/i.test(line) ? "221 bye" : "250 ok");
      return /^QUIT/i.test(line) && socket.end();
    };
    socket.on("data", (bytes) => {
      rest += bytes.toString("latin1");
      const lines = rest.split("\r\n");
      rest = lines.pop();
      lines.forEach(answer);
    });
    socket.on("error", () => {});
    say("220 mail.example.org");
  });
  await new Promise((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  return {
    port: server.address().port,
    mails,
    refuse: (start, no) => (no ? refused.set(start, no) : refused.delete(start)),
    end: () => server.close(),
  };
}

/** What the settings of a shop say that sends its mails there. */
export const mailSettings = ({ port }) => ({
  host: "127.0.0.1", port, security: "none", from: "shop@example.org",
});

/** A mail that came: to whom, its subject, and its plain text. */
function read({ to, data }) {
  const [head, ...parts] = data.split("\n\n");
  const subject = decoded(unfolded(head).match(/^Subject: (.*)$/m)?.[1] ?? "");
  const at = parts.findIndex((part) => part.includes("text/plain"));
  const isQuoted = parts[at]?.includes("quoted-printable") ?? false;
  const isBase64 = parts[at]?.includes("base64") ?? false;
  const body = parts.slice(at + 1).join("\n\n").split(/^--[\w.-]{16,}/m)[0];
  return { to, subject, text: isBase64 ? plain64(body) : isQuoted ? quoted(body) : body, data };
}

const unfolded = (head) => head.replace(/\n[ \t]+/g, " ");
const bytes = (text) => Buffer.from(text, "latin1").toString("utf8");
const plain64 = (text) => Buffer.from(text, "base64").toString("utf8");
const hex = (text) => text.replace(/=([\dA-F]{2})/gi, (_, it) => String.fromCharCode(parseInt(it, 16)));
const quoted = (text) => bytes(hex(text.replace(/=\n/g, "")));
/** Words of a header that are not ASCII (RFC 2047). */
const decoded = (text) => text.replace(/\?=\s+=\?/g, "?==?")
  .replace(/=\?utf-8\?([bq])\?(.*?)\?=/gi, (_, way, words) =>
    (/b/i.test(way) ? plain64(words) : quoted(words.replaceAll("_", " "))));
