// Buys with the client that openapi-generator makes for TypeScript (`typescript-fetch`).

import {
  Configuration,
  ListProductsSortEnum,
  OrdersApi,
  ProblemFromJSON,
  ProductsApi,
  ResponseError,
  TrackStatus,
} from "./tillbox/index.js";

declare const process: { env: Record<string, string | undefined> };

const basePath = process.env["URL"] ?? "";
const guest = new Configuration({ basePath });
const orders = new OrdersApi(guest);

function same(got: unknown, wanted: unknown): void {
  if (got !== wanted) throw new Error(`It is ${String(got)}, not ${String(wanted)}.`);
}

const page = await new ProductsApi(guest).listProducts({ sort: ListProductsSortEnum.Name });
const [mug, last] = page.data;
if (mug === undefined || last === undefined) throw new Error("There is nothing to buy.");

const found = await new ProductsApi(guest).listProducts({ q: "BLU mu" });
same(found.data.map(({ id }) => id).join(), String(mug.id));

const keeper = new Configuration({ basePath, accessToken: process.env["ADMIN_KEY"] ?? "" });
const bytes = atob(process.env["PICTURE_TEXT"] ?? "");
const body = new Blob([Uint8Array.from(bytes, (byte) => byte.charCodeAt(0))]);
const sent = { id: mug.id, body, alt: "A mug" };
const image = await new ProductsApi(keeper).createProductImage(sent);
same(image.alt, "A mug");
same(image.width, 2);

const items = [{ productId: mug.id, quantity: 2 }];
const quote = await orders.createQuote({ quoteInput: { items } });
same(quote.total, "19.90");

const customer = { name: "Ana Søs", email: "ana@example.org" };
const wanted = {
  orderInput: { items, customer, expectedTotal: quote.total },
  idempotencyKey: "typescript-fetch",
};
const order = await orders.placeOrder(wanted);
same((await orders.placeOrder(wanted)).id, order.id);
same(order.total, "19.90");

const holder = new OrdersApi(new Configuration({ basePath, accessToken: order.token }));
const own = await holder.readOrder({ id: order.id });
same(own.number, order.number);
same(own.customer.name, customer.name);
same(own.createdAt.getTime(), order.createdAt.getTime());

const token = new URL(order.trackingUrl, basePath).searchParams.get("token") ?? "";
const track = await orders.trackOrder({ id: order.id, token });
same(track.status, TrackStatus.TrackPlaced);

const more = { items: [{ productId: last.id, quantity: 2 }], customer };
const refused: unknown = await orders.placeOrder({ orderInput: more }).catch((error) => error);
if (!(refused instanceof ResponseError)) throw new Error("More was sold than there is.");
const problem = ProblemFromJSON(await refused.response.json());
same(problem.status, 409);
same(problem.code, "out_of_stock");
same(problem.errors?.[0]?.pointer, "/items/0/quantity");
same(problem.errors?.[0]?.available, 1);
