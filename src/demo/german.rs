//! The texts of the sample goods in German, for a shop that is set up in that language.

use crate::domain::window::Language;

/// A text of the goods or their shelves, in a language.
pub(super) fn said(text: &str, language: Language) -> &str {
    let german = || TEXTS.iter().find(|(english, _)| *english == text);
    match language {
        Language::En => text,
        Language::De => german().map_or(text, |(_, german)| german),
    }
}

/// Names of makers, sizes and what is called the same are not among them.
const TEXTS: &[(&str, &str)] = &[
    ("The first delivery", "Die erste Lieferung"),
    ("Sourdough loaf", "Sauerteigbrot"),
    (
        "Baked every morning, with a long night's rest behind it.",
        "Jeden Morgen gebacken, nach einer langen Nacht Ruhe.",
    ),
    ("Stoneware mug", "Steingutbecher"),
    (
        "Thrown by hand, holds a third of a litre, and survives the dishwasher.",
        "Von Hand gedreht, fasst einen Drittelliter und übersteht die Spülmaschine.",
    ),
    ("Corner Shop T-shirt", "T-Shirt vom Laden an der Ecke"),
    (
        "Heavy organic cotton with the shop's door on the back.",
        "Schwere Biobaumwolle mit der Ladentür auf dem Rücken.",
    ),
    ("Ground coffee, 500 g", "Gemahlener Kaffee, 500 g"),
    (
        "From one small roaster, ground for filter and press.",
        "Aus einer kleinen Rösterei, gemahlen für Filter und Kanne.",
    ),
    ("Olive oil", "Olivenöl"),
    (
        "Green, peppery, of last autumn's harvest.",
        "Grün, pfeffrig, aus der Ernte vom letzten Herbst.",
    ),
    ("Wildflower honey, 350 g", "Wildblütenhonig, 350 g"),
    (
        "From the hives behind the chapel. There is never enough of it.",
        "Von den Bienen hinter der Kapelle. Es gibt nie genug davon.",
    ),
    ("Beeswax candle", "Bienenwachskerze"),
    (
        "Burns for thirty hours and smells of summer.",
        "Brennt dreißig Stunden und riecht nach Sommer.",
    ),
    ("Oak chopping board", "Schneidbrett aus Eiche"),
    (
        "Sawn when it is ordered, if none is left; then it takes a week.",
        "Ist keines mehr da, wird es auf Bestellung gesägt; dann dauert es eine Woche.",
    ),
    ("Notebook, A5", "Notizbuch, A5"),
    ("Thread-bound, 160 pages that lie flat.", "Fadengeheftet, 160 Seiten, die flach liegen."),
    ("Wool socks", "Wollsocken"),
    (
        "Knitted in the next valley, warm on the quay in January.",
        "Im Nachbartal gestrickt, warm auf dem Kai im Januar.",
    ),
    ("Soap bar", "Stück Seife"),
    (
        "Olive oil and patience; nothing that the sea would mind.",
        "Olivenöl und Geduld; nichts, was dem Meer schadet.",
    ),
    ("Canvas bag", "Stofftasche"),
    (
        "Carries a week's shopping and folds into a pocket.",
        "Trägt den Einkauf einer Woche und passt gefaltet in die Jacke.",
    ),
    ("Earl Grey tea, 100 g", "Earl-Grey-Tee, 100 g"),
    ("Loose leaves with real bergamot.", "Lose Blätter mit echter Bergamotte."),
    ("Raspberry jam, 250 g", "Himbeermarmelade, 250 g"),
    (
        "Three parts fruit, one part sugar, and nothing else.",
        "Drei Teile Frucht, ein Teil Zucker und sonst nichts.",
    ),
    ("Linen apron", "Leinenschürze"),
    (
        "With one pocket for the spoon and one for the telephone.",
        "Mit einer Tasche für den Löffel und einer fürs Telefon.",
    ),
    ("Enamel teapot", "Emaillekanne"),
    (
        "One litre, two lids: everybody drops one.",
        "Ein Liter, zwei Deckel: Einer fällt jedem hinunter.",
    ),
    ("Bicycle bell", "Fahrradklingel"),
    ("Brass, and heard as far as the lighthouse.", "Aus Messing, und bis zum Leuchtturm zu hören."),
    ("Picnic blanket", "Picknickdecke"),
    (
        "Wool above, wax below, for grass that is still wet.",
        "Oben Wolle, unten Wachs, für Gras, das noch nass ist.",
    ),
    ("Winter hamper", "Winterkorb"),
    (
        "Tea, jam, honey and socks in a willow basket. A draft: it is not for sale yet.",
        "Tee, Marmelade, Honig und Socken im Weidenkorb. Ein Entwurf: noch nicht im Verkauf.",
    ),
    ("The Corner Shop", "Laden an der Ecke"),
    ("Colour", "Farbe"),
    ("Blue", "Blau"),
    ("White", "Weiß"),
    ("Moss", "Moosgrün"),
    ("Navy", "Marineblau"),
    ("Sand", "Sandfarben"),
    ("Size", "Größe"),
    ("0.5 l", "0,5 l"),
    ("Roast", "Röstung"),
    ("Light", "Hell"),
    ("Dark", "Dunkel"),
    ("Ruling", "Lineatur"),
    ("Plain", "Blanko"),
    ("Lined", "Liniert"),
    ("Scent", "Duft"),
    ("Lavender", "Lavendel"),
    ("Cedar", "Zeder"),
    ("None", "Ohne"),
    ("food", "Lebensmittel"),
    ("bakery", "Backwaren"),
    ("kitchen", "Küche"),
    ("gift", "Geschenk"),
    ("clothes", "Kleidung"),
    ("coffee", "Kaffee"),
    ("tea", "Tee"),
    ("home", "Wohnen"),
    ("paper", "Papier"),
    ("outdoors", "Draußen"),
    ("Food", "Lebensmittel"),
    ("From the bakery, the mill and the bees.", "Aus der Backstube, der Mühle und von den Bienen."),
    ("Bakery", "Backwaren"),
    ("Out of the oven at seven.", "Um sieben aus dem Ofen."),
    ("Coffee and tea", "Kaffee und Tee"),
    ("For the cups in between.", "Für die Tassen zwischendurch."),
    ("Kitchen", "Küche"),
    ("What cooks reach for every day.", "Was man beim Kochen jeden Tag braucht."),
    ("Home", "Wohnen"),
    ("Small things that make a room.", "Kleines, das einen Raum ausmacht."),
    ("Clothes", "Kleidung"),
    ("Wool, linen and cotton.", "Wolle, Leinen und Baumwolle."),
    ("Paper", "Papier"),
    ("To write on, and to hang up.", "Zum Schreiben und zum Aufhängen."),
    ("Outdoors", "Draußen"),
    ("For the road and the meadow.", "Für unterwegs und auf der Wiese."),
    ("Gifts", "Geschenke"),
    ("For whoever has everything.", "Für alle, die schon alles haben."),
];

#[cfg(test)]
mod tests {
    use super::super::goods::{GOODS, Good, RETIRED};
    use super::*;

    #[test]
    fn everything_that_is_said_of_goods_is_said_in_german() {
        let (_, retired) = RETIRED;
        let is_sold = |good: &&Good| good.units.iter().all(|unit| unit.sku != retired);
        for good in GOODS.iter().filter(is_sold) {
            let words = [good.name, good.text].into_iter().chain(good.tags.iter().copied());
            for text in words.chain(good.options.iter().copied()) {
                assert_ne!(said(text, Language::De), text);
                assert_eq!(said(text, Language::En), text);
            }
        }
    }
}
