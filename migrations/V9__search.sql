-- Lists of what was changed last.
create index orders_updated on orders (updated_at, id);
create index products_updated on products (updated_at, id);
create index customers_updated on customers (updated_at, id);
