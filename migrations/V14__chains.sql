-- The lines of a variant, and its movements, are found one from the other: each names the one
-- before, and the variant the last. An index would have a place of its own for each, and an order
-- would write a page of it for every line; the row of the variant it writes anyway.
alter table variants add column last_item_id integer;
alter table variants add column last_movement_id integer;
-- What was the last before an order took its own ids; what it writes next follows these.
alter table variants add column prior_item_id integer;
alter table variants add column prior_movement_id integer;
update variants
set last_item_id = (select max(i.id) from order_items i where i.variant_id = variants.id),
    last_movement_id = (select max(m.id) from stock_movements m where m.variant_id = variants.id);

create table befores (
    id integer primary key,
    before integer not null
) strict;

-- As no index leads from a variant to its lines and movements, neither refers to it: to delete a
-- variant, SQLite would look through all of them. The program asks the variant, which knows.
insert into befores
select id, before
from (select id, lag(id) over (partition by variant_id order by id) as before from order_items)
where before is not null order by id;
create table new_order_items (
    id integer primary key,
    order_id integer not null references orders (id),
    product_id integer not null,
    variant_id integer not null,
    -- The line before of the same variant.
    previous_id integer,
    name text not null,
    variant_title text,
    sku text,
    unit_price integer not null check (unit_price >= 0),
    quantity integer not null check (quantity between 1 and 1000000),
    subtotal integer not null check (subtotal = unit_price * quantity),
    discount integer not null check (discount between 0 and subtotal),
    tax_rate text not null,
    tax_category text,
    tax integer not null check (tax >= 0),
    total integer not null check (total >= 0),
    note text,
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
insert into new_order_items (id, order_id, product_id, variant_id, previous_id, name,
    variant_title, sku, unit_price, quantity, subtotal, discount, tax_rate, tax_category, tax,
    total, note, taken, shipped_quantity, cancelled_quantity, returned_quantity, withdrawal_exempt,
    zeroed_quantity, reduced_quantity, reduced_amount, reduction)
select i.id, i.order_id, i.product_id, i.variant_id, b.before, i.name, i.variant_title, i.sku,
    i.unit_price, i.quantity, i.subtotal, i.discount, i.tax_rate, i.tax_category, i.tax, i.total,
    i.note, i.taken, i.shipped_quantity, i.cancelled_quantity, i.returned_quantity,
    i.withdrawal_exempt, i.zeroed_quantity, i.reduced_quantity, i.reduced_amount, i.reduction
from order_items i left join befores b on b.id = i.id order by i.id;
drop table order_items;
alter table new_order_items rename to order_items;
create index order_items_order on order_items (order_id);
-- What orders wait for and nobody took from the stock: it was not tracked when they were placed.
create index order_items_untaken on order_items (variant_id)
    where taken < quantity - shipped_quantity - cancelled_quantity;

delete from befores;
insert into befores
select id, before
from (select id, lag(id) over (partition by variant_id order by id) as before from stock_movements)
where before is not null order by id;
-- Their ids are not counted in a table beside the rows each time one is written, but where some are
-- deleted.
alter table settings add column forgotten_movement_id integer not null default 0;
update settings set forgotten_movement_id = coalesce(
    (select seq from sqlite_sequence where name = 'stock_movements'), 0);
create table new_stock_movements (
    id integer primary key,
    variant_id integer not null,
    -- The movement before of the same variant.
    previous_id integer,
    delta integer not null,
    on_hand integer not null,
    reason text not null check (reason in ('received', 'sold', 'returned', 'damaged', 'corrected')),
    note text,
    order_id integer references orders (id),
    actor text not null,
    created_at integer not null,
    shortfall integer not null default 0 check (shortfall >= 0)
) strict;
insert into new_stock_movements (id, variant_id, previous_id, delta, on_hand, reason, note,
    order_id, actor, created_at, shortfall)
select m.id, m.variant_id, b.before, m.delta, m.on_hand, m.reason, m.note, m.order_id, m.actor,
    m.created_at, m.shortfall
from stock_movements m left join befores b on b.id = m.id order by m.id;
drop table stock_movements;
alter table new_stock_movements rename to stock_movements;
drop table befores;
