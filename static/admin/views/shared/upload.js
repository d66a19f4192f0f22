// Sending a picture. `fetch` does not tell how much of it has gone; this does.

import { api, Problem } from "../../api.js";
import { t } from "../../texts.js";
import { BYTES_MAX, TAKEN } from "./shrink.js";

/**
 * Sends a picture, unless the shop takes none of its kind, and tells `told` the part of it that has
 * gone, up to 1.
 */
export async function upload(path, blob, told = () => {}) {
  if (!TAKEN.includes(blob.type)) throw refusal("unreadable");
  if (blob.size > BYTES_MAX) throw refusal("too_large");
  return api.upload(path, blob, carried(told));
}

const refusal = (code) => new Problem(415, { code, detail: t(`pictures.${code}`) });

const carried = (told) => (path, { method, headers, body }) => new Promise((resolve, reject) => {
  const request = new XMLHttpRequest();
  request.open(method, path);
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
  request.upload.addEventListener("progress", ({ loaded, total }) => told(loaded / total));
  request.addEventListener("load", () => resolve(answerOf(request)));
  request.addEventListener("error", reject);
  request.send(body);
});

function answerOf(request) {
  const headers = ["Content-Type", "ETag", "Location"]
    .map((name) => [name, request.getResponseHeader(name)]).filter(([, value]) => value);
  return new Response(request.responseText || null, { status: request.status, headers });
}
