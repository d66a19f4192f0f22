//! What steps give back to the stock, and what is taken again when they are taken back.

use super::fixtures::*;
use crate::domain::Id;
use crate::domain::calendar::Zone;
use crate::domain::orders::*;

/// The steps of a request that has been taken, which were given back to the stock.
fn taken(order: &Order, input: &StepInput) -> (Order, Step, Vec<(i64, i64)>) {
    let (mut after, steps) = order.apply(input, &terms(&Zone::utc()), at(0)).unwrap();
    let step = steps.into_iter().next().unwrap();
    let back = order.given_back(&step);
    after.put_back(&back);
    let back = back.iter().map(|units| (units.item_id.get(), units.quantity)).collect();
    (after, step, back)
}

/// What is out of the stock of each line, and what of it waits.
fn of_lines(order: &Order) -> Vec<(i64, i64)> {
    order.items.iter().map(|item| (item.taken, item.committed())).collect()
}

#[test]
fn a_step_gives_back_what_was_taken_and_no_more() {
    // Lines of 3 and 2 units; of the second the stock was not tracked.
    let mut placed = order(&[3, 2]);
    placed.items[1].taken = 0;
    assert_eq!(of_lines(&placed), [(3, 3), (0, 0)]);
    let (sent, _, back) = taken(&placed, &ship(Some(&[(1, 1), (2, 1)])));
    assert_eq!((of_lines(&sent), back), (vec![(3, 2), (0, 0)], vec![]));
    for (input, back, after) in [
        (cancel(Some(&[(1, 1)])), vec![(1, 1)], [(2, 1), (0, 0)]),
        (cancel(None), vec![(1, 2)], [(1, 0), (0, 0)]),
        (cancel(Some(&[(2, 1)])), vec![], [(3, 2), (0, 0)]),
        (take_back(&[(1, 1), (2, 1)], false), vec![(1, 1)], [(2, 2), (0, 0)]),
        (ship(None), vec![], [(3, 0), (0, 0)]),
    ] {
        let (order, _, given) = taken(&sent, &input);
        assert_eq!((given, of_lines(&order)), (back, after.to_vec()), "{input:?}");
    }
    // Counted when one unit of three was sent, two were taken; so two come back of what is sent.
    let mut counted = sent;
    counted.items[0].taken = 2;
    let (sent, _, _) = taken(&counted, &ship(None));
    assert_eq!(taken(&sent, &take_back(&[(1, 3)], false)).2, [(1, 2)]);
}

#[test]
fn a_step_that_is_taken_back_takes_what_it_gave() {
    let placed = order(&[3]);
    let (cancelled, step, back) = taken(&placed, &cancel(Some(&[(1, 2)])));
    assert_eq!((of_lines(&cancelled), back), (vec![(1, 1)], vec![(1, 2)]));
    // The file knows what of a return was given back; a cancellation gave what it names.
    let again = Order::taken_again(&step, &[]);
    let mut without = placed.clone();
    without.items[0].taken = cancelled.items[0].taken;
    without.take(&again);
    assert_eq!(of_lines(&without), [(3, 3)]);

    let (sent, _, _) = taken(&placed, &ship(None));
    let (returned, step, _) = taken(&sent, &take_back(&[(1, 2)], false));
    assert_eq!(of_lines(&returned), [(1, 0)]);
    let one = vec![Units { item_id: Id::new(1).unwrap(), quantity: 1 }];
    assert_eq!(Order::taken_again(&step, &one), one);
    assert_eq!(Order::taken_again(&step, &[]), []);
}
