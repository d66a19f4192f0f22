//! What must add up of money that went back, by hand and by card.

/// What a find means, with `#` for the finds, and the statement that finds what does not add up.
pub(super) type Rule = (&'static str, &'static str);

/// Money that went back, before any went by card.
pub(super) const REFUNDS_OF_SIXTH: [Rule; 2] = [
    (
        "The refunds of order # do not add up to what went back.",
        "select cast(o.id as text) from orders o
            left join (select order_id, sum(amount) as back from refunds
                where voided_at is null group by 1) r
            on r.order_id = o.id
        where o.refunded_total <> coalesce(r.back, 0)",
    ),
    (
        "The journal does not add up to the money that went back: #.",
        "select 'refunded' where (select coalesce(sum(refunded), 0) from journal)
            <> (select coalesce(sum(refunded_total), 0) from orders)",
    ),
];

/// Rules that came with the twenty-second schema: money that moves at the card provider counts from
/// when it is asked for, in the journal from when that is certain, and no more once it failed.
pub(super) const CARDS: [Rule; 5] = [
    (
        "The refunds of order # do not add up to what went back.",
        "select cast(o.id as text) from orders o
            left join (select order_id, sum(amount - coalesce((select sum(c.amount)
                    from card_refunds c where c.refund_id = refunds.id and c.status = 'failed'),
                    0)) as back
                from refunds where voided_at is null group by 1) r
            on r.order_id = o.id
        where o.refunded_total <> coalesce(r.back, 0)",
    ),
    (
        "The journal does not add up to the money that went back: #.",
        "select 'refunded' where (select coalesce(sum(refunded), 0) from journal)
            <> (select coalesce(sum(refunded_total), 0) from orders)
                - (select coalesce(sum(amount), 0) from card_refunds where status = 'pending')",
    ),
    (
        "The parts of refund # by card do not add up to it.",
        "select cast(r.id as text) from refunds r
            left join (select refund_id, sum(amount) as amount from card_refunds group by 1) c
            on c.refund_id = r.id
        where (r.via is null) <> (c.amount is null) or r.amount <> coalesce(c.amount, r.amount)",
    ),
    (
        "More went back by card of payment # than came.",
        "select cast(p.id as text) from payments p
            join (select payment_id, sum(amount) as back from card_refunds
                where status <> 'failed' group by 1) c on c.payment_id = p.id
        where c.back > p.amount or p.session_id is null or p.voided_at is not null",
    ),
    (
        "Session # was paid, and its payment is not there.",
        "select cast(s.id as text) from payment_sessions s
            left join payments p on p.session_id = s.id
        where (s.status = 'paid') <> (p.id is not null) or p.order_id <> s.order_id",
    ),
];
