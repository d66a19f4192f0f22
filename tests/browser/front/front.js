// A shop front as somebody writes it in an afternoon: on another origin than the shop's, without a
// key, with nothing but fetch. `?shop=` names the shop.

const shop = new URLSearchParams(location.search).get("shop");
const cart = new Map();
const at = (id) => document.getElementById(id);

/** Asks the shop; a refusal is thrown as the problem it is. */
async function ask(path, body, key) {
  const headers = { "Content-Type": "application/json" };
  if (key) headers["Idempotency-Key"] = key;
  const answer = await fetch(shop + path,
    body ? { method: "POST", headers, body: JSON.stringify(body) } : {});
  const json = await answer.json();
  if (!answer.ok) throw json;
  return json;
}

const item = (text, ...more) => {
  const li = document.createElement("li");
  li.append(text, ...more);
  return li;
};

async function shelves() {
  const { data } = await ask("/collections");
  const option = ({ handle, name, parent_id }) => new Option(parent_id ? `– ${name}` : name, handle);
  at("filter").collection.append(...data.map(option));
}

async function list() {
  const query = new URLSearchParams({ in_stock: true, limit: 5 });
  new FormData(at("filter")).forEach((value, name) => value && query.set(name, value));
  const { data } = await ask(`/products?${query}`);
  at("goods").replaceChildren(...data.map((product) => {
    const add = document.createElement("button");
    add.textContent = "Add";
    add.onclick = () => { put(product); };
    return item(picture(product), `${product.name}, ${product.price} ${product.currency} `, add);
  }));
}

function picture({ images: [first] }) {
  if (!first) return "";
  const { alt, urls } = first;
  const srcset = Object.entries(urls).map(([width, url]) => `${shop}${url} ${width}w`).join();
  return Object.assign(new Image(160, 120), { alt, srcset, sizes: "160px", src: shop + urls[320] });
}

function put({ variants: [variant], id, name }) {
  const line = cart.get(variant.id) ?? { name, product_id: id, variant_id: variant.id, quantity: 0 };
  cart.set(variant.id, { ...line, quantity: line.quantity + 1 });
  at("cart").replaceChildren(...[...cart.values()].map((it) => item(`${it.quantity} × ${it.name}`)));
  quote();
}

const items = () => [...cart.values()].map(({ name, ...line }) => line);

/** What the cart comes to in the country that is chosen. */
async function quote() {
  const { country } = at("checkout");
  const told = await ask("/quotes", { items: items(), shipping_address: { country: country.value } });
  const ways = told.shipping_methods.map((method) => `${method.name} ${method.price}`);
  const short = [...told.short, ...told.problems].map(({ detail }) => detail);
  at("sum").textContent = [`${told.total} ${told.currency}`, ways.join(" or "), ...short].join(" – ");
  at("sum").dataset.total = told.total;
}

async function buy(form) {
  const { name, email, line1, city, country } = Object.fromEntries(new FormData(form));
  form.dataset.key ??= crypto.randomUUID();
  const order = await ask("/orders", {
    items: items(), customer: { name, email },
    shipping_address: { name, line1, city, country }, expected_total: at("sum").dataset.total,
  }, form.dataset.key);
  at("said").textContent = `Thank you. Your order is ${order.number}.`;
  const track = await ask(`/orders/${order.id}/track?token=${order.tracking_token}`);
  at("track").textContent = `${track.number}: ${track.events.at(-1).message}`;
}

const tell = (problem) => {
  at("said").textContent = [problem.detail, ...(problem.errors ?? []).map((it) => it.detail)].join(" ");
};
at("filter").onsubmit = (event) => { event.preventDefault(); list().catch(tell); };
at("checkout").onsubmit = (event) => { event.preventDefault(); buy(event.target).catch(tell); };
at("checkout").country.onchange = () => quote().catch(tell);
shelves().catch(tell);
list().catch(tell);
