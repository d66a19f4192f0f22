//! The sentence that asks for a field that was left empty. A shop front may show it as it is; which
//! field it was, its pointer says.

/// Asks for a required field, by its name on the wire.
pub fn asked_for(name: &str) -> &'static str {
    match name {
        "account_holder" => "Enter whose account it is.",
        "carrier" => "Enter who carries it.",
        "city" => "Enter a town or city.",
        "code" => "Enter a code.",
        "country" => "Choose a country.",
        "currency" => "Choose a currency.",
        "email" => "Enter an e-mail address.",
        "iban" => "Enter the IBAN.",
        "item_id" => "Choose an item.",
        "line1" => "Enter a street and number.",
        "method" => "Choose a way to pay.",
        "name" => "Enter a name.",
        "password" => "Enter a password.",
        "price" => "Enter a price.",
        "product_id" => "Choose a product.",
        "quantity" => "Enter a quantity.",
        "rate" => "Enter a tax rate.",
        "reason" => "Enter a reason.",
        "role" => "Choose a role.",
        "shop_name" => "Enter the name of the shop.",
        "tracking_number" => "Enter the tracking number.",
        "type" => "Choose a kind.",
        "up_to_grams" => "Enter a weight in grams.",
        "username" => "Enter a username.",
        "value" => "Enter a value.",
        _ => "This must not be left out.",
    }
}
