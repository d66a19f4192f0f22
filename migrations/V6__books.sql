-- The books: what stands of an order after its steps, a journal of what happened to its money, and
-- steps that can all be taken back. What an older program left is carried over when the file is
-- opened the first time (`store/carry_over.rs`), which also drops `sales` and `sales_days`.

-- JSON: the price of shipping in each rate that it bears, with its tax. Null: all of it bears
-- `shipping_tax_rate`.
alter table orders add column shipping_parts text;
-- The country whose tax the order bears.
alter table orders add column tax_country text;
-- 0: no unit stands any more, and shipping is not owed either.
alter table orders add column shipping_owed integer not null default 1
    check (shipping_owed in (0, 1));
-- The part of the price of shipping, with its tax, by which it was reduced later.
alter table orders add column shipping_reduction integer not null default 0
    check (shipping_reduction >= 0);
-- What stands: the sum without tax, and the tax.
alter table orders add column standing_net integer not null default 0 check (standing_net >= 0);
alter table orders add column standing_tax integer not null default 0 check (standing_tax >= 0);
-- What is still to be paid, and what is to be paid back.
alter table orders add column open_amount integer not null default 0 check (open_amount >= 0);
alter table orders add column to_refund integer not null default 0 check (to_refund >= 0);
-- The opening row of an order that took steps under an older program: by how much more than what
-- stands was owed then, and by how much more its documents said.
alter table orders add column opening integer not null default 0;
alter table orders add column opening_documents integer not null default 0;
create index orders_open_amount on orders (order_date, id) where open_amount > 0;
create index orders_to_refund on orders (order_date, id) where to_refund > 0;

-- Units that stand at nothing because their price was paid back; units whose own price was reduced,
-- and by how much in all; the amount by which the price of all that have one was reduced. With tax.
alter table order_items add column zeroed_quantity integer not null default 0
    check (zeroed_quantity >= 0 and zeroed_quantity + cancelled_quantity + returned_quantity
        <= quantity);
alter table order_items add column reduced_quantity integer not null default 0
    check (reduced_quantity >= 0);
alter table order_items add column reduced_amount integer not null default 0
    check (reduced_amount >= 0);
alter table order_items add column reduction integer not null default 0 check (reduction >= 0);

-- When a payment was written down; null: at `paid_at`.
alter table payments add column booked_at integer;
alter table shipments add column voided_at integer;
-- The part that goes beyond what was to be refunded, and the way in which the money had come.
alter table refunds add column price_reduction integer not null default 0
    check (price_reduction between 0 and amount);
alter table refunds add column method text;
alter table refunds add column voided_at integer;
alter table returns add column reason text not null default 'other'
    check (reason in ('withdrawal', 'refused', 'defect', 'other'));
alter table returns add column voided_at integer;
alter table withdrawals add column voided_at integer;
-- 1: written down by the shop, not declared by the buyer.
alter table withdrawals add column by_shop integer not null default 0 check (by_shop in (0, 1));
update withdrawals set by_shop = 1 where exists (select 1 from order_events e
    where e.order_id = withdrawals.order_id and e.kind = 'withdrawal'
        and e.subject = withdrawals.id and (e.actor like 'staff %'
            or e.actor in (select 'key ' || k.id from api_keys k where k.role = 'admin')));

-- A document is about a step of its order, not about a refund alone, and an order may have several
-- invoices: one more for what a void brought back.
create table documents (
    id integer primary key autoincrement,
    order_id integer not null references orders (id),
    type text not null check (type in ('invoice', 'credit_note')),
    number text not null,
    -- The step it follows from, as in its address; null on the invoice of the whole.
    step_kind text,
    step_id integer,
    refund_id integer references refunds (id),
    total integer not null check (total >= 0),
    content text not null,
    buyer text,
    issued_on text not null,
    issued_at integer not null,
    unique (type, number),
    check ((step_kind is null) = (step_id is null))
) strict;
insert into documents (id, order_id, type, number, step_kind, step_id, refund_id, total, content,
    buyer, issued_on, issued_at)
select id, order_id, type, number, case when refund_id is null then null else 'refunds' end,
    refund_id, refund_id, total, content, buyer, issued_on, issued_at
from invoices order by id;
insert into sqlite_sequence (name, seq)
select 'documents', 0 where not exists (select 1 from sqlite_sequence where name = 'documents');
update sqlite_sequence
set seq = coalesce((select old.seq from sqlite_sequence old where old.name = 'invoices'), 0)
where name = 'documents';
drop table invoices;
alter table documents rename to invoices;
create index invoices_of_order on invoices (order_id);
create index invoices_buyer on invoices (issued_on) where buyer is not null;

-- Everything that happened to the sums of an order, a row for each event, country and rate of tax,
-- and for each way to pay. `day`: the date of the shop's zone when the row was written; null: what
-- an order of an older program stood at. Without an order: the sums of a day under such a program.
-- `rate` and `method` are '' where a row has none, `country` where nobody said.
create table journal (
    id integer primary key autoincrement,
    order_id integer references orders (id),
    day text,
    country text not null,
    rate text not null,
    method text not null,
    orders integer not null,
    units integer not null,
    gross integer not null,
    discounts integer not null,
    shipping integer not null,
    reductions integer not null,
    net integer not null,
    tax integer not null,
    received integer not null,
    refunded integer not null,
    check (day is null or net + tax = gross - reductions)
) strict;
create index journal_day on journal (day) where day is not null;

-- The sums of days that are over, made when they are first asked for.
create table journal_days (
    day text not null,
    country text not null,
    rate text not null,
    method text not null,
    orders integer not null,
    units integer not null,
    gross integer not null,
    discounts integer not null,
    shipping integer not null,
    reductions integer not null,
    net integer not null,
    tax integer not null,
    received integer not null,
    refunded integer not null,
    primary key (day, country, rate, method)
) strict, without rowid;
