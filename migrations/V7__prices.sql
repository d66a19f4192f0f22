-- Prices: what they were before, and the shop that charges no tax.

-- The sentence of a shop that charges no tax. Null: it does.
alter table settings add column tax_exempt_note text;
-- That sentence as it was when the order was placed.
alter table orders add column tax_note text;
