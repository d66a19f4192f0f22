-- The latest time the shop has seen, against which a machine's clock is held that leapt.
create table clock (
    id integer primary key check (id = 1),
    seen_at integer not null,
    -- Since when, by that clock itself, it is not believed; null while it is.
    doubted_since integer
) strict;

insert into clock (id, seen_at)
select 1, latest.at
from (select max(times.at) as at
      from (select created_at as at from settings
            union all select updated_at from settings
            union all select max(created_at) from orders
            union all select max(made_at) from backups) as times) as latest
where latest.at is not null;

-- A guest can have only so many units put aside, also where the owner never said how many.
update settings set guest_units_max = 1000 where guest_units_max is null;
