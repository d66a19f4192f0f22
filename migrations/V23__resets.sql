-- Ways to a new password, for whoever reads the mails of an account or of a person on the staff.
create table password_resets (
    id integer primary key autoincrement,
    token_hash blob not null unique,
    -- Neither of them: nobody has the name that was asked for.
    account_id integer references accounts (id) on delete cascade,
    staff_id integer references staff (id) on delete cascade,
    created_at integer not null,
    expires_at integer not null
) strict;
create index password_resets_account on password_resets (account_id) where account_id is not null;
create index password_resets_staff on password_resets (staff_id) where staff_id is not null;
