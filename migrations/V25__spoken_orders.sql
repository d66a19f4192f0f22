-- Who orders by telephone may have no e-mail.
alter table customers alter column email drop not null;

-- A line that the staff wrote has no product; what it or the order was agreed to cost has a reason.
alter table order_items alter column product_id drop not null;
alter table order_items alter column variant_id drop not null;
alter table order_items add column price_reason text;
alter table order_items add column own_discount integer not null default 0
    check (own_discount between 0 and discount);
alter table order_items add column own_discount_reason text;
alter table order_items add column order_discount integer not null default 0
    check (order_discount between 0 and discount - own_discount);
alter table orders add column order_discount_reason text;

-- When the buyer comes for the goods.
alter table orders add column pickup_at integer;
