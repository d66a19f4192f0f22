-- What customers, orders and products are found and sorted by: texts folded by the program, which
-- makes these keys for a shop that has none yet when it opens it.

-- The way of folding that the keys below were made by; 0: they have to be made.
create table stored_keys (
    id integer primary key check (id = 1),
    folding integer not null
) strict;
insert into stored_keys values (1, 0);

alter table customers add column name_key text not null default '';
drop index customers_name;
create index customers_name on customers (name_key, id);
alter table products add column name_key text not null default '';
drop index products_name;
create index products_name on products (name_key, id);

-- Words of the name, the e-mail and the phone number. Who looks for a word looks for its beginning.
-- One tree and no reference to the owner: each order writes here.
create table customer_words (
    word text not null,
    customer_id integer not null,
    primary key (word, customer_id)
) strict, without rowid;

-- The same of the buyer, and the order's number.
create table order_words (
    word text not null,
    order_id integer not null,
    primary key (word, order_id)
) strict, without rowid;

alter table order_items add column sku_key text;
drop index order_items_sku;
create index order_items_sku on order_items (sku_key) where sku_key is not null;
alter table shipments add column tracking_key text not null default '';
drop index shipments_tracking;
create index shipments_tracking on shipments (tracking_key);

-- Lists of what was changed last.
create index orders_updated on orders (updated_at, id);
create index products_updated on products (updated_at, id);
create index customers_updated on customers (updated_at, id);
