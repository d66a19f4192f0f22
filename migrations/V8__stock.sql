-- Stock: how much of what was sold still lies on the shelf, and handles that are no numbers.
--
-- Tables are made anew where a column's rule changes or gets a name.

-- Units that a return really put back into the stock.
alter table return_items add column restocked integer not null default 0
    check (restocked between 0 and quantity);
update return_items set restocked = quantity
where restock = 1
    and exists (select 1 from order_items i where i.id = return_items.item_id and i.taken > 0);

create table new_order_items (
    id integer primary key autoincrement,
    order_id integer not null references orders (id),
    product_id integer not null references products (id),
    variant_id integer not null references variants (id),
    name text not null,
    variant_title text,
    sku text,
    unit_price integer not null check (unit_price >= 0),
    quantity integer not null check (quantity between 1 and 1000000),
    subtotal integer not null check (subtotal = unit_price * quantity),
    discount integer not null check (discount between 0 and subtotal),
    tax_rate text not null,
    tax integer not null check (tax >= 0),
    total integer not null check (total >= 0),
    -- Units that are out of the stock on account of the ledger: taken, and not given back.
    taken integer not null check (taken between 0 and quantity),
    shipped_quantity integer not null check (shipped_quantity >= 0),
    cancelled_quantity integer not null check (cancelled_quantity >= 0),
    returned_quantity integer not null check (returned_quantity between 0 and shipped_quantity),
    withdrawal_exempt integer not null default 0 check (withdrawal_exempt in (0, 1)),
    -- Units that stand at nothing because their price was paid back; units whose own price was
    -- reduced, and by how much in all; the amount by which the price of all that have one was
    -- reduced. With tax.
    zeroed_quantity integer not null default 0
        check (zeroed_quantity >= 0 and zeroed_quantity + cancelled_quantity + returned_quantity
            <= quantity),
    reduced_quantity integer not null default 0 check (reduced_quantity >= 0),
    reduced_amount integer not null default 0 check (reduced_amount >= 0),
    reduction integer not null default 0 check (reduction >= 0),
    check (shipped_quantity + cancelled_quantity <= quantity)
) strict;
insert into sqlite_sequence (name, seq)
select 'new_order_items', seq from sqlite_sequence where name = 'order_items';
-- `taken` never fell until now; what came back stands in the ledger.
insert into new_order_items (id, order_id, product_id, variant_id, name, variant_title, sku,
    unit_price, quantity, subtotal, discount, tax_rate, tax, total, taken, shipped_quantity,
    cancelled_quantity, returned_quantity, withdrawal_exempt, zeroed_quantity,
    reduced_quantity, reduced_amount, reduction)
select i.id, i.order_id, i.product_id, i.variant_id, i.name, i.variant_title, i.sku, i.unit_price,
    i.quantity, i.subtotal, i.discount, i.tax_rate, i.tax, i.total,
    max(0, min(i.taken - coalesce((select sum(m.delta) from stock_movements m
            where m.order_id = i.order_id and m.variant_id = i.variant_id
                and m.reason = 'returned'), 0),
        i.quantity - i.cancelled_quantity)),
    i.shipped_quantity, i.cancelled_quantity, i.returned_quantity, i.withdrawal_exempt,
    i.zeroed_quantity, i.reduced_quantity, i.reduced_amount, i.reduction
from order_items i order by i.id;
drop table order_items;
alter table new_order_items rename to order_items;
create index order_items_order on order_items (order_id);
create index order_items_variant on order_items (variant_id);
create index order_items_product on order_items (product_id);
create index order_items_sku on order_items (sku) where sku is not null;
-- What orders wait for and nobody took from the stock: it was not tracked when they were placed.
create index order_items_untaken on order_items (variant_id)
    where taken < quantity - shipped_quantity - cancelled_quantity;

create table new_variants (
    id integer primary key autoincrement,
    product_id integer not null references products (id),
    position integer not null,
    -- 1: for sale or draft. 0: gone from its product, or the product is archived; its sku is free.
    live integer not null check (live in (0, 1)),
    -- 1: taken out of its product, kept for orders and the ledger alone.
    removed integer not null check (removed in (0, 1)),
    options text not null,
    sku text,
    barcode text,
    price integer not null check (price between 0 and 999999999999),
    compare_at_price integer check (compare_at_price between 0 and 999999999999),
    -- What can still be sold: null while stock is not tracked, else the sum of its movements.
    on_hand integer,
    -- Units that orders took and that are neither shipped nor cancelled: the sum over its lines.
    committed integer not null default 0 check (committed >= 0),
    -- Of these, the units that a count did not find on the shelf.
    shortfall integer not null default 0 check (shortfall between 0 and committed),
    low_stock_at integer,
    allow_backorder integer not null check (allow_backorder in (0, 1)),
    weight_grams integer,
    -- The lowest price of the 30 days before the present one began; null where there was none.
    lowest_price_30d integer check (lowest_price_30d >= 0),
    constraint stock_below_zero check (on_hand is null or on_hand >= 0 or allow_backorder = 1),
    check (removed = 0 or live = 0)
) strict;
insert into sqlite_sequence (name, seq)
select 'new_variants', seq from sqlite_sequence where name = 'variants';
insert into new_variants (id, product_id, position, live, removed, options, sku, barcode, price,
    compare_at_price, on_hand, committed, low_stock_at, allow_backorder, weight_grams,
    lowest_price_30d)
select v.id, v.product_id, v.position, v.live, v.removed, v.options, v.sku, v.barcode, v.price,
    v.compare_at_price, v.on_hand,
    coalesce((select sum(min(i.taken, i.quantity - i.shipped_quantity - i.cancelled_quantity))
        from order_items i where i.variant_id = v.id), 0),
    v.low_stock_at, v.allow_backorder, v.weight_grams, v.lowest_price_30d
from variants v order by v.id;
drop table variants;
alter table new_variants rename to variants;
create index variants_product on variants (product_id, position);
create unique index variants_sku on variants (sku) where live = 1;

-- Units by which a count fell short of what orders wait for.
alter table stock_movements add column shortfall integer not null default 0
    check (shortfall >= 0);

-- A handle of nothing but digits would be taken for an id. The first free one, as for a new product.
create temporary table mended as
select p.id as id, 'p-' || p.handle as handle from products p
where rtrim(p.handle, '0123456789') = '';
update mended set handle = (
    with recursive numbers (n) as (select 2 union all select n + 1 from numbers where n < 1000)
    select coalesce(
        (select mended.handle || '-' || n from numbers
        where not exists (select 1 from products o
            where o.handle = mended.handle || '-' || n and o.status <> 'archived')
        order by n limit 1),
        mended.handle || '-' || mended.id || '-' || lower(hex(randomblob(4)))))
where exists (select 1 from products o where o.handle = mended.handle and o.status <> 'archived');
update products
set handle = (select m.handle from mended m where m.id = products.id), revision = revision + 1
where id in (select m.id from mended m);
drop table mended;
