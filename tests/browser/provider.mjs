// A card provider on this machine, as far as a purchase needs it: sessions that are made, looked at
// and ended, the page on which a buyer pays, and money that goes back.

import { createServer } from "node:http";

/** Starts it; answers its address, its sessions by their ids, and its refunds. */
export async function provider() {
  const sessions = new Map();
  const refunds = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (data) => { body += data; });
    request.on("end", () => answer(request, new URLSearchParams(body), response));
  });

  function answer({ method, url }, fields, response) {
    const [, first, ...rest] = url.split("/");
    if (first === "pay") return show(sessions.get(rest[0]), method, fields, response);
    if (rest[0] === "refunds") return say(response, 200, refund(fields));
    const [, , id, verb] = rest;
    const session = id ? sessions.get(id) : create(fields);
    if (rest[0] !== "checkout" || !session) return say(response, 404, { error: { type: "invalid_request_error" } });
    if (verb === "expire") Object.assign(session, { status: "expired", url: null });
    return say(response, 200, session);
  }

  function create(fields) {
    const id = `cs_test_${sessions.size + 1}`;
    const price = "line_items[0][price_data]";
    sessions.set(id, {
      id, status: "open", payment_status: "unpaid", payment_intent: null,
      amount_total: Number(fields.get(`${price}[unit_amount]`)), currency: fields.get(`${price}[currency]`),
      client_reference_id: fields.get("client_reference_id"), url: `${base()}/pay/${id}`,
      success_url: fields.get("success_url"), cancel_url: fields.get("cancel_url"),
    });
    return sessions.get(id);
  }

  /** It is on its way until somebody says what became of it; asked again, it is the same one. */
  function refund(fields) {
    const id = `re_${refunds.length + 1}`;
    if (fields.has("amount")) {
      refunds.push({
        id, object: "refund", amount: Number(fields.get("amount")), status: "pending",
        payment_intent: fields.get("payment_intent"),
        metadata: { tillbox_refund: fields.get("metadata[tillbox_refund]") },
      });
    }
    return refunds.at(-1);
  }

  function show(session, method, fields, response) {
    const form = '<form method="post"><button name="do" value="pay">Pay</button>'
      + '<button name="do" value="cancel">Back</button></form>';
    if (method === "GET") {
      response.writeHead(200, { "Content-Type": "text/html" });
      return response.end(`<!doctype html><html lang="en"><title>Pay</title><link rel="icon" href="data:,"><h1>Pay ${session.amount_total}</h1>${form}`);
    }
    const pays = fields.get("do") === "pay";
    if (pays) pay(session);
    response.writeHead(303, { Location: pays ? session.success_url : session.cancel_url });
    return response.end();
  }

  await new Promise((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  const base = () => `http://127.0.0.1:${server.address().port}`;
  return { url: base(), sessions, refunds, end: () => server.close() };
}

/** What the provider has once somebody has paid. */
export function pay(session) {
  Object.assign(session, {
    status: "complete", payment_status: "paid", payment_intent: session.id.replace("cs_", "pi_"), url: null,
  });
}

function say(response, status, body) {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify(body));
}
