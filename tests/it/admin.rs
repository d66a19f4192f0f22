//! The page of the staff as it is sent: whole, small, under a strict policy, and kept by browsers
//! until there is another one. What it does is tried in a browser (`tests/browser`).

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use rocket::http::Method;
use serde_json::json;
use tillbox::domain::mails::MailKind;

use crate::fixtures;
use crate::shop::{Answer, Shop};

/// Bytes of all files that one browser can load, which speaks one language, and of those that the
/// first view needs, as they are sent.
const ALL_BYTES_MAX: usize = 160_000;
const FIRST_BYTES_MAX: usize = 60_000;

/// The hash in the addresses of the page's files.
pub fn hash() -> String {
    hash_in(&Shop::new().visitor().get("/admin"))
}

fn hash_in(page: &Answer) -> String {
    let text = String::from_utf8(page.body.clone()).unwrap();
    let (_, rest) = text.split_once("\"stylesheet\" href=\"admin/").unwrap();
    rest.split_once('/').unwrap().0.to_owned()
}

fn files(folder: &Path, prefix: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    let mut names: Vec<String> = entries
        .flat_map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            match entry.path() {
                path if path.is_dir() => files(&path, &format!("{prefix}{name}/")),
                _ => vec![format!("{prefix}{name}")],
            }
        })
        .collect();
    names.sort();
    names
}

#[test]
fn the_page_is_whole_small_and_kept_until_there_is_another_one() {
    let shop = Shop::new();
    let visitor = shop.visitor();
    let page = visitor.get("/admin");
    assert_eq!((page.status, page.header("Content-Type")), (200, Some("text/html; charset=utf-8")));
    assert_eq!(page.header("Cache-Control"), Some("public, no-cache"));
    let policy = page.header("Content-Security-Policy").unwrap();
    for part in ["default-src 'none'", "script-src 'self'", "require-trusted-types-for 'script'"] {
        assert!(policy.contains(part), "{policy}");
    }
    let etag = page.header("ETag").unwrap();
    let again = visitor.ask(Method::Get, "/admin").header("If-None-Match", etag).send();
    assert_eq!((again.status, again.body.len()), (304, 0));
    let hash = hash_in(&page);
    assert!(!String::from_utf8_lossy(&page.body).contains("HASH"));

    let (mut all, mut first) = (0, 0);
    for name in files(Path::new("static/admin"), "") {
        // The other sheets of styles are in the first.
        let joined = ["pieces.css", "views.css", "phone.css"];
        if joined.contains(&name.as_str()) || ["index.html", "worker.js"].contains(&name.as_str()) {
            continue;
        }
        let path = format!("/admin/{hash}/{name}");
        let plain = visitor.get(&path);
        assert_eq!(plain.status, 200, "{path}");
        let kept = "public, max-age=31536000, immutable";
        assert_eq!(plain.header("Cache-Control"), Some(kept), "{name}");
        // The same for everybody, whoever asks.
        assert_eq!(plain.header("Vary"), Some("Accept-Encoding"));
        let gzip = visitor.ask(Method::Get, &path).header("Accept-Encoding", "br, gzip;q=0.8");
        let gzip = gzip.send();
        assert_eq!(gzip.header("Content-Encoding"), Some("gzip"));
        let mut unpacked = Vec::new();
        GzDecoder::new(gzip.body.as_slice()).read_to_end(&mut unpacked).unwrap();
        assert!(unpacked == plain.body, "{name}");
        // German takes more room than English.
        if name.starts_with("texts/en/") {
            continue;
        }
        // A phone fetches its icons when the page is put on its start.
        all += if name.starts_with("icon-") { 0 } else { gzip.body.len() };
        let first_views = ["views/today", "views/shared/chart"];
        let is_view =
            name.starts_with("views/") && !first_views.iter().any(|view| name.starts_with(view));
        // These texts come with the views that say them.
        let later = is_view || name.ends_with("/mails.js");
        first += if later || name.starts_with("icon-") { 0 } else { gzip.body.len() };
    }
    assert!(all <= ALL_BYTES_MAX, "{all} bytes in all");
    assert!(first <= FIRST_BYTES_MAX, "{first} bytes for the first view");
    println!("{all} bytes in all, {first} for the first view");
}

#[test]
fn the_sheets_of_styles_are_one_and_every_page_has_an_icon() {
    let shop = Shop::new();
    let visitor = shop.visitor();
    let styles = visitor.get(&format!("/admin/{}/style.css", hash()));
    let text = String::from_utf8(styles.body).unwrap();
    for name in ["style.css", "pieces.css", "views.css", "phone.css"] {
        let sheet = std::fs::read_to_string(Path::new("static/admin").join(name)).unwrap();
        let rule = sheet.lines().rfind(|line| line.trim_start().starts_with('.')).unwrap();
        assert!(text.contains(rule.trim_start()), "{name}: {rule}");
        let alone = format!("/admin/{}/{name}", hash());
        assert_eq!(visitor.get(&alone).status, if name == "style.css" { 200 } else { 404 });
    }
    let icon = visitor.get("/favicon.ico");
    assert_eq!((icon.status, icon.header("Content-Type")), (200, Some("image/png")));
    assert!(icon.body.starts_with(b"\x89PNG"));
    let etag = icon.header("ETag").unwrap();
    let again = visitor.ask(Method::Get, "/favicon.ico").header("If-None-Match", etag).send();
    assert_eq!((again.status, again.body.len()), (304, 0));
}

#[test]
fn a_phone_can_keep_the_page_under_the_name_of_the_shop() {
    let shop = Shop::new();
    let admin = shop.admin();
    fixtures::set(&admin, json!({ "name": "Brot & Söhne" }));
    let visitor = shop.visitor();
    let manifest = visitor.get("/admin/manifest.webmanifest");
    assert_eq!(manifest.header("Content-Type"), Some("application/manifest+json"));
    assert_eq!(manifest.header("Cache-Control"), Some("public, no-cache"));
    let manifest = manifest.expect(200);
    assert_eq!((&manifest["name"], &manifest["scope"]), (&json!("Brot & Söhne"), &json!("/admin")));
    for (at, size) in [192_u32, 512].into_iter().enumerate() {
        let icon = visitor.get(manifest["icons"][at]["src"].as_str().unwrap());
        assert_eq!(icon.header("Content-Type"), Some("image/png"));
        // The width and the height of its head (PNG, 11.2.2).
        let side = |from: usize| u32::from_be_bytes(icon.body[from..from + 4].try_into().unwrap());
        assert_eq!((side(16), side(20)), (size, size));
    }
    let worker = visitor.get("/admin/worker.js");
    assert_eq!(worker.header("Service-Worker-Allowed"), Some("/admin"));
    assert_eq!(worker.header("Cache-Control"), Some("public, no-cache"));
    assert!(worker.header("Content-Security-Policy").unwrap().contains("connect-src 'self'"));
    visitor.get(&format!("/admin/{}/worker.js", hash())).refused(404, "not_found");
}

#[test]
fn files_of_another_program_and_what_is_no_file_are_not_there() {
    let shop = Shop::new();
    let visitor = shop.visitor();
    let hash = hash();
    visitor.get("/admin/0000000000000000/app.js").refused(404, "not_found");
    for path in ["", "nothing.js", "x/y.js", "x/y/z.js", "views", "views/orders"] {
        visitor.get(&format!("/admin/{hash}/{path}")).refused(404, "not_found");
    }
    visitor.get(&format!("/admin/{hash}/index.html")).refused(404, "not_found");
    visitor.post("/admin", serde_json::json!({})).refused(405, "method_not_allowed");
}

/// The rules of the page's files: what a strict policy forbids is not written in the first place.
#[test]
fn the_files_of_the_page_make_no_markup_of_text() {
    let names = files(Path::new("static/admin"), "");
    let texts = names.into_iter().filter(|name| !name.starts_with("icon"));
    for name in texts {
        let text = std::fs::read_to_string(Path::new("static/admin").join(&name)).unwrap();
        for word in ["innerHTML", "outerHTML", "insertAdjacent", "eval("] {
            assert!(!text.contains(word), "{name} has {word}");
        }
    }
}

/// The texts of a language: their keys, and the values that each of them takes.
fn texts(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let folder = Path::new("static/admin/texts").join(language);
    let read = |name: &String| std::fs::read_to_string(folder.join(name)).unwrap();
    let all: String = files(&folder, "").iter().map(read).collect();
    let entries = all.lines().filter_map(|line| line.strip_prefix("  \"")?.split_once("\": "));
    let values = |text: &str| {
        let names = text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0));
        let name = |name: &&str| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        names.filter(name).map(str::to_owned).collect()
    };
    let mut texts = BTreeMap::new();
    for (key, text) in entries {
        let double = texts.insert(key.to_owned(), values(text));
        assert!(double.is_none(), "{language} has {key} twice");
    }
    texts
}

#[test]
fn every_kind_of_mails_has_a_name() {
    let english = texts("en");
    let unnamed: Vec<_> = MailKind::all()
        .filter(|kind| *kind != MailKind::Test)
        .filter(|kind| !english.contains_key(&format!("mail_kind.{}", kind.name())))
        .collect();
    assert!(unnamed.is_empty(), "{unnamed:?}");
}

/// What the page says of a refusal, by the codes that say so; a place of it may follow a code.
fn said_codes(texts: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<&str> {
    let keys = texts.keys().filter_map(|key| key.strip_prefix("fault."));
    keys.flat_map(|codes| codes.split(' ')).collect()
}

/// All codes of the API: of problems, of single faults, and those that never leave the program.
fn codes() -> BTreeSet<String> {
    let openapi = std::fs::read_to_string("static/openapi.json").unwrap();
    let openapi: serde_json::Value = serde_json::from_str(&openapi).unwrap();
    let listed = ["ProblemCode", "FaultCode"].map(|name| {
        let code = &openapi["components"]["schemas"][name]["x-extensible-enum"];
        code.as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned())
    });
    let source = std::fs::read_to_string("src/error.rs").unwrap();
    let names = source.lines().filter_map(|line| {
        Some(line.trim().strip_prefix("Self::")?.split_once(" => \"")?.1.split_once('"')?.0)
    });
    listed.into_iter().flatten().chain(names.map(str::to_owned)).collect()
}

#[test]
fn the_page_has_a_sentence_for_every_code_in_each_language() {
    let codes = codes();
    assert!(codes.contains("taken") && codes.contains("too_short") && codes.contains("damaged"));
    for language in ["en", "de"] {
        let texts = texts(language);
        let said = said_codes(&texts);
        let unsaid: Vec<_> = codes.iter().filter(|code| !said.contains(code.as_str())).collect();
        assert!(unsaid.is_empty(), "{language} says nothing of {unsaid:?}");
        let unknown: Vec<_> = said
            .iter()
            .filter(|code| !codes.contains(code.split('.').next().unwrap_or_default()))
            .collect();
        assert!(unknown.is_empty(), "{language} speaks of {unknown:?}");
    }
}

/// Words that were given up for another one of the same thing.
const GIVEN_UP: [(&str, &[&str]); 2] = [
    ("de", &["Käufer", "Anschrift", "Steuerkategorie", "Dokument", "auf Lager", "Zustand"]),
    ("en", &["uyer", "Way of paying", "User name", "Shipments", "Make the"]),
];

#[test]
fn one_thing_has_one_word() {
    for (language, words) in GIVEN_UP {
        for file in files(&Path::new("static/admin/texts").join(language), "") {
            let path = Path::new("static/admin/texts").join(language).join(&file);
            let text = std::fs::read_to_string(path).unwrap();
            let sentences = text.lines().filter_map(|line| line.split_once("\": "));
            for (key, sentence) in sentences {
                let found = words.iter().find(|word| sentence.contains(**word));
                assert!(found.is_none(), "{file}: {key} says {found:?}");
            }
        }
    }
}

#[test]
fn each_language_has_all_texts_with_the_same_values() {
    let (english, german) = (texts("en"), texts("de"));
    assert!(english.len() > 500, "{} texts were understood", english.len());
    assert!(english.values().any(|values| values.contains("n")));
    let keys = |texts: &BTreeMap<String, _>| texts.keys().cloned().collect::<BTreeSet<_>>();
    let odd: Vec<_> = keys(&english).symmetric_difference(&keys(&german)).cloned().collect();
    assert!(odd.is_empty(), "{odd:?}");
    for (key, values) in english {
        assert_eq!(german[&key], values, "{key}");
    }
}
