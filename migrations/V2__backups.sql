-- What makes a shop safe to hand over: a record of its backups, and of where its numbers begin.

-- Copies that were read again after they were made and found whole.
create table backups (
    id integer primary key autoincrement,
    -- daily: kept beside the shop. command: to a file somebody named. download: over the API.
    -- upgrade: before the migrations of a newer program.
    kind text not null check (kind in ('daily', 'command', 'download', 'upgrade')),
    bytes integer not null check (bytes > 0),
    orders integer not null check (orders >= 0),
    made_at integer not null
) strict;

-- Order numbers follow each other but where the owner set another start. What jumped before there
-- was this table is taken for such a start.
create table order_number_starts (
    first integer primary key
) strict;

insert into order_number_starts (first)
select order_number_start from settings
union
select later.n
from (select id, cast(substr(number, length(rtrim(number, '0123456789')) + 1) as integer) as n
      from orders) as later
join (select id, cast(substr(number, length(rtrim(number, '0123456789')) + 1) as integer) as n
      from orders) as earlier on earlier.id = later.id - 1
where later.n <> earlier.n + 1;
