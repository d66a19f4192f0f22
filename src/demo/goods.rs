//! What the sample shop sells, and how its shelves were filled.

use crate::domain::stock_movements::MovementReason;

/// A product.
#[derive(Debug)]
pub struct Good {
    pub name: &'static str,
    pub text: &'static str,
    pub vendor: &'static str,
    pub tags: &'static [&'static str],
    /// The names of its options; each unit has a value for each of them.
    pub options: &'static [&'static str],
    pub units: &'static [Unit],
    /// The price before, in hundredths of the currency.
    pub was: Option<i64>,
    pub low_stock_at: Option<i64>,
    pub allow_backorder: bool,
    pub perishable: bool,
    pub draft: bool,
    pub listed_days_ago: i64,
}

/// A variant, or the only one.
#[derive(Debug)]
pub struct Unit {
    pub sku: &'static str,
    pub values: &'static [&'static str],
    /// The price in hundredths of the currency.
    pub price: i64,
    /// Units that were delivered when it was listed; `None` where nobody counts.
    pub stock: Option<i64>,
    pub grams: i64,
}

/// A change of stock that no order made.
#[derive(Debug)]
pub struct Supply {
    pub days_ago: i64,
    pub hour: i64,
    pub sku: &'static str,
    pub delta: i64,
    pub reason: MovementReason,
    pub note: &'static str,
}

/// A product that went out of the range: how many days ago, and its SKU.
pub const RETIRED: (i64, &str) = (12, "CALENDAR");

const GOOD: Good = Good {
    name: "",
    text: "",
    vendor: "The Corner Shop",
    tags: &[],
    options: &[],
    units: &[],
    was: None,
    low_stock_at: None,
    allow_backorder: false,
    perishable: false,
    draft: false,
    listed_days_ago: 95,
};

/// A variant of which this many were delivered at first.
const fn unit(
    sku: &'static str,
    values: &'static [&'static str],
    price: i64,
    stock: i64,
    grams: i64,
) -> Unit {
    Unit { sku, values, price, stock: Some(stock), grams }
}

const fn supply(
    days_ago: i64,
    sku: &'static str,
    delta: i64,
    reason: MovementReason,
    note: &'static str,
) -> Supply {
    Supply { days_ago, hour: 8, sku, delta, reason, note }
}

/// The first one is never sold out, so that whoever tries the demo can go on ordering it.
pub const GOODS: &[Good] = &[
    Good {
        name: "Sourdough loaf",
        text: "Baked every morning, with a long night's rest behind it.",
        tags: &["food", "bakery"],
        units: &[Unit { sku: "BREAD-SOUR", values: &[], price: 420, stock: None, grams: 750 }],
        perishable: true,
        ..GOOD
    },
    Good {
        name: "Stoneware mug",
        text: "Thrown by hand, holds a third of a litre, and survives the dishwasher.",
        vendor: "Glen Pottery",
        tags: &["kitchen", "gift"],
        options: &["Colour"],
        units: &[
            unit("MUG-BLUE", &["Blue"], 1650, 12, 380),
            unit("MUG-WHITE", &["White"], 1650, 10, 380),
            unit("MUG-MOSS", &["Moss"], 1750, 8, 380),
        ],
        low_stock_at: Some(3),
        ..GOOD
    },
    Good {
        name: "Corner Shop T-shirt",
        text: "Heavy organic cotton with the shop's door on the back.",
        tags: &["clothes"],
        options: &["Size", "Colour"],
        units: &[
            unit("TEE-S-NAVY", &["S", "Navy"], 2400, 6, 190),
            unit("TEE-S-SAND", &["S", "Sand"], 2400, 6, 190),
            unit("TEE-M-NAVY", &["M", "Navy"], 2400, 10, 210),
            unit("TEE-M-SAND", &["M", "Sand"], 2400, 8, 210),
            unit("TEE-L-NAVY", &["L", "Navy"], 2400, 8, 230),
            unit("TEE-L-SAND", &["L", "Sand"], 2400, 6, 230),
        ],
        low_stock_at: Some(2),
        ..GOOD
    },
    Good {
        name: "Ground coffee, 500 g",
        text: "From one small roaster, ground for filter and press.",
        vendor: "Harbour Roasters",
        tags: &["food", "coffee"],
        options: &["Roast"],
        units: &[
            unit("COFFEE-LIGHT", &["Light"], 1190, 20, 520),
            unit("COFFEE-DARK", &["Dark"], 1190, 24, 520),
        ],
        low_stock_at: Some(6),
        ..GOOD
    },
    Good {
        name: "Olive oil",
        text: "Green, peppery, of last autumn's harvest.",
        vendor: "Finca Rossi",
        tags: &["food"],
        options: &["Size"],
        units: &[
            unit("OIL-05", &["0.5 l"], 980, 18, 900),
            unit("OIL-10", &["1 l"], 1650, 12, 1700),
        ],
        low_stock_at: Some(4),
        ..GOOD
    },
    Good {
        name: "Wildflower honey, 350 g",
        text: "From the hives behind the chapel. There is never enough of it.",
        vendor: "Chapel Bees",
        tags: &["food", "gift"],
        units: &[unit("HONEY", &[], 740, 14, 600)],
        low_stock_at: Some(5),
        ..GOOD
    },
    Good {
        name: "Beeswax candle",
        text: "Burns for thirty hours and smells of summer.",
        vendor: "Chapel Bees",
        tags: &["home", "gift"],
        units: &[unit("CANDLE", &[], 650, 12, 150)],
        low_stock_at: Some(3),
        ..GOOD
    },
    Good {
        name: "Oak chopping board",
        text: "Sawn when it is ordered, if none is left; then it takes a week.",
        vendor: "Upper Glen Joinery",
        tags: &["kitchen"],
        units: &[unit("BOARD", &[], 4800, 6, 2400)],
        allow_backorder: true,
        ..GOOD
    },
    Good {
        name: "Notebook, A5",
        text: "Thread-bound, 160 pages that lie flat.",
        vendor: "Paperworks",
        tags: &["paper"],
        options: &["Ruling"],
        units: &[
            unit("NOTE-PLAIN", &["Plain"], 1250, 15, 260),
            unit("NOTE-LINED", &["Lined"], 1250, 15, 260),
        ],
        low_stock_at: Some(4),
        ..GOOD
    },
    Good {
        name: "Wool socks",
        text: "Knitted in the next valley, warm on the quay in January.",
        vendor: "Glen Knitters",
        tags: &["clothes", "gift"],
        options: &["Size"],
        units: &[
            unit("SOCK-S", &["36–38"], 1400, 8, 90),
            unit("SOCK-M", &["39–42"], 1400, 12, 100),
            unit("SOCK-L", &["43–46"], 1400, 8, 110),
        ],
        low_stock_at: Some(2),
        ..GOOD
    },
    Good {
        name: "Soap bar",
        text: "Olive oil and patience; nothing that the sea would mind.",
        vendor: "Quay Soapery",
        tags: &["home"],
        options: &["Scent"],
        units: &[
            unit("SOAP-LAV", &["Lavender"], 520, 16, 110),
            unit("SOAP-CEDAR", &["Cedar"], 520, 14, 110),
            unit("SOAP-NONE", &["None"], 480, 14, 110),
        ],
        low_stock_at: Some(4),
        ..GOOD
    },
    Good {
        name: "Canvas bag",
        text: "Carries a week's shopping and folds into a pocket.",
        tags: &["home"],
        units: &[unit("BAG", &[], 1400, 20, 240)],
        low_stock_at: Some(5),
        ..GOOD
    },
    Good {
        name: "Earl Grey tea, 100 g",
        text: "Loose leaves with real bergamot.",
        vendor: "Harbour Roasters",
        tags: &["food", "tea"],
        units: &[unit("TEA", &[], 620, 18, 130)],
        low_stock_at: Some(4),
        ..GOOD
    },
    Good {
        name: "Raspberry jam, 250 g",
        text: "Three parts fruit, one part sugar, and nothing else.",
        vendor: "Rose Cottage",
        tags: &["food"],
        units: &[unit("JAM", &[], 480, 26, 420)],
        low_stock_at: Some(5),
        ..GOOD
    },
    Good {
        name: "Linen apron",
        text: "With one pocket for the spoon and one for the telephone.",
        tags: &["kitchen", "clothes"],
        units: &[unit("APRON", &[], 3400, 8, 320)],
        was: Some(3900),
        low_stock_at: Some(2),
        ..GOOD
    },
    Good {
        name: "Enamel teapot",
        text: "One litre, two lids: everybody drops one.",
        vendor: "Glen Pottery",
        tags: &["kitchen"],
        units: &[unit("TEAPOT", &[], 2990, 7, 800)],
        low_stock_at: Some(2),
        listed_days_ago: 72,
        ..GOOD
    },
    Good {
        name: "Bicycle bell",
        text: "Brass, and heard as far as the lighthouse.",
        vendor: "Station Cycles",
        tags: &["outdoors"],
        units: &[unit("BELL", &[], 1750, 9, 120)],
        low_stock_at: Some(2),
        listed_days_ago: 50,
        ..GOOD
    },
    Good {
        name: "Picnic blanket",
        text: "Wool above, wax below, for grass that is still wet.",
        vendor: "Glen Knitters",
        tags: &["outdoors"],
        units: &[unit("BLANKET", &[], 5400, 8, 1500)],
        was: Some(5900),
        low_stock_at: Some(2),
        listed_days_ago: 29,
        ..GOOD
    },
    Good {
        name: "Harbour calendar",
        text: "Twelve boats. It went out of the range; only its orders still know it.",
        vendor: "Paperworks",
        tags: &["paper", "gift"],
        units: &[unit("CALENDAR", &[], 1490, 8, 300)],
        ..GOOD
    },
    Good {
        name: "Winter hamper",
        text: "Tea, jam, honey and socks in a willow basket. A draft: it is not for sale yet.",
        tags: &["gift"],
        units: &[unit("HAMPER", &[], 6500, 10, 2900)],
        draft: true,
        listed_days_ago: 6,
        ..GOOD
    },
];

pub const SUPPLIES: &[Supply] = &[
    supply(73, "MUG-MOSS", -1, MovementReason::Damaged, "Fell off the shelf."),
    supply(52, "COFFEE-DARK", 18, MovementReason::Received, "Delivery of Harbour Roasters"),
    supply(52, "COFFEE-LIGHT", 12, MovementReason::Received, "Delivery of Harbour Roasters"),
    supply(45, "HONEY", 5, MovementReason::Received, "The second harvest"),
    supply(31, "MUG-BLUE", 12, MovementReason::Received, "Delivery of Glen Pottery"),
    supply(31, "MUG-WHITE", 6, MovementReason::Received, "Delivery of Glen Pottery"),
    supply(24, "BAG", -1, MovementReason::Corrected, "Counted: one is missing."),
    supply(17, "COFFEE-DARK", 18, MovementReason::Received, "Delivery of Harbour Roasters"),
    supply(9, "SOAP-LAV", 12, MovementReason::Received, "Delivery of Quay Soapery"),
    supply(4, "OIL-05", -2, MovementReason::Damaged, "Broken on arrival."),
];
