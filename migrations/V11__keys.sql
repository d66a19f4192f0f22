-- Keys of requests that count once: what a request made, and no answer. A repeated request is
-- answered with what was made as it stands then, so no person's data is here to be forgotten.
--
-- One row is added with each order, so it is short, and goes where the last one went; rows are
-- cleared away from the front, in the order of their ids.

-- The answers of before. The program reads them when it opens the file the first time, as SQL knows
-- no hash, and drops them: no second table is asked for every new order until they have aged, and
-- what they tell of people goes at once.
alter table idempotency_keys rename to idempotency_answers;
drop index idempotency_keys_age;
drop index idempotency_keys_customer;

create table idempotency_keys (
    id integer primary key,
    -- The first half of the SHA-256 of the key and its scope: 128 bits, which no two of a shop
    -- share. Whoever looked for two that do would find only requests of their own, as the scope
    -- names the caller. It is made without the shop's secret, so that keys stay used when that is
    -- changed.
    hash blob not null,
    -- The first half of the HMAC of the body under the shop's secret.
    fingerprint blob not null,
    -- What was made; which order a step belongs to, the request itself says. Both are null where an
    -- older program did not tell: the key stays used, and what it made counts as gone.
    kind text,
    subject integer,
    created_at integer not null,
    check ((kind is null) = (subject is null))
) strict;
create unique index idempotency_keys_hash on idempotency_keys (hash);
