// The views that are looked at, by the names of their pictures.

/** In the sample shop. */
export const VIEWS = {
  today: "#/today",
  orders: "#/orders",
  orders_all: "#/orders?tab=all",
  order: "#/orders/28",
  order_to_ship: "#/orders/56",
  order_new: "#/orders/new",
  products: "#/products",
  product: "#/products/4",
  product_new: "#/products/new",
  customers: "#/customers",
  customer: "#/customers/1",
  discounts: "#/discounts",
  discount: "#/discounts/1",
  discount_new: "#/discounts/new",
  sales: "#/sales",
  settings: "#/settings",
  settings_tax: "#/settings/tax",
  settings_shipping: "#/settings/shipping",
  settings_payments: "#/settings/payments",
  settings_delivery: "#/settings/delivery",
  settings_documents: "#/settings/documents",
  settings_staff: "#/settings/staff",
  settings_keys: "#/settings/keys",
  settings_backups: "#/settings/backups",
  account: "#/account",
};
/** In a shop that has nothing. */
export const EMPTY = {
  empty_today: "#/today",
  empty_orders: "#/orders",
  empty_orders_all: "#/orders?tab=all",
  empty_orders_search: "#/orders?tab=all&q=nobody",
  empty_products: "#/products",
  empty_customers: "#/customers",
  empty_discounts: "#/discounts",
  empty_sales: "#/sales",
  order_none: "#/orders/999",
};
