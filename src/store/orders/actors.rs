//! Who took the steps of an order, as far as the file still knows them.

use super::steps::{StepsBy, steps_by};
use crate::domain::Id;
use crate::domain::orders::{ActorKind, Order, Step, StepActor};
use crate::error::Result;
use crate::store::Tx;
use crate::store::engine::sql::SHOP;

/// The steps of an order that were not voided, oldest first, with who took each.
pub fn steps_with_actors(tx: &Tx, order: &Order) -> Result<(Vec<Step>, Vec<StepActor>)> {
    let StepsBy { steps, actors } = steps_by(tx, order)?;
    let mut known: Vec<(String, StepActor)> = Vec::new();
    for name in &actors {
        if known.iter().all(|(one, _)| one != name) {
            known.push((name.clone(), actor(tx, name)?));
        }
    }
    let found = |name: &String| known.iter().find(|(one, _)| one == name);
    let actors = actors.iter().filter_map(found).map(|(_, actor)| actor.clone()).collect();
    Ok((steps, actors))
}

/// The actor of a name, such as `staff 3`.
fn actor(tx: &Tx, name: &str) -> Result<StepActor> {
    let (kind, id) = name.split_once(' ').unwrap_or((name, ""));
    let (kind, sql) = match kind {
        "staff" => (ActorKind::Staff, Some("select email from staff where id = $1")),
        "key" => (ActorKind::Key, Some("select name from api_keys where id = $1")),
        SHOP => (ActorKind::Shop, None),
        _ => (ActorKind::Buyer, None),
    };
    let name = match sql.zip(Id::parse(id)) {
        Some((sql, id)) => tx.maybe_value::<Option<String>>(sql, &[&id])?.flatten(),
        None => None,
    };
    Ok(StepActor { kind, name })
}
