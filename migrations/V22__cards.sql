-- Cards. The shop's key at the provider; null: the shop takes none.
alter table settings add column card_secret_key text;

-- Sessions in which buyers pay at the provider. A row is there before the provider is asked for it,
-- so that nothing is asked for twice: `key` is the shop's own name of it there.
create table payment_sessions (
    id integer primary key autoincrement,
    order_id integer not null references orders (id),
    amount integer not null check (amount > 0),
    key text not null unique,
    provider_id text unique,
    url text,
    status text not null check (status in ('open', 'paid', 'expired', 'failed')),
    -- 1: nobody is to pay it any more, so it is ended at the provider.
    unwanted integer not null default 0 check (unwanted in (0, 1)),
    expires_at integer not null,
    -- The provider's id of the money that came in.
    payment_reference text unique,
    created_at integer not null,
    asked_at integer,
    ended_at integer,
    -- When the provider is asked next; null: never again.
    ask_at integer,
    check ((status = 'paid') = (payment_reference is not null))
) strict;
create unique index payment_sessions_open on payment_sessions (order_id) where status = 'open';
create index payment_sessions_order on payment_sessions (order_id);
create index payment_sessions_watched on payment_sessions (ask_at) where ask_at is not null;

-- The session by which a payment came; null: somebody wrote it down.
alter table payments add column session_id integer references payment_sessions (id);
create unique index payments_session on payments (session_id) where session_id is not null;
create unique index payments_of_provider on payments (reference)
    where session_id is not null and reference is not null;

-- Money that goes back at the provider: of each payment a part.
alter table refunds add column via text check (via in ('card'));
create table card_refunds (
    id integer primary key autoincrement,
    refund_id integer not null references refunds (id),
    order_id integer not null references orders (id),
    payment_id integer not null references payments (id),
    amount integer not null check (amount > 0),
    -- Random; the provider stores it with what it gives back, which is found again by it.
    key text not null unique,
    provider_id text unique,
    status text not null check (status in ('pending', 'done', 'failed')),
    created_at integer not null,
    -- When it was first asked for under this key, and since when that may be forgotten there.
    sent_at integer,
    ended_at integer,
    ask_at integer
) strict;
create index card_refunds_refund on card_refunds (refund_id);
create index card_refunds_order on card_refunds (order_id);
create index card_refunds_watched on card_refunds (ask_at) where ask_at is not null;
-- What of its refunds failed: there are refunds of an order then, though nothing may have gone back.
alter table orders add column refunds_failed integer not null default 0
    check (refunds_failed >= 0);
