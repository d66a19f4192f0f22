-- Orders whose invoice is due and waits for what the settings do not say of the seller yet.
alter table orders add column invoice_due integer not null default 0
    check (invoice_due in (0, 1));
create index orders_awaiting_invoice on orders (order_date, id) where invoice_due = 1;
