-- Names and values that programs hang on a product, as they do on an order; the shop reads nothing
-- in them.
alter table products add column metadata text not null default '{}';
