-- Orders: the words of the shop apart from the buyer's, what programs hang on an order, and the tax
-- categories by which its rates were found.

-- For the staff alone; `note` is the buyer's.
alter table orders add column staff_note text;
alter table orders add column metadata text not null default '{}';
-- Null where an older program placed it: which category it was is not known any more.
alter table orders add column shipping_tax_category text;
alter table order_items add column tax_category text;
alter table order_items add column note text;
