// Asking the shop. Every "no" is a Problem with its code, its sentence and its faults.

/** What the shop said no to (RFC 9457). `faults`: pointer to sentence. */
export class Problem extends Error {
  constructor(status, body) {
    super(body?.detail ?? `${status}`);
    this.status = status;
    this.code = body?.code ?? "offline";
    this.body = body ?? {};
  }

  get faults() {
    return new Map((this.body.errors ?? []).map((fault) => [fault.pointer ?? fault.parameter, fault.detail]));
  }
}

const listeners = new Set();

/** Tells when the session has ended (`signed_out`) and when the shop cannot be reached (`offline`). */
export function onTrouble(listener) {
  listeners.add(listener);
}

const tell = (what) => listeners.forEach((listener) => listener(what));

async function ask(method, path, { body, headers = {}, quiet = false } = {}) {
  let response;
  try {
    response = await fetch(path, {
      method,
      credentials: "same-origin",
      cache: "no-store",
      headers: {
        ...(body === undefined ? {} : {
          "Content-Type": method === "PATCH" ? "application/merge-patch+json" : "application/json",
        }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    tell("offline");
    throw new Problem(0, { detail: "", code: "offline" });
  }
  tell("online");
  const type = response.headers.get("Content-Type") ?? "";
  const answer = type.includes("json") ? await response.json() : null;
  if (!response.ok) {
    if (response.status === 401 && !quiet) tell("signed_out");
    throw new Problem(response.status, answer);
  }
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
/** Where what was made can be read, or taken back. */
export const locationOf = (object) => places.get(object);

const once = () => ({ "Idempotency-Key": crypto.randomUUID() });

/** `seen`: the object that a change is made from; a stale one is refused (412). */
const match = (seen) => (seen && tagOf(seen) ? { "If-Match": tagOf(seen) } : {});

export const api = {
  get: (path, options) => ask("GET", path, options),
  /** A POST that counts once, however often the network repeats it. */
  post: (path, body = {}, seen, options = {}) =>
    ask("POST", path, { body, headers: { ...once(), ...match(seen) }, ...options }),
  patch: (path, body, seen) => ask("PATCH", path, { body, headers: match(seen) }),
  put: (path, body, seen) => ask("PUT", path, { body, headers: match(seen) }),
  delete: (path, seen) => ask("DELETE", path, { headers: match(seen) }),
};

/** A path with a query; what is empty is left out. */
export function query(path, values) {
  const pairs = Object.entries(values).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  const text = new URLSearchParams(pairs).toString();
  return text ? `${path}?${text}` : path;
}
