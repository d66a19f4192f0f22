-- The shop window. A shop that stood before it has none until its owner says so; a new one begins
-- with an open one.
alter table settings add column "window" text not null default '{"enabled":false}';
alter table settings add column logo_picture_id integer references pictures (id);
-- The account that buyers transfer money to, as JSON.
alter table settings add column bank_account text;

-- The language in which the buyer saw the shop; null where nobody knows.
alter table orders add column locale text;

-- Withdrawals as they were declared by whoever says to be the buyer, word by word.
create table withdrawal_declarations (
    id integer primary key autoincrement,
    order_number text not null,
    name text not null,
    email text not null,
    statement text,
    -- The order that it fits.
    order_id integer references orders (id),
    -- Why somebody has to look at it; null where it became a withdrawal of the order.
    open_because text,
    declared_at integer not null,
    settled_at integer
) strict;
create index withdrawal_declarations_open on withdrawal_declarations (id)
    where open_because is not null and settled_at is null;
create index withdrawal_declarations_order on withdrawal_declarations (order_id)
    where order_id is not null;
