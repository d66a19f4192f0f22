-- Collections, a tree of two levels, and the products that are in them.
create table collections (
    id integer primary key autoincrement,
    handle text not null,
    name text not null,
    -- The name folded, to sort by.
    name_key text not null,
    description text not null,
    parent_id integer references collections (id),
    position integer not null,
    -- Its products, and those of them that everybody sees.
    products integer not null check (products >= 0),
    active_products integer not null check (active_products between 0 and products),
    version integer not null,
    revision integer not null,
    created_at integer not null,
    updated_at integer not null
) strict;
create unique index collections_handle on collections (handle);
create index collections_parent on collections (parent_id, position, id);
create index collections_position on collections (position, id);
create index collections_name on collections (name_key, id);
create index collections_created on collections (created_at, id);

create table collection_products (
    collection_id integer not null references collections (id),
    -- The place of the product among those of the collection.
    position integer not null,
    product_id integer not null references products (id),
    -- 1: everybody sees the product.
    is_active integer not null check (is_active in (0, 1)),
    primary key (collection_id, position)
) strict, without rowid;
create unique index collection_products_product on collection_products (product_id, collection_id);

-- The collections of a product stand on it as well, so that to read it costs no more.
alter table products add column collection_ids text not null default '[]';

-- What is said beside a price and an offer.
alter table products add column unit_price text;
alter table products add column manufacturer text;
alter table products add column safety_note text;
-- What a return puts back where it does not say.
alter table products add column restock_returns integer not null default 1
    check (restock_returns in (0, 1));

-- Handles that products had, until another one takes them.
create table given_up_handles (
    handle text primary key,
    product_id integer not null,
    given_up_at integer not null
) strict, without rowid;
