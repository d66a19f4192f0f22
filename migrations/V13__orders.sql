-- Orders are planned on a snapshot and placed only if what they were planned by still stands.

-- Counts the edits of a variant and of its product: what it is, costs, and is called.
alter table variants add column version integer not null default 1;
-- Counts what else changes of it, such as its stock. A product's revision is the sum of these and
-- its own, so that a sale writes the row of the variant and no other.
alter table variants add column revision integer not null default 0;
