//! What must add up in a file, a statement for each fault.

use std::ops::Range;

use super::money_rules::{CARDS, REFUNDS_OF_SIXTH, Rule};

/// A number above that of every schema.
const LATER: i64 = i64::MAX;

/// The rules, each with the schemas whose files it holds for.
pub(super) const RULES: [(Range<i64>, &[Rule]); 20] = [
    (1..LATER, &SUMS),
    (1..2, &NUMBERS_OF_FIRST),
    (2..LATER, &NUMBERS),
    (1..6, &PARCELS_OF_FIRST),
    (3..LATER, &MONEY),
    (3..6, &MONEY_OF_THIRD),
    (6..LATER, &BOOKS),
    (7..LATER, &PRICES),
    (8..LATER, &STOCK),
    (11..LATER, &KEYS),
    (12..LATER, &GROWTH),
    (14..LATER, &CHAINS),
    (16..LATER, &TAGS),
    (17..LATER, &COLLECTIONS),
    (18..LATER, &PICTURES),
    (18..20, &PICTURES_OF_EIGHTEENTH),
    (20..LATER, &LOGO),
    (6..22, &REFUNDS_OF_SIXTH),
    (22..LATER, &CARDS),
    (26..LATER, &WAITING),
];

/// Rules that came with the twenty-sixth schema: invoices that wait for what the settings lack.
const WAITING: [Rule; 1] = [(
    "The invoice of order # is there, or about nothing, and waits all the same.",
    "select cast(o.id as text) from orders o
    where o.invoice_due = 1 and (o.standing_net + o.standing_tax = 0 and not exists (select 1
                from order_items i where i.order_id = o.id
                    and i.cancelled_quantity + i.returned_quantity < i.quantity)
            or exists (select 1 from invoices v where v.order_id = o.id))",
)];

/// What holds for the file of every program.
const SUMS: [Rule; 8] = [
    ("There is no row of settings.", "select 'none' where not exists (select 1 from settings)"),
    (
        "The stock of variant # is not the sum of its movements.",
        "select cast(v.id as text) from variants v
            left join (select variant_id, sum(delta) as moved from stock_movements group by 1) m
            on m.variant_id = v.id
        where v.on_hand is not null and v.on_hand <> coalesce(m.moved, 0)",
    ),
    (
        "The stock ledger does not add up at movement #.",
        "select cast(id as text) from (select id, on_hand,
            sum(delta) over (partition by variant_id order by id) as moved from stock_movements)
        where on_hand <> moved",
    ),
    (
        "The lines of order # do not add up to its sums.",
        "select cast(o.id as text) from orders o
            left join (select order_id, sum(subtotal) as subtotal, sum(discount) as discount,
                sum(tax) as tax from order_items group by 1) i on i.order_id = o.id
        where i.order_id is null or o.subtotal <> i.subtotal or o.discount_total <> i.discount
            or o.tax_total <> i.tax + o.shipping_tax",
    ),
    (
        "The payments of order # do not add up to what it was paid.",
        "select cast(o.id as text) from orders o
            left join (select order_id, sum(amount) as paid from payments
                where voided_at is null group by 1) p on p.order_id = o.id
        where o.paid_total <> coalesce(p.paid, 0)",
    ),
    (
        "Nothing is written down of what happened to order #.",
        "select cast(id as text) from orders o
        where not exists (select 1 from order_events e where e.order_id = o.id)",
    ),
    (
        "The orders of customer # do not add up to what is said of them.",
        "select cast(c.id as text) from customers c
            left join (select customer_id, count(*) as orders,
                sum(paid_total - refunded_total) as spent from orders group by 1) o
            on o.customer_id = c.id
        where c.orders_count <> coalesce(o.orders, 0) or c.total_spent <> coalesce(o.spent, 0)",
    ),
    (
        "Orders are missing before order #.",
        "select cast(id as text) from (select id, lag(id, 1, 0) over (order by id) as before
            from orders) where id <> before + 1
        union all
        select 'at the end' from sqlite_sequence where name = 'orders'
            and seq <> (select coalesce(max(id), 0) from orders)",
    ),
];

/// Numbers count on, but for the starts that the owner set.
const NUMBERS: [Rule; 2] = [
    (
        "The order number # does not follow the one before.",
        "select number from (select number, n, lag(n) over (order by id) as before
            from (select id, number, cast(substr(number,
                length(rtrim(number, '0123456789')) + 1) as integer) as n from orders))
        where n <= before
            or (n <> before + 1 and n not in (select first from order_number_starts))",
    ),
    (
        "The next order number is #, which does not follow the last.",
        "select cast(next_order_number as text) from settings
        where next_order_number <> (select cast(substr(number,
                length(rtrim(number, '0123456789')) + 1) as integer) + 1
                from orders order by id desc limit 1)
            and next_order_number <> order_number_start",
    ),
];

/// The first schema did not keep the starts, so numbers may jump there, but never fall.
const NUMBERS_OF_FIRST: [Rule; 2] = [
    (
        "The order number # does not follow the one before.",
        "select number from (select number, n, lag(n) over (order by id) as before
            from (select id, number, cast(substr(number,
                length(rtrim(number, '0123456789')) + 1) as integer) as n from orders))
        where n <= before",
    ),
    NUMBERS[1],
];

/// Parcels, before one could be taken back.
const PARCELS_OF_FIRST: [Rule; 1] = [(
    "The shipments of order line # do not add up to what was shipped.",
    "select cast(i.id as text) from order_items i
        left join (select item_id, sum(quantity) as shipped from shipment_items group by 1) s
        on s.item_id = i.id
    where i.shipped_quantity <> coalesce(s.shipped, 0)",
)];

/// Rules that came with the third schema: discounts and documents.
const MONEY: [Rule; 2] = [
    (
        "The uses of discount # do not add up to its count.",
        "select d.code from discounts d
            left join (select discount_id, count(*) as uses from discount_uses group by 1) u
            on u.discount_id = d.id
        where d.usage_count <> coalesce(u.uses, 0)",
    ),
    (
        "The document number # does not follow the one before.",
        "select number from (select number, type, n,
                lag(n, 1, 0) over (partition by type order by id) as before
            from (select id, type, number, cast(substr(number,
                length(rtrim(number, '0123456789')) + 1) as integer) as n from invoices)) as d
        where n <= before or (n <> before + 1 and not exists
            (select 1 from invoice_number_starts s where s.type = d.type and s.first = d.n))",
    ),
];

/// Refunds, returns and sums of sales, before there was a journal.
const MONEY_OF_THIRD: [Rule; 6] = [
    (
        "The refunds of order # do not add up to what went back.",
        "select cast(o.id as text) from orders o
            left join (select order_id, sum(amount) as back from refunds group by 1) r
            on r.order_id = o.id
        where o.refunded_total <> coalesce(r.back, 0)",
    ),
    (
        "The returns of order line # do not add up to what came back.",
        "select cast(i.id as text) from order_items i
            left join (select item_id, sum(quantity) as back from return_items group by 1) r
            on r.item_id = i.id
        where i.returned_quantity <> coalesce(r.back, 0)",
    ),
    (
        "More was refunded of order line # than was ordered.",
        "select cast(i.id as text) from order_items i
            join (select item_id, sum(quantity) as back from refund_items group by 1) r
            on r.item_id = i.id
        where r.back > i.quantity",
    ),
    (
        "A refund of order # has no credit note, though there is an invoice.",
        "select cast(r.order_id as text) from refunds r
            join invoices i on i.order_id = r.order_id and i.type = 'invoice'
        where not exists (select 1 from invoices c where c.refund_id = r.id)",
    ),
    (
        "The sums of sales are wrong: they count # orders or refunds.",
        "select cast(counted.orders as text) from
            (select coalesce(sum(orders), 0) as orders from sales where kind = 'order') counted,
            (select count(*) as orders from orders where status <> 'cancelled') there
        where counted.orders <> there.orders
        union all
        select cast(counted.gross as text) from
            (select coalesce(sum(gross), 0) as gross from sales where kind = 'refund') counted,
            (select coalesce(sum(amount), 0) as gross from refunds) there
        where counted.gross <> there.gross",
    ),
    (
        "The sums of sales by day are not those by the hour: #.",
        "select coalesce(s.kind, d.kind) from
            (select kind, sum(orders) as orders, sum(gross) as gross, sum(tax) as tax
                from sales group by kind) s
            full join (select kind, sum(orders) as orders, sum(gross) as gross, sum(tax) as tax
                from sales_days group by kind) d on d.kind = s.kind
        where s.orders is not d.orders or s.gross is not d.gross or s.tax is not d.tax",
    ),
];

/// The books: steps that count, since all of them can be taken back, what stands, its documents,
/// and the journal.
const BOOKS: [Rule; 8] = [
    (
        "The shipments of order line # do not add up to what was shipped.",
        "select cast(i.id as text) from order_items i
            left join (select u.item_id, sum(u.quantity) as shipped
                from shipment_items u join shipments s on s.id = u.shipment_id
                where s.voided_at is null group by 1) s
            on s.item_id = i.id
        where i.shipped_quantity <> coalesce(s.shipped, 0)",
    ),
    (
        "The returns of order line # do not add up to what came back.",
        "select cast(i.id as text) from order_items i
            left join (select u.item_id, sum(u.quantity) as back
                from return_items u join returns r on r.id = u.return_id
                where r.voided_at is null group by 1) r
            on r.item_id = i.id
        where i.returned_quantity <> coalesce(r.back, 0)",
    ),
    (
        "More was refunded of order line # than was ordered.",
        "select cast(i.id as text) from order_items i
            join (select u.item_id, sum(u.quantity) as back
                from refund_items u join refunds r on r.id = u.refund_id
                where r.voided_at is null group by 1) r
            on r.item_id = i.id
        where r.back > i.quantity",
    ),
    (
        "What order # stands at, the money that is open and the money to be refunded contradict \
         each other.",
        "select cast(id as text) from (select id, open_amount, to_refund,
                paid_total - refunded_total as kept,
                case when standing_net + standing_tax = 0 and not exists (select 1
                        from order_items i where i.order_id = orders.id
                            and i.cancelled_quantity + i.returned_quantity < i.quantity)
                    then 0 else max(standing_net + standing_tax + opening, 0) end as owed
            from orders) as o
        where open_amount <> max(owed - kept, 0) or to_refund <> max(kept - owed, 0)",
    ),
    (
        "The journal of order # does not add up to what stands of it.",
        "select cast(o.id as text) from orders o
            left join (select order_id, sum(net) as net, sum(tax) as tax
                from journal group by 1) j on j.order_id = o.id
        where o.standing_net <> coalesce(j.net, 0) or o.standing_tax <> coalesce(j.tax, 0)",
    ),
    (
        "The journal does not add up to the money that came in: #.",
        "select 'received' where (select coalesce(sum(received), 0) from journal)
            <> (select coalesce(sum(paid_total), 0) from orders)",
    ),
    (
        "The documents of order # do not add up to what stands of it.",
        "select cast(o.id as text) from orders o
            join (select order_id,
                    sum(case type when 'invoice' then total else -total end) as documents
                from invoices group by 1) d on d.order_id = o.id
        where d.documents <> o.standing_net + o.standing_tax + o.opening_documents",
    ),
    (
        "The stored sums of day # are not those of its rows.",
        "select distinct made.day from (select day, country, rate, method, orders, units, gross,
                discounts, shipping, reductions, net, tax, received, refunded
            from journal_days
            except
            select day, country, rate, method, sum(orders), sum(units), sum(gross),
                sum(discounts), sum(shipping), sum(reductions), sum(net), sum(tax), sum(received),
                sum(refunded)
            from journal where day is not null group by day, country, rate, method) as made",
    ),
];

/// Rules that came with the seventh schema: what goods have cost.
const PRICES: [Rule; 1] = [(
    "The price of variant # is not the last of its history.",
    "select cast(v.id as text) from variants v
        left join (select variant_id, max(id) as last from price_history group by 1) l
        on l.variant_id = v.id
        left join price_history h on h.id = l.last
    where h.price is null or h.price <> v.price",
)];

/// Rules that came with the eighth schema: what lies on the shelf and is promised.
const STOCK: [Rule; 1] = [(
    "The lines of orders do not add up to what is committed of variant #.",
    "select cast(v.id as text) from variants v
        left join (select variant_id, sum(min(taken, quantity - shipped_quantity
                - cancelled_quantity)) as committed from order_items group by 1) i
        on i.variant_id = v.id
    where v.committed <> coalesce(i.committed, 0)",
)];

/// Rules that came with the eleventh schema: what requests made that count once.
const KEYS: [Rule; 1] = [(
    "Order # was made by a request and is not there.",
    "select cast(k.subject as text) from idempotency_keys k
        left join orders o on o.id = k.subject
    where k.kind = 'order' and o.id is null",
)];
/// Rules that came with the twelfth schema: what is stored so that a large shop stays quick.
const GROWTH: [Rule; 4] = [
    (
        "The counts of orders by their states are wrong: #.",
        "select status || ' ' || payment_status || ' ' || fulfillment_status
        from (select status, payment_status, fulfillment_status, is_to_pay, is_to_refund, orders
                from order_counts where orders > 0
            union all
            select status, payment_status, fulfillment_status, open_amount > 0, to_refund > 0,
                -count(*)
            from orders where id <= (select last_id from counted_orders) group by 1, 2, 3, 4, 5)
        group by status, payment_status, fulfillment_status, is_to_pay, is_to_refund
        having sum(orders) <> 0",
    ),
    (
        "The withdrawals of order # contradict what it waits for.",
        "select cast(o.id as text) from orders o where o.awaits_return <> exists (
            select 1 from withdrawals w
                join order_events d
                    on d.order_id = w.order_id and d.kind = 'withdrawal' and d.subject = w.id
            where w.order_id = o.id and w.voided_at is null
                and not exists (select 1 from order_events e
                    where e.order_id = w.order_id and e.id > d.id and e.voided_at is null
                        and e.kind in ('return', 'cancellation')))",
    ),
    (
        "Words are stored of customer #, who is not there.",
        "select distinct cast(w.customer_id as text)
        from (select customer_id from customer_words
            union all select customer_id from buyer_words) w
        where not exists (select 1 from customers c where c.id = w.customer_id)",
    ),
    (
        "Order line # is not of the product of its variant.",
        "select cast(i.id as text) from order_items i join variants v on v.id = i.variant_id
        where v.product_id <> i.product_id",
    ),
];

/// Rules that came with the fourteenth schema: the lines and movements of a variant, one from the
/// other.
const CHAINS: [Rule; 6] = [
    (
        "Order line # does not follow the line before of its variant.",
        "select cast(id as text) from (select id, coalesce(previous_id, 0) as previous_id,
            lag(id, 1, 0) over (partition by variant_id order by id) as before
            from order_items where variant_id is not null)
        where previous_id <> before",
    ),
    (
        "Stock movement # does not follow the movement before of its variant.",
        "select cast(id as text) from (select id, coalesce(previous_id, 0) as previous_id,
            lag(id, 1, 0) over (partition by variant_id order by id) as before
            from stock_movements)
        where previous_id <> before",
    ),
    (
        "Variant # does not know its last line.",
        "select cast(l.variant_id as text)
        from (select variant_id, max(id) as last from order_items
            where variant_id is not null group by 1) l
            left join variants v on v.id = l.variant_id
        where v.id is null or coalesce(v.last_item_id, 0) <> l.last",
    ),
    (
        "Variant # does not know its last movement.",
        "select cast(l.variant_id as text)
        from (select variant_id, max(id) as last from stock_movements group by 1) l
            left join variants v on v.id = l.variant_id
        where v.id is null or coalesce(v.last_movement_id, 0) <> l.last",
    ),
    (
        "The last line of variant # is not there.",
        "select cast(v.id as text) from variants v left join order_items i on i.id = v.last_item_id
        where v.last_item_id is not null and (i.id is null or i.variant_id <> v.id)",
    ),
    (
        "The last movement of variant # is not there.",
        "select cast(v.id as text) from variants v
            left join stock_movements m on m.id = v.last_movement_id
        where v.last_movement_id is not null and (m.id is null or m.variant_id <> v.id)",
    ),
];

/// Rules that came with the sixteenth schema: the products of a tag.
const TAGS: [Rule; 1] = [(
    "Product # is not found by its tags.",
    "select cast(p.id as text) from products p
    where json_array_length(p.tags) <>
            (select count(*) from product_tags t where t.product_id = p.id)
        or exists (select 1 from product_tags t where t.product_id = p.id
            and (t.is_active <> (p.status = 'active')
                or t.tag not in (select value from json_each(p.tags))))",
)];

/// Rules that came with the seventeenth schema: the products of a collection.
const COLLECTIONS: [Rule; 2] = [
    (
        "Product # is not found by its collections.",
        "select cast(p.id as text) from products p
        where json_array_length(p.collection_ids) <>
                (select count(*) from collection_products c where c.product_id = p.id)
            or exists (select 1 from collection_products c where c.product_id = p.id
                and (c.is_active <> (p.status = 'active')
                    or c.collection_id not in (select value from json_each(p.collection_ids))))",
    ),
    (
        "Collection # does not know how many products it has.",
        "select cast(c.id as text) from collections c
            left join (select collection_id, count(*) as products, sum(is_active) as active
                from collection_products group by 1) m on m.collection_id = c.id
        where c.products <> coalesce(m.products, 0) or c.active_products <> coalesce(m.active, 0)",
    ),
];

/// Rules that came with the eighteenth schema: pictures.
const PICTURES: [Rule; 3] = [
    (
        "Picture # is not whole.",
        "select p.hash from pictures p
            left join (select picture_id, sum(length(bytes)) as bytes
                from picture_parts group by 1) f on f.picture_id = p.id
        where p.bytes <> coalesce(f.bytes, 0) or p.bytes = 0",
    ),
    (
        "Product # does not show its own pictures.",
        "select cast(p.id as text) from products p
        where (select json_group_array(id) from (
                select json_extract(value, '$.id') as id from json_each(p.images) order by key))
            <> (select json_group_array(id) from (
                select i.id from product_images i where i.product_id = p.id order by i.position))",
    ),
    (
        "The picture of order line # is not there.",
        "select cast(i.id as text) from order_items i
        where i.picture_id is not null
            and not exists (select 1 from pictures p where p.id = i.picture_id)",
    ),
];

/// What the pictures of the eighteenth schema and the next show.
const PICTURES_OF_EIGHTEENTH: [Rule; 1] = [(
    "Nobody shows picture #.",
    "select p.hash from pictures p
        where p.is_kept = 0
            and not exists (select 1 from product_images i where i.picture_id = p.id)
            and not exists (select 1 from collections c where c.picture_id = p.id)",
)];

/// Rules that came with the twentieth schema: a logo is a picture that is shown, too.
const LOGO: [Rule; 1] = [(
    "Nobody shows picture #.",
    "select p.hash from pictures p
    where p.is_kept = 0
        and not exists (select 1 from product_images i where i.picture_id = p.id)
        and not exists (select 1 from collections c where c.picture_id = p.id)
        and not exists (select 1 from settings where logo_picture_id = p.id)",
)];
