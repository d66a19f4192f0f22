-- The first shop: settings, products with their stock ledger, customers with their accounts,
-- orders with everything that happens to them, and what makes a request count once.
--
-- Times are microseconds since 1970 in UTC, money is in minor units of the shop's currency,
-- booleans are 0 or 1. Lists that are only ever read whole are JSON text.

create table settings (
    id integer primary key check (id = 1),
    name text not null,
    currency text not null check (length(currency) = 3),
    time_zone text not null,
    country text,
    public_url text,
    order_number_prefix text not null,
    order_number_start integer not null check (order_number_start > 0),
    next_order_number integer not null check (next_order_number >= order_number_start),
    delivery_days integer not null check (delivery_days >= 0),
    cut_off_hour integer check (cut_off_hour between 0 and 23),
    open_weekdays text not null,
    payment_methods text not null,
    -- Signs order tokens and fingerprints of requests; never leaves the file.
    secret blob not null check (length(secret) = 32),
    version integer not null,
    created_at integer not null,
    updated_at integer not null
) strict;

create table products (
    id integer primary key autoincrement,
    name text not null,
    handle text not null,
    description text not null,
    status text not null check (status in ('active', 'draft', 'archived')),
    vendor text,
    tags text not null,
    tax_category text not null,
    withdrawal_exempt integer not null check (withdrawal_exempt in (0, 1)),
    options text not null,
    -- The lowest price of its variants, for sorting and filtering.
    price_from integer not null check (price_from >= 0),
    version integer not null,
    revision integer not null,
    created_at integer not null,
    updated_at integer not null
) strict;
create unique index products_handle on products (handle) where status <> 'archived';
create index products_name on products (lower(name), id);
create index products_price on products (price_from, id);
create index products_created on products (created_at, id);

create table variants (
    id integer primary key autoincrement,
    product_id integer not null references products (id),
    position integer not null,
    -- 1: for sale or draft. 0: gone from its product, or the product is archived; its sku is free.
    live integer not null check (live in (0, 1)),
    -- 1: taken out of its product, kept for orders and the ledger alone.
    removed integer not null check (removed in (0, 1)),
    options text not null,
    sku text,
    barcode text,
    price integer not null check (price between 0 and 999999999999),
    compare_at_price integer check (compare_at_price between 0 and 999999999999),
    -- Null while stock is not tracked; else the sum of its movements.
    on_hand integer,
    low_stock_at integer,
    allow_backorder integer not null check (allow_backorder in (0, 1)),
    weight_grams integer,
    check (on_hand is null or on_hand >= 0 or allow_backorder = 1),
    check (removed = 0 or live = 0)
) strict;
create index variants_product on variants (product_id, position);
create unique index variants_sku on variants (sku) where live = 1;

create table stock_movements (
    id integer primary key autoincrement,
    variant_id integer not null references variants (id),
    delta integer not null,
    on_hand integer not null,
    reason text not null check (reason in ('received', 'sold', 'returned', 'damaged', 'corrected')),
    note text,
    order_id integer references orders (id),
    actor text not null,
    created_at integer not null
) strict;
create index stock_movements_variant on stock_movements (variant_id, id);
create index stock_movements_order on stock_movements (order_id) where order_id is not null;

create table customers (
    id integer primary key autoincrement,
    name text not null,
    email text not null,
    -- The e-mail folded, to find it again in another spelling.
    email_key text not null,
    phone text,
    addresses text not null,
    note text,
    accepts_marketing integer not null check (accepts_marketing in (0, 1)),
    -- 1: made by a guest's order, to be used again by the next one with the same e-mail.
    guest integer not null check (guest in (0, 1)),
    orders_count integer not null check (orders_count >= 0),
    total_spent integer not null check (total_spent >= 0),
    -- SHA-256 of the token that a visitor's new record is opened with, while it lives.
    token_hash blob,
    token_expires_at integer,
    version integer not null,
    revision integer not null,
    created_at integer not null,
    updated_at integer not null
) strict;
create index customers_email on customers (email_key);
create index customers_name on customers (lower(name), id);
create index customers_created on customers (created_at, id);
create unique index customers_token on customers (token_hash) where token_hash is not null;

create table accounts (
    id integer primary key autoincrement,
    customer_id integer not null unique references customers (id),
    username text not null,
    username_key text not null unique,
    password_hash text not null,
    last_login_at integer,
    version integer not null,
    revision integer not null,
    created_at integer not null,
    updated_at integer not null
) strict;
create index accounts_created on accounts (created_at, id);

create table staff (
    id integer primary key autoincrement,
    email text not null,
    email_key text not null unique,
    role text not null check (role in ('owner', 'staff')),
    password_hash text not null,
    last_login_at integer,
    version integer not null,
    created_at integer not null,
    updated_at integer not null
) strict;

create table api_keys (
    id integer primary key autoincrement,
    name text,
    role text not null check (role in ('admin', 'storefront', 'read')),
    token_hash blob not null unique,
    created_at integer not null,
    revoked_at integer
) strict;

create table sessions (
    id integer primary key autoincrement,
    token_hash blob not null unique,
    account_id integer references accounts (id) on delete cascade,
    staff_id integer references staff (id) on delete cascade,
    created_at integer not null,
    last_seen_at integer not null,
    expires_at integer not null,
    check ((account_id is null) <> (staff_id is null))
) strict;
create index sessions_account on sessions (account_id) where account_id is not null;
create index sessions_staff on sessions (staff_id) where staff_id is not null;
create index sessions_expiry on sessions (expires_at);

-- Addresses (as HMACs) from which somebody signed in, so that others' failures don't lock them out.
create table sign_in_places (
    name_key text not null,
    place blob not null,
    seen_at integer not null,
    primary key (name_key, place)
) strict, without rowid;

create table orders (
    id integer primary key autoincrement,
    number text not null unique,
    status text not null check (status in ('open', 'completed', 'cancelled')),
    payment_status text not null,
    fulfillment_status text not null,
    order_date integer not null,
    expected_delivery_date text not null,
    customer_id integer references customers (id),
    name text,
    email text,
    phone text,
    shipping_address text,
    billing_address text,
    shipping_method text not null,
    payment_method text not null,
    subtotal integer not null,
    discount_code text,
    discount_total integer not null check (discount_total between 0 and subtotal),
    shipping_total integer not null check (shipping_total >= 0),
    shipping_tax integer not null check (shipping_tax between 0 and tax_total),
    tax_total integer not null check (tax_total >= 0),
    total integer not null check (total between 0 and 999999999999),
    paid_total integer not null check (paid_total >= 0),
    refunded_total integer not null check (refunded_total between 0 and paid_total),
    currency text not null,
    prices_include_tax integer not null check (prices_include_tax in (0, 1)),
    note text,
    packed_at integer,
    cancelled_at integer,
    cancel_reason text,
    version integer not null,
    revision integer not null,
    created_at integer not null,
    updated_at integer not null,
    check (total = subtotal - discount_total + shipping_total
        + case prices_include_tax when 1 then 0 else tax_total end)
) strict;
create index orders_date on orders (order_date, id);
create index orders_customer on orders (customer_id, order_date) where customer_id is not null;
create index orders_status on orders (status, order_date);
create index orders_payment on orders (payment_status, order_date);
create index orders_fulfillment on orders (fulfillment_status, order_date);

create table order_items (
    id integer primary key autoincrement,
    order_id integer not null references orders (id),
    product_id integer not null references products (id),
    variant_id integer not null references variants (id),
    name text not null,
    variant_title text,
    sku text,
    unit_price integer not null check (unit_price >= 0),
    quantity integer not null check (quantity between 1 and 1000000),
    subtotal integer not null check (subtotal = unit_price * quantity),
    discount integer not null check (discount between 0 and subtotal),
    tax_rate text not null,
    tax integer not null check (tax >= 0),
    total integer not null check (total >= 0),
    -- Units that were taken from stock; what comes back is never more.
    taken integer not null check (taken in (0, quantity)),
    shipped_quantity integer not null check (shipped_quantity >= 0),
    cancelled_quantity integer not null check (cancelled_quantity >= 0),
    returned_quantity integer not null check (returned_quantity between 0 and shipped_quantity),
    check (shipped_quantity + cancelled_quantity <= quantity)
) strict;
create index order_items_order on order_items (order_id);
create index order_items_variant on order_items (variant_id);
create index order_items_product on order_items (product_id);
create index order_items_sku on order_items (sku) where sku is not null;

create table payments (
    id integer primary key autoincrement,
    order_id integer not null references orders (id),
    amount integer not null check (amount > 0),
    method text not null,
    reference text,
    paid_at integer not null,
    voided_at integer
) strict;
create index payments_order on payments (order_id);

create table shipments (
    id integer primary key autoincrement,
    order_id integer not null references orders (id),
    carrier text not null,
    tracking_number text not null,
    tracking_url text,
    expected_delivery_date text,
    shipped_at integer not null,
    delivered_at integer
) strict;
create index shipments_order on shipments (order_id);
create index shipments_tracking on shipments (tracking_number);

create table shipment_items (
    shipment_id integer not null references shipments (id),
    item_id integer not null references order_items (id),
    quantity integer not null check (quantity > 0),
    primary key (shipment_id, item_id)
) strict, without rowid;

-- Everything that happened to an order. `subject` is the payment or shipment it speaks of, `units`
-- what a cancellation took out or the parcels a delivery was of (JSON), `note` what somebody wrote.
create table order_events (
    id integer primary key autoincrement,
    order_id integer not null references orders (id),
    kind text not null,
    actor text not null,
    subject integer,
    units text,
    note text,
    at integer not null,
    voided_at integer
) strict;
create index order_events_order on order_events (order_id, id);

-- Answers to requests with an Idempotency-Key, written in the transaction of their effect.
create table idempotency_keys (
    scope text not null,
    key text not null,
    fingerprint blob not null,
    status integer not null,
    location text,
    etag text,
    body blob,
    customer_id integer,
    created_at integer not null,
    primary key (scope, key)
) strict, without rowid;
create index idempotency_keys_age on idempotency_keys (created_at);
create index idempotency_keys_customer on idempotency_keys (customer_id)
    where customer_id is not null;
