-- Ways to a new password, for whoever reads the mails of an account or of a person on the staff.
create table password_resets (
    id integer primary key autoincrement,
    token_hash blob not null unique,
    -- One of them.
    account_id integer references accounts (id) on delete cascade,
    staff_id integer references staff (id) on delete cascade,
    created_at integer not null,
    expires_at integer not null
) strict;
create index password_resets_account on password_resets (account_id) where account_id is not null;
create index password_resets_staff on password_resets (staff_id) where staff_id is not null;

-- Who asked for one, until the post looks for whose it is: until then nobody does, so that the answer
-- takes as long for a name that nobody has.
create table password_requests (
    id integer primary key autoincrement,
    realm text not null,
    -- Whether the name is a username or an e-mail.
    field text not null,
    name text not null,
    created_at integer not null
) strict;
