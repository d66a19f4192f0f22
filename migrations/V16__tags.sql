-- The products of a tag, and the tags that there are, found by an index and not by a look at every
-- product.
create table product_tags (
    tag text not null,
    product_id integer not null references products (id),
    -- 1: everybody sees the product.
    is_active integer not null check (is_active in (0, 1)),
    primary key (tag, product_id)
) strict, without rowid;
-- For the tags of a product that is saved.
create index product_tags_product on product_tags (product_id);
insert or ignore into product_tags
select value, products.id, status = 'active' from products, json_each(products.tags);

-- For the list of what is on sale.
create index variants_on_sale on variants (product_id)
where removed = 0 and compare_at_price > price;
