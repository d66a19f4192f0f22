-- Pictures. What is stored of one stays the same for good; what uses it says so in its own row.
create table pictures (
    id integer primary key autoincrement,
    -- Half of the SHA-256 of what was uploaded, in hexadecimal: the picture's address.
    hash text not null,
    media_type text not null check (media_type in ('image/jpeg', 'image/png')),
    -- Of the original, upright.
    width integer not null check (width > 0),
    height integer not null check (height > 0),
    -- In all its parts.
    bytes integer not null,
    -- 1: a line of an order shows it, also when no product does any more.
    is_kept integer not null check (is_kept in (0, 1)),
    created_at integer not null
) strict;
create unique index pictures_hash on pictures (hash);

-- A picture in one of its widths, in parts, so that whoever sends it needs little memory.
create table picture_parts (
    id integer primary key,
    picture_id integer not null references pictures (id),
    width integer not null,
    part integer not null,
    bytes blob not null
) strict;
create unique index picture_parts_place on picture_parts (picture_id, width, part);

create table product_images (
    id integer primary key autoincrement,
    product_id integer not null references products (id),
    picture_id integer not null references pictures (id),
    -- From 1, without a gap.
    position integer not null,
    -- What it shows, for those who do not see it.
    alt text not null
) strict;
create index product_images_product on product_images (product_id, position);
create index product_images_picture on product_images (picture_id);

-- The images of a product stand on it as well, so that to read it costs no more.
alter table products add column images text not null default '[]';
-- The picture of its first image, or that of a variant's own, for the lines of orders.
alter table products add column picture_id integer;
alter table variants add column image_id integer references product_images (id);
alter table variants add column picture_id integer;
create index variants_image on variants (image_id) where image_id is not null;

-- The picture of the line, which is kept.
alter table order_items add column picture_id integer;

alter table collections add column picture_id integer references pictures (id);
alter table collections add column picture_alt text not null default '';
create index collections_picture on collections (picture_id) where picture_id is not null;
