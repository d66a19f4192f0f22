-- What products are found by: words that the program has folded, apart by blanks. What stands
-- beside them is in the products; here is nothing but the index.
create virtual table product_search using fts5 (
    name, code, rest,
    content = '', contentless_delete = 1, detail = 'column', tokenize = 'ascii', prefix = '2 3'
);
-- Shows which words are in it, for the proof that they are those of the products.
create virtual table product_search_words using fts5vocab ('product_search', 'instance');
-- 1: all products are in it.
alter table stored_keys add column goods integer not null default 0;

-- Units that were ever ordered, for the order of a search that finds much.
alter table variants add column ordered integer not null default 0;
-- Lines have no index by variants, so all of them are read once.
update variants set ordered = sold.quantity
from (select variant_id, sum(quantity) as quantity from order_items group by 1) as sold
where sold.variant_id = variants.id;
-- The products that sell best, from the first on, as of the last look.
create table best_sellers (
    place integer primary key,
    product_id integer not null references products (id)
) strict;
create index best_sellers_product on best_sellers (product_id);

-- For those who scan what they look for.
create index variants_barcode on variants (barcode) where barcode is not null;
