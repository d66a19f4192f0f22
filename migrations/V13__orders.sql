-- Orders are planned on a snapshot and placed only if what they were planned by still stands.

-- Counts the edits of a variant and of its product: what it is, costs, and is called.
alter table variants add column version integer not null default 1;
-- Counts what else changes of it, such as its stock. A product's revision is the sum of these and
-- its own, so that a sale writes the row of the variant and no other.
alter table variants add column revision integer not null default 0;

-- Lines, events and the journal are never deleted, so their numbers are never free to be given
-- again, and need not be counted in a table of their own each time a row is written. The rows stay
-- where they are: only what is said of the tables changes, as SQLite's page on ALTER TABLE tells.
pragma writable_schema = on;
update sqlite_schema
set sql = replace(sql, 'id integer primary key autoincrement', 'id integer primary key')
where type = 'table' and name in ('order_items', 'order_events', 'journal');
pragma writable_schema = reset;
delete from sqlite_sequence where name in ('order_items', 'order_events', 'journal');
