// A shop front as somebody writes it who knows nothing but openapi.json: the types come from there,
// the calls go to a shop that runs. Compiled with --strict, so that a description that does not fit
// what a shop front needs does not get through.

import createClient from "openapi-fetch";
import type { components, paths } from "./openapi.js";

declare const process: { env: Record<string, string | undefined> };

type Problem = components["schemas"]["Problem"];

const baseUrl = process.env.URL ?? "";
const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });
const visitor = createClient<paths>({ baseUrl });
const admin = createClient<paths>({ baseUrl, ...bearer(process.env.ADMIN_KEY ?? "") });

/** What a call answered, or an error with what the shop said. */
function good<T>(answer: { data?: T; error?: Problem; response: Response }): T {
  if (answer.data === undefined) {
    throw new Error(`${answer.response.status}: ${answer.error?.detail ?? "no answer"}`);
  }
  return answer.data;
}

function same(got: unknown, wanted: unknown): void {
  if (got !== wanted) throw new Error(`It is ${String(got)}, not ${String(wanted)}.`);
}

const product = good(
  await admin.POST("/products", { body: { name: "Teapot", price: "24.90", stock: 5 } }),
);
same(product.variants[0]?.price, "24.90");

const shown = good(await visitor.GET("/products/{id}", { params: { path: { id: product.id } } }));
same(shown.handle, product.handle);

const found = good(await visitor.GET("/products", { params: { query: { q: "teap" } } }));
same(found.data.map(({ id }) => id).join(), String(product.id));
const image = good(
  await admin.POST("/products/{id}/images", {
    params: { path: { id: product.id }, query: { alt: "A teapot" } },
    body: atob(process.env.PICTURE_TEXT ?? ""),
    // What is binary has the type of a text.
    bodySerializer: (bytes) => Uint8Array.from(String(bytes), (byte) => byte.charCodeAt(0)),
    headers: { "Content-Type": "image/png" },
  }),
);
same(image.alt, "A teapot");
same(image.urls["1600"], image.urls["320"]);

const discount = good(
  await admin.POST("/discounts", { body: { code: "TEA10", type: "percent", value: "10" } }),
);
same(discount.value, "10");

const basket = { items: [{ product_id: shown.id, quantity: 2 }], discount_code: "tea10" };
const quote = good(await visitor.POST("/quotes", { body: basket }));
same(quote.total, "44.82");
same(quote.shipping_methods[0]?.code, quote.shipping_method);
same(quote.payment_methods[0]?.hold_hours, 168);

const order = good(
  await visitor.POST("/orders", {
    params: { header: { "Idempotency-Key": "first-order" } },
    body: {
      ...basket,
      customer: { name: "Ana Silva", email: "ana@example.org" },
      expected_total: quote.total,
    },
  }),
);
same(order.total, "44.82");
same(order.customer_id, null);

// The address for the buyer's mail is a path as long as the shop has no `public_url`.
const token = new URL(order.tracking_url, baseUrl).searchParams.get("token") ?? "";
const track = { params: { path: { id: order.id }, query: { token } } };
same(good(await visitor.GET("/orders/{id}/track", track)).status, "placed");

const order_holder = createClient<paths>({ baseUrl, ...bearer(order.token) });
const own = { params: { path: { id: order.id } } };
same(good(await order_holder.GET("/orders/{id}", own)).number, order.number);

const paid = good(
  await admin.POST("/orders/{id}/payments", { ...own, body: { method: "bank_transfer" } }),
);
same(paid.payment_status, "paid");
same(good(await visitor.GET("/orders/{id}/track", track)).status, "confirmed");

const again = await admin.POST("/orders/{id}/payments", { ...own, body: { method: "cash" } });
same(again.error?.code, "action_not_possible");
same(again.error?.allowed?.includes("shipments"), true);

const refunded = good(
  await admin.POST("/orders/{id}/refunds", { ...own, body: { amount: "4.82", reason: "Late." } }),
);
same(refunded.payment_status, "partially_refunded");
// A try would have been answered with a preview, whose type is another.
if (!("refunds" in refunded)) throw new Error("The refund was only tried.");
same(refunded.refunds[0]?.amount, "4.82");

const address = { name: "Tea House", line1: "Rua 1", city: "Porto", country: "PT" as const };
good(await admin.PATCH("/settings", { body: { address, tax_number: "PT 123" } }));
const invoice = good(await admin.POST("/orders/{id}/invoices", own));
same(invoice.type, "invoice");
const documents = good(await admin.GET("/orders/{id}/invoices", own)).data;
same(documents.map((document) => document.type).join(), "invoice");
const report = good(
  await admin.GET("/reports/sales", { params: { query: { interval: "month" } } }),
);
same(report.total.refunded, "4.82");

const nobody = await visitor.GET("/orders/{id}/track", { params: { path: { id: order.id } } });
same(nobody.error?.status, 404);

/** Never called: a body that does not fit its schema does not compile. */
export function misunderstood(): void {
  // @ts-expect-error A price is an amount.
  void admin.POST("/products", { body: { name: "Teapot", price: true } });
  // @ts-expect-error There is no such state.
  void admin.PATCH("/products/{id}", { params: { path: { id: 1 } }, body: { status: "gone" } });
  // @ts-expect-error Something must be ordered.
  void visitor.POST("/orders", { body: { customer: { name: "Ana", email: "ana@example.org" } } });
}
