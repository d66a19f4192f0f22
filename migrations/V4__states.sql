-- How many orders are in which state is counted from this alone, however many there are.
create index orders_states
    on orders (status, payment_status, fulfillment_status, customer_id);
