//! The gate: one at a time, so many that wait, and a panic that ends nobody else's turn.

use super::*;
use crate::error::Code;
use crate::pictures::Pictures;
use crate::pictures::gate::WAITING_MAX;

#[tokio::test]
async fn a_file_is_rendered_when_its_turn_comes() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("picture"), jpeg(&corners(48, 32), 48, |_| {})).unwrap();
    std::fs::write(path("text"), "Dear shop,").unwrap();
    let pictures = Pictures::new(Limits::default());
    let open = |name: &str| std::fs::File::open(path(name)).unwrap();
    assert_corners(&pictures.render(open("picture")).await.unwrap(), CORNERS, "of a file");
    let refused = pictures.render(open("text")).await.unwrap_err();
    assert_eq!(refused.code(), Code::UnsupportedMediaType);
}

#[tokio::test]
async fn one_more_than_may_wait_is_told_to_come_back() {
    let pictures = Pictures::new(Limits::default());
    let places = pictures.waiting.try_acquire_many(WAITING_MAX as u32).unwrap();
    let refused = pictures.render(tempfile::tempfile().unwrap()).await.unwrap_err();
    assert_eq!((refused.code(), refused.retry_after_seconds()), (Code::Busy, Some(5)));
    drop(places);
    let empty = pictures.render(tempfile::tempfile().unwrap()).await.unwrap_err();
    assert_eq!(empty.code(), Code::UnsupportedMediaType);
}

#[tokio::test]
#[allow(clippy::panic)]
async fn a_panic_of_a_decoder_is_a_damaged_picture() {
    let pictures = Pictures::new(Limits::default());
    for _ in 0..2 {
        let refused = pictures.take_turn(|| panic!("as a decoder might")).await.unwrap_err();
        assert_eq!(refused.name(), "picture_damaged");
    }
}
