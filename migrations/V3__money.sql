-- Money: tax, shipping, discounts, and what happens after the sale.

alter table settings add column email text;
alter table settings add column tax_number text;
alter table settings add column address text;
alter table settings add column prices_include_tax integer not null default 1
    check (prices_include_tax in (0, 1));
alter table settings add column tax_rates text not null default '[]';
alter table settings add column closed_dates text not null default '[]';
-- Null: the one method of a shop that has not set up any.
alter table settings add column shipping_methods text;
alter table settings add column payment_terms text not null default '[]';
alter table settings add column guest_units_max integer check (guest_units_max > 0);
alter table settings add column withdrawal_days integer not null default 14
    check (withdrawal_days >= 0);
alter table settings add column retention_years integer not null default 10
    check (retention_years >= 0);
alter table settings add column invoice_at text check (invoice_at in ('paid', 'shipped'));
alter table settings add column invoice_number_prefix text not null default 'INV-';
alter table settings add column invoice_number_start integer not null default 1
    check (invoice_number_start > 0);
alter table settings add column next_invoice_number integer not null default 1
    check (next_invoice_number >= invoice_number_start);
alter table settings add column credit_note_number_prefix text not null default 'CN-';
alter table settings add column credit_note_number_start integer not null default 1
    check (credit_note_number_start > 0);
alter table settings add column next_credit_note_number integer not null default 1
    check (next_credit_note_number >= credit_note_number_start);

alter table orders add column shipping_method_name text;
alter table orders add column shipping_tax_rate text not null default '0';
-- 1: the buyer fetches the goods.
alter table orders add column pickup integer not null default 0 check (pickup in (0, 1));
-- Until then the goods are held for a buyer who has not paid.
alter table orders add column hold_until integer;
create index orders_hold on orders (hold_until)
    where hold_until is not null and status = 'open' and payment_status = 'unpaid';

alter table order_items add column withdrawal_exempt integer not null default 0
    check (withdrawal_exempt in (0, 1));

create table discounts (
    id integer primary key autoincrement,
    code text not null,
    -- The code folded, to find it in another spelling.
    code_key text not null unique,
    type text not null check (type in ('percent', 'amount', 'free_shipping')),
    -- Millionths of the whole, or minor units; null with free shipping.
    value integer check (value > 0),
    min_subtotal integer check (min_subtotal between 0 and 999999999999),
    starts_at integer,
    ends_at integer,
    usage_limit integer check (usage_limit > 0),
    once_per_customer integer not null check (once_per_customer in (0, 1)),
    usage_count integer not null check (usage_count >= 0),
    version integer not null,
    revision integer not null,
    created_at integer not null,
    updated_at integer not null,
    check (usage_limit is null or usage_count <= usage_limit),
    check ((value is null) = (type = 'free_shipping')),
    check (ends_at is null or starts_at is null or ends_at > starts_at)
) strict;
create index discounts_created on discounts (created_at, id);

-- An order that has a discount. Whose it was is blanked when the person is forgotten.
create table discount_uses (
    order_id integer primary key references orders (id),
    discount_id integer not null references discounts (id) on delete cascade,
    customer_id integer references customers (id),
    email_key text
) strict;
create index discount_uses_discount on discount_uses (discount_id);
create index discount_uses_customer on discount_uses (customer_id) where customer_id is not null;

-- Money that went back. `shipping`: what of it was for shipping, with its tax. `taxes`: JSON, a row
-- for each rate.
create table refunds (
    id integer primary key autoincrement,
    order_id integer not null references orders (id),
    amount integer not null check (amount > 0),
    shipping integer not null check (shipping between 0 and amount),
    taxes text not null,
    reason text,
    refunded_at integer not null
) strict;
create index refunds_order on refunds (order_id);

create table refund_items (
    refund_id integer not null references refunds (id),
    item_id integer not null references order_items (id),
    quantity integer not null check (quantity > 0),
    primary key (refund_id, item_id)
) strict, without rowid;

-- Goods that came back.
create table returns (
    id integer primary key autoincrement,
    order_id integer not null references orders (id),
    refund_id integer references refunds (id),
    returned_at integer not null
) strict;
create index returns_order on returns (order_id);

create table return_items (
    return_id integer not null references returns (id),
    item_id integer not null references order_items (id),
    quantity integer not null check (quantity > 0),
    restock integer not null check (restock in (0, 1)),
    primary key (return_id, item_id)
) strict, without rowid;

-- What a buyer has declared not to want (Directive 2011/83/EU, Art. 11).
create table withdrawals (
    id integer primary key autoincrement,
    order_id integer not null references orders (id),
    withdrawn_at integer not null
) strict;
create index withdrawals_order on withdrawals (order_id);

create table withdrawal_items (
    withdrawal_id integer not null references withdrawals (id),
    item_id integer not null references order_items (id),
    quantity integer not null check (quantity > 0),
    primary key (withdrawal_id, item_id)
) strict, without rowid;

-- Invoices and credit notes, frozen as they were issued. `buyer` is kept as long as the law wants it
-- and blanked then, if the person was forgotten meanwhile.
create table invoices (
    id integer primary key autoincrement,
    order_id integer not null references orders (id),
    type text not null check (type in ('invoice', 'credit_note')),
    number text not null,
    refund_id integer unique references refunds (id),
    total integer not null check (total >= 0),
    content text not null,
    buyer text,
    -- The date of the shop's zone.
    issued_on text not null,
    issued_at integer not null,
    unique (type, number),
    check ((type = 'credit_note') = (refund_id is not null))
) strict;
create unique index invoices_order on invoices (order_id) where type = 'invoice';
create index invoices_of_order on invoices (order_id);
create index invoices_buyer on invoices (issued_on) where buyer is not null;

create table invoice_number_starts (
    type text not null,
    first integer not null,
    primary key (type, first)
) strict, without rowid;
insert into invoice_number_starts values ('invoice', 1), ('credit_note', 1);

-- What was sold, in sums of a quarter of an hour (no zone is off by less). `slot`: quarter hours
-- since 1970. `kind`: order, all of it; rate, what bears a rate of tax; method, what is to be paid
-- so; refund, what went back.
create table sales (
    slot integer not null,
    kind text not null check (kind in ('order', 'rate', 'method', 'refund')),
    key text not null,
    orders integer not null check (orders >= 0),
    units integer not null check (units >= 0),
    gross integer not null check (gross >= 0),
    tax integer not null check (tax >= 0),
    discount integer not null check (discount >= 0),
    shipping integer not null check (shipping >= 0),
    primary key (slot, kind, key)
) strict, without rowid;

-- The same by the days of the shop's zone, so that a report of years is quick; made anew of the above
-- when the zone changes.
create table sales_days (
    day text not null,
    kind text not null,
    key text not null,
    orders integer not null check (orders >= 0),
    units integer not null check (units >= 0),
    gross integer not null check (gross >= 0),
    tax integer not null check (tax >= 0),
    discount integer not null check (discount >= 0),
    shipping integer not null check (shipping >= 0),
    primary key (day, kind, key)
) strict, without rowid;

-- What was sold before there was tax: an order's total without the share of cancelled units.
create temporary table sold as
select (o.order_date - (o.order_date % 900000000 + 900000000) % 900000000) / 900000000 as slot,
    o.payment_method as method, i.units as units, o.total - i.dropped as gross
from orders o
join (select order_id, sum(quantity - cancelled_quantity) as units,
        sum((2 * total * cancelled_quantity + quantity) / (2 * quantity)) as dropped
    from order_items group by 1) i on i.order_id = o.id
where o.status <> 'cancelled';
insert into sales
select slot, 'order', '', count(*), sum(units), sum(gross), 0, 0, 0 from sold group by slot;
insert into sales
select slot, 'method', method, count(*), sum(units), sum(gross), 0, 0, 0 from sold
group by slot, method;
drop table sold;
