//! The tokens that confirm the e-mail of an account: signatures under the shop's secret, so that
//! none of them is stored. One fits as long as the account has the address that it was sent to.

use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::text::Email;
use crate::secret::{self, Hash};

const PREFIX: &str = "tb_ver_";
const PURPOSE: &str = "email token";

/// The token that confirms an address until `ends_at`.
pub fn email_token(secret: &Hash, account_id: Id, email: &Email, ends_at: Timestamp) -> String {
    let ends = ends_at.seconds();
    format!("{PREFIX}{account_id}_{ends}_{}", signature(secret, account_id, email, ends))
}

/// The account that a token speaks of, before it is known to be genuine.
pub fn account_of_token(token: &str) -> Option<Id> {
    parts(token).map(|(id, ..)| id)
}

/// Tells `true` for a token that confirms this address of this account now.
pub fn is_email_token(secret: &Hash, of: (Id, &Email), token: &str, now: Timestamp) -> bool {
    let (account_id, email) = of;
    parts(token).is_some_and(|(id, ends, signed)| {
        let right = signature(secret, account_id, email, ends);
        let genuine = secret::same(right.as_bytes(), signed.as_bytes());
        genuine && id == account_id && now.seconds() < ends
    })
}

fn parts(token: &str) -> Option<(Id, i64, &str)> {
    let (id, rest) = token.strip_prefix(PREFIX)?.split_once('_')?;
    let (ends, signed) = rest.split_once('_')?;
    Some((Id::parse(id)?, ends.parse().ok()?, signed))
}

fn signature(secret: &Hash, account_id: Id, email: &Email, ends: i64) -> String {
    let text = format!("{account_id} {ends} {}", email.key());
    secret::hex(&secret::sign(secret, PURPOSE, text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_confirms_one_address_of_one_account_for_a_while() {
        let (secret, id) = ([7; 32], Id::new(42).unwrap());
        let email = |text: &str| Email::parse(text).unwrap();
        let (ana, other) = (email("ana@example.org"), email("other@example.org"));
        let second = |number: i64| Timestamp::from_micros(number * 1_000_000);
        let [ends, before] = [100, 99].map(second);
        let token = email_token(&secret, id, &ana, ends);
        let fits = |of: (Id, &Email), token: &str| is_email_token(&secret, of, token, before);
        assert!(fits((id, &ana), &token) && account_of_token(&token) == Some(id));
        assert!(fits((id, &email("ANA@example.org")), &token));
        assert!(!fits((id, &other), &token));
        assert!(!fits((Id::new(43).unwrap(), &ana), &token));
        assert!(!fits((id, &ana), &token.replace("_100_", "_101_")));
        assert!(!is_email_token(&secret, (id, &ana), &token, ends));
        for nonsense in ["", "tb_ver_", "tb_ver_42_100", "tb_ver_0_100_ab", "tb_ver_42_x_ab"] {
            assert_eq!(account_of_token(nonsense), None, "{nonsense}");
        }
    }
}
