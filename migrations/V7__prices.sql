-- Prices: what they were before, and the shop that charges no tax.

-- The sentence of a shop that charges no tax. Null: it does.
alter table settings add column tax_exempt_note text;
-- That sentence as it was when the order was placed.
alter table orders add column tax_note text;

-- What variants have cost, each price from when it began. Rows are only ever added.
create table price_history (
    id integer primary key autoincrement,
    variant_id integer not null references variants (id),
    price integer not null check (price >= 0),
    since integer not null
) strict;
create index price_history_variant on price_history (variant_id, since);
-- The lowest price of the 30 days before the present one began; null where there was none before.
alter table variants add column lowest_price_30d integer check (lowest_price_30d >= 0);

-- Of what there is already it is known since the last edit of its product, and not longer.
insert into price_history (variant_id, price, since)
select v.id, v.price, p.updated_at from variants v join products p on p.id = v.product_id;
