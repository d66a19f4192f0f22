-- How mails go out, as JSON; null where none do.
alter table settings add column mail text;

-- The last event of an order of which it was seen what mails it makes.
create table post (
    id integer primary key check (id = 1),
    last_event_id integer not null
) strict;
insert into post (id, last_event_id) select 1, coalesce(max(id), 0) from order_events;

-- What is to be told by mail, and what was.
create table mails (
    id integer primary key autoincrement,
    kind text not null,
    status text not null check (status in ('queued', 'sent', 'failed')),
    recipient text not null,
    recipient_key text not null,
    language text not null,
    -- The same however often it is sent.
    message_id text not null unique,
    order_id integer references orders (id),
    -- The event of the order that it tells of; where that was voided, there is nothing to tell.
    event_id integer references order_events (id),
    -- What it tells beside that, as JSON.
    facts text not null default '{}',
    -- A visitor caused it, so there are not many of them in an hour.
    by_visitor integer not null,
    subject text,
    tries integer not null default 0,
    due_at integer not null,
    error text,
    created_at integer not null,
    sent_at integer
) strict;
create unique index mails_event on mails (event_id, kind, recipient_key) where event_id is not null;
create index mails_due on mails (due_at) where status = 'queued';
create index mails_failed on mails (id) where status = 'failed';
create index mails_order on mails (order_id) where order_id is not null;
create index mails_by_visitors on mails (recipient_key, due_at) where by_visitor = 1;

-- What the shop says in its mails in words of its own.
create table mail_templates (
    kind text not null,
    language text not null,
    subject text not null,
    text text not null,
    primary key (kind, language)
) strict;
