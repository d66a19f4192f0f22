-- When whoever holds an account showed that they read the mails of its address.
alter table accounts add column email_verified_at integer;
