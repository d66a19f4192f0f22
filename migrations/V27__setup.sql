-- Tasks of the set-up that the owner does not want.
alter table settings add column setup_skipped text not null default '[]';

-- What the set-up put on the shelves to look at, until somebody makes it their own.
alter table products add column is_sample integer not null default 0 check (is_sample in (0, 1));
create index products_sample on products (id) where is_sample = 1;
alter table collections add column is_sample integer not null default 0
    check (is_sample in (0, 1));
