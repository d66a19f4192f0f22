// Asking the shop. Every "no" is a Problem with its code, its sentence and its faults. And what is
// asked once: who is signed in, and the shop they work in.

import { away, here } from "./reach.js";

/** A "no" of the shop (RFC 9457). `faults`: pointer to sentence. */
export class Problem extends Error {
  constructor(status, body) {
    super(body?.detail ?? `${status}`);
    this.status = status;
    this.code = body ? body.code : "offline";
    this.body = body ?? {};
  }

  get faults() {
    return new Map((this.body.errors ?? []).map(({ pointer, parameter, detail }) =>
      [pointer ?? parameter, detail]));
  }
}

let sayAs;
const saying = new Promise((resolve) => { sayAs = resolve; });

/** `words(problem, method, path)`: the same problem with the sentences of the page. */
export const onRefusal = (words) => sayAs(words);

/** What the shop refused; where the page has no words for it, in those of the shop. */
async function refusal(status, problem, method, path) {
  const words = problem?.code && await saying;
  const said = words && await words(problem, method, path).catch(() => null);
  return new Problem(status, said || problem);
}

let signIn = async () => false;

/** `sign(): Promise<boolean>` lets somebody sign in whose session has ended; true: they did. */
export function onSignedOut(sign) {
  signIn = sign;
}

/**
 * The answer of the shop, and what it says. What it refused for want of a session is asked again
 * after a sign-in.
 */
async function send(method, path, options = {}) {
  const { body, headers = {}, quiet = false, carry = fetch } = options;
  const sent = body === undefined || body instanceof Blob ? body : JSON.stringify(body);
  // Two pictures cannot be told apart.
  const question = typeof sent === "string" && `${method} ${path} ${sent}`;
  const key = headers[KEY] && (unanswered.get(question) ?? headers[KEY]);
  const leaveOpen = () => question && key && unanswered.set(question, key);
  let response;
  let answer;
  try {
    response = await carry(path, {
      method,
      credentials: "same-origin",
      cache: "no-store",
      headers: {
        ...(body === undefined ? {} : { "Content-Type": typeOf(body, method) }),
        ...headers,
        ...(key && { [KEY]: key }),
      },
      body: sent,
    });
    // One that was cut off on the way did not arrive.
    answer = await json(response);
  } catch {
    leaveOpen();
    away();
    throw new Problem(0, { detail: "", code: "offline" });
  }
  if (response.status < 500) unanswered.delete(question);
  else leaveOpen();
  here();
  if (response.ok) return { response, answer };
  if (response.status === 401 && !quiet && await signIn()) return send(method, path, options);
  throw await refusal(response.status, answer, method, path);
}

function typeOf(body, method) {
  if (body instanceof Blob) return body.type || "application/octet-stream";
  return method === "PATCH" ? "application/merge-patch+json" : "application/json";
}

const json = async (response) =>
  (response.headers.get("Content-Type")?.includes("json") ? response.json() : null);

async function ask(...question) {
  const { response, answer } = await send(...question);
  if (answer && typeof answer === "object") {
    tags.set(answer, response.headers.get("ETag"));
    places.set(answer, response.headers.get("Location"));
  }
  return answer;
}

const tags = new WeakMap();
/** The ETag that an object came with. */
export const tagOf = (object) => tags.get(object);

const places = new WeakMap();
/** The address where what was made can be read, or taken back. */
export const locationOf = (object) => places.get(object);

/** 128 random bits. Over plain http a browser has no `randomUUID`. */
export const randomKey = () =>
  crypto.getRandomValues(new BigUint64Array(2))
    .reduce((text, part) => text + part.toString(36), "");

const KEY = "Idempotency-Key";
const once = () => ({ [KEY]: randomKey() });

/**
 * What was asked and never answered, with its key: the shop may have done it, so that asked once
 * more it is the same request.
 */
const unanswered = new Map();

/** `seen`: the object that a change is made from; a stale one is refused (412). */
const match = (seen) => (seen && tagOf(seen) ? { "If-Match": tagOf(seen) } : {});

export const api = {
  get: (path, options) => ask("GET", path, options),
  /** A POST that counts once, however often the network repeats it. */
  post: (path, body = {}, seen, options = {}) =>
    ask("POST", path, { body, headers: { ...once(), ...match(seen) }, ...options }),
  patch: (path, body, seen) => ask("PATCH", path, { body, headers: match(seen) }),
  put: (path, body, seen) => ask("PUT", path, { body, headers: match(seen) }),
  delete: (path, seen, options) => ask("DELETE", path, { headers: match(seen), ...options }),
  /** A picture; `carry` sends it in the way of `fetch`. */
  upload: (path, body, carry) => ask("POST", path, { body, headers: once(), carry }),
  /** A file that the shop makes. */
  file: async (path) => (await send("POST", path)).response,
};

/** A path with a query; what is empty is left out. */
export function query(path, values) {
  const pairs = Object.entries(values).filter(([, value]) => (value ?? "") !== "");
  const text = new URLSearchParams(pairs).toString();
  return text ? `${path}?${text}` : path;
}

let person = null;
let place = { currency: "EUR", time_zone: "UTC", name: "" };

export const me = () => person;
export const shop = () => place;
export const isOwner = () => person?.role === "owner";

// The session itself is a cookie that no script can read.
const SIGNED_IN = "signed in";

/** From now on the shop is asked who is signed in: where nobody did, it has only a "no". */
export const signedIn = () => localStorage.setItem(SIGNED_IN, "yes");

/** Finds out who is signed in; null when nobody is. */
export async function loadSession() {
  const known = localStorage.getItem(SIGNED_IN);
  [person, place] = await Promise.all([known && session(), api.get("/shop")]);
  return person;
}

let beginning = async () => {};

/** `show(): Promise` finds out who is here and shows them their page. */
export function onBegin(show) {
  beginning = show;
}

/** Begins, or begins again after somebody signed in or out. */
export const begin = () => beginning();

const session = () => api.get("/staff/sessions/current", { quiet: true }).catch((error) => {
  if (error.status !== 401) throw error;
  forgetSession();
  return null;
});

export async function reloadShop() {
  place = await api.get("/shop");
}

export function forgetSession() {
  localStorage.removeItem(SIGNED_IN);
  person = null;
}
