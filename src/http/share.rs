//! The share that a request has in the bytes under way, by who sent it.

use rocket::Request;

use super::client_address::ClientAddress;
use super::in_flight::{Owner, Share};
use super::limits::UNNAMED_PROXY_FACTOR;
use super::notes::Notes;
use super::permissions::Caller;
use crate::error::{Error, Result};
use crate::http::app::App;

/// Notes the owner, once a guard knows the caller.
pub fn note_owner(request: &Request<'_>, caller: &Result<Caller>, address: ClientAddress) -> Owner {
    *Notes::of(request).owner.get_or_init(|| owner_of(caller, address))
}

/// The share of a request in the room of bodies, still empty.
///
/// # Errors
/// Internal, where the shop is not there.
pub fn of_body(request: &Request<'_>) -> Result<Share> {
    let app = request.rocket().state::<App>().ok_or_else(|| Error::internal("no shop"))?;
    Ok(app.bodies.share(owner(request, app)))
}

/// Takes room for the answer to a request.
///
/// # Errors
/// Busy, where there is no room for it.
pub fn take_answer(request: &Request<'_>, bytes: usize) -> Result<Share> {
    let app = request.rocket().state::<App>().ok_or_else(|| Error::internal("no shop"))?;
    let mut share = app.answers.share(owner(request, app));
    share.add(bytes)?;
    Ok(share)
}

fn owner(request: &Request<'_>, app: &App) -> Owner {
    let stranger = || owner_of(&Ok(Caller::Visitor), ClientAddress::of(request, app));
    *Notes::of(request).owner.get_or_init(stranger)
}

fn owner_of(caller: &Result<Caller>, address: ClientAddress) -> Owner {
    match caller {
        Ok(caller) if !caller.is_visitor() => Owner::Known,
        _ if address.is_shared() => {
            Owner::Stranger(address.ip, UNNAMED_PROXY_FACTOR.unsigned_abs())
        }
        _ => Owner::Stranger(address.ip, 1),
    }
}
