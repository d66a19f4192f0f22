-- The shop that grows: what an order writes hangs less on how many there are, and what is open is
-- found without a look at what is done.

-- How many orders are in which state, of those up to `last_id`; what came after is counted by
-- whoever asks, and added here when it has become much.
create table order_counts (
    status text not null,
    payment_status text not null,
    fulfillment_status text not null,
    -- 1: money is due to the shop, or to the buyer.
    is_to_pay integer not null check (is_to_pay in (0, 1)),
    is_to_refund integer not null check (is_to_refund in (0, 1)),
    orders integer not null check (orders >= 0),
    primary key (status, payment_status, fulfillment_status, is_to_pay, is_to_refund)
) strict, without rowid;
create table counted_orders (
    id integer primary key check (id = 1),
    last_id integer not null
) strict;
insert into order_counts
select status, payment_status, fulfillment_status, open_amount > 0, to_refund > 0, count(*)
from orders group by 1, 2, 3, 4, 5;
insert into counted_orders select 1, coalesce(max(id), 0) from orders;
-- Here and not in the program, so that no statement can forget it.
create trigger order_recounted
after update of status, payment_status, fulfillment_status, open_amount, to_refund on orders
when (old.status <> new.status or old.payment_status <> new.payment_status
        or old.fulfillment_status <> new.fulfillment_status
        or (old.open_amount > 0) <> (new.open_amount > 0)
        or (old.to_refund > 0) <> (new.to_refund > 0))
    and old.id <= (select last_id from counted_orders)
begin
    update order_counts set orders = orders - 1
    where status = old.status and payment_status = old.payment_status
        and fulfillment_status = old.fulfillment_status
        and is_to_pay = (old.open_amount > 0) and is_to_refund = (old.to_refund > 0);
    insert into order_counts values (new.status, new.payment_status, new.fulfillment_status,
        new.open_amount > 0, new.to_refund > 0, 1)
    on conflict do update set orders = orders + 1;
end;

-- 1: the buyer declared a withdrawal that stands, and nothing came back or was cancelled since.
alter table orders add column awaits_return integer not null default 0
    check (awaits_return in (0, 1));
update orders set awaits_return = 1
where id in (select w.order_id from withdrawals w
        join order_events d
            on d.order_id = w.order_id and d.kind = 'withdrawal' and d.subject = w.id
        where w.voided_at is null
            and not exists (select 1 from order_events e
                where e.order_id = w.order_id and e.id > d.id and e.voided_at is null
                    and e.kind in ('return', 'cancellation')));
create index orders_awaiting_return on orders (order_date, id) where awaits_return = 1;

-- All orders by date. Who the buyer is and what it came to stand in it, so that a search, and a list
-- by totals, need not read every order.
drop index orders_date;
create index orders_date on orders (order_date, id, customer_id, total);
-- Open and cancelled orders, with the state that lists ask for besides.
drop index orders_status;
create index orders_status on orders (status, order_date, id, fulfillment_status)
    where status <> 'completed';
-- Of the states of payment, those of money that is open are in `orders_open_amount`.
drop index orders_payment;
create index orders_refunded on orders (order_date, id) where refunded_total > 0;
drop index orders_fulfillment;
drop index orders_states;
-- Read by nobody, as orders are never deleted.
drop index stock_movements_order;
-- What is of one order lies in the order of its ids anyway.
drop index order_events_order;
create index order_events_order on order_events (order_id);

-- What is short on the shelf, however many variants there are.
create index variants_low on variants (product_id)
    where removed = 0 and (on_hand <= low_stock_at or shortfall > 0);

-- Customers by what they have spent; in the order in which they were made they are by their ids.
create index customers_spent on customers (total_spent, id);
drop index customers_created;

-- Orders are found by their numbers, and by the words of their customers.
drop table order_words;
create index customer_words_customer on customer_words (customer_id, word);
-- Words that buyers of a customer's orders had and the customer's record has not, or no more.
create table buyer_words (
    word text not null,
    customer_id integer not null,
    primary key (word, customer_id)
) strict, without rowid;
create index buyer_words_customer on buyer_words (customer_id, word);
-- What stood before the numbers of orders until the settings changed it.
create table past_number_prefixes (
    prefix text primary key
) strict, without rowid;
insert into past_number_prefixes
select distinct rtrim(number, '0123456789') from orders;

-- Every SKU that a variant has, or had, folded: what its orders are found by.
create table variant_skus (
    sku_key text not null,
    variant_id integer not null,
    primary key (sku_key, variant_id)
) strict, without rowid;
create index variant_skus_variant on variant_skus (variant_id, sku_key);
-- 0: the program has to make the words of buyers and the SKUs of variants.
alter table stored_keys add column finds integer not null default 0;

-- Lines of orders are found by their order and their variant alone. No product goes without its
-- variants, so a line need not refer to it.
create table new_order_items (
    id integer primary key autoincrement,
    order_id integer not null references orders (id),
    product_id integer not null,
    variant_id integer not null references variants (id),
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
insert into sqlite_sequence (name, seq)
select 'new_order_items', seq from sqlite_sequence where name = 'order_items';
insert into new_order_items (id, order_id, product_id, variant_id, name, variant_title, sku,
    unit_price, quantity, subtotal, discount, tax_rate, tax_category, tax, total, note, taken,
    shipped_quantity, cancelled_quantity, returned_quantity, withdrawal_exempt, zeroed_quantity,
    reduced_quantity, reduced_amount, reduction)
select id, order_id, product_id, variant_id, name, variant_title, sku, unit_price, quantity,
    subtotal, discount, tax_rate, tax_category, tax, total, note, taken, shipped_quantity,
    cancelled_quantity, returned_quantity, withdrawal_exempt, zeroed_quantity, reduced_quantity,
    reduced_amount, reduction
from order_items order by id;
drop table order_items;
alter table new_order_items rename to order_items;
create index order_items_order on order_items (order_id);
create index order_items_variant on order_items (variant_id);
-- What orders wait for and nobody took from the stock: it was not tracked when they were placed.
create index order_items_untaken on order_items (variant_id)
    where taken < quantity - shipped_quantity - cancelled_quantity;
