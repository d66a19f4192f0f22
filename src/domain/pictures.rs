//! Pictures of products and collections, and the addresses they are fetched from.

use serde::{Deserialize, Serialize, Serializer};

use super::Id;

/// Widths, in pixels, in which a picture can be had: for a list, a page, and a page on a screen of
/// high density. The largest it has is its own at most.
pub const WIDTHS: [u32; 3] = [320, 800, 1600];
/// Images of one product.
pub const IMAGES_MAX: usize = 50;

/// A picture as it stands in the rows of those that show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    pub hash: String,
    /// In pixels, of the original, upright.
    pub width: u32,
    pub height: u32,
}

impl Picture {
    /// The address of one of [`WIDTHS`], or of the largest that there is below.
    fn url(&self, width: u32) -> String {
        let has = |largest: u32| WIDTHS.iter().take_while(|it| **it < largest).count();
        // The first width that holds the whole picture is the last that is made of it.
        let last = WIDTHS.get(has(self.width)).copied().unwrap_or(u32::MAX);
        format!("/images/{}/{}", self.hash, width.min(last))
    }

    /// The address of the middle one of [`WIDTHS`], which fits a page.
    pub fn url_of_page(&self) -> String {
        let [_, medium, _] = WIDTHS;
        self.url(medium)
    }

    /// The address of the smallest of [`WIDTHS`].
    pub fn thumbnail(&self) -> String {
        thumbnail(&self.hash)
    }

    /// The picture with its addresses.
    pub fn view(&self) -> PictureView {
        PictureView { width: self.width, height: self.height, urls: self.urls() }
    }

    fn urls(&self) -> Urls {
        let [small, medium, large] = WIDTHS.map(|width| self.url(width));
        Urls { small, medium, large }
    }
}

/// The address of a picture in the smallest of [`WIDTHS`].
pub fn thumbnail(hash: &str) -> String {
    let [smallest, ..] = WIDTHS;
    format!("/images/{hash}/{smallest}")
}

/// A picture with its addresses, as it stands on the wire.
#[derive(Serialize)]
pub struct PictureView {
    width: u32,
    height: u32,
    urls: Urls,
}

#[derive(Serialize)]
struct Urls {
    #[serde(rename = "320")]
    small: String,
    #[serde(rename = "800")]
    medium: String,
    #[serde(rename = "1600")]
    large: String,
}

/// An image of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredImage {
    pub id: Id,
    pub alt: String,
    #[serde(flatten)]
    pub picture: Picture,
}

/// An image of a product, as it stands on the wire.
#[derive(Clone, Debug)]
pub struct ProductImage {
    pub id: Id,
    pub alt: String,
    /// Its place among the images of the product, from 1.
    pub position: usize,
    pub picture: Picture,
}

impl ProductImage {
    /// The images of a product, in their order.
    pub fn all(stored: Vec<StoredImage>) -> Vec<Self> {
        let image = |(position, image): (usize, StoredImage)| {
            let StoredImage { id, alt, picture } = image;
            Self { id, alt, position, picture }
        };
        (1..).zip(stored).map(image).collect()
    }
}

impl Serialize for ProductImage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct View<'a> {
            id: Id,
            alt: &'a str,
            position: usize,
            width: u32,
            height: u32,
            urls: Urls,
        }
        let Self { id, alt, position, picture } = self;
        let (width, height, urls) = (picture.width, picture.height, picture.urls());
        View { id: *id, alt, position: *position, width, height, urls }.serialize(serializer)
    }
}

/// The picture of a collection, as it stands on the wire.
#[derive(Clone, Debug)]
pub struct CollectionImage {
    pub alt: String,
    pub picture: Picture,
}

impl Serialize for CollectionImage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct View<'a> {
            alt: &'a str,
            width: u32,
            height: u32,
            urls: Urls,
        }
        let Self { alt, picture } = self;
        let (width, height, urls) = (picture.width, picture.height, picture.urls());
        View { alt, width, height, urls }.serialize(serializer)
    }
}

/// The picture of a line of an order: the variant's, or the first of its product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinePicture {
    pub id: Id,
    pub hash: String,
}

impl Serialize for LinePicture {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&thumbnail(&self.hash))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_no_address_that_is_larger_than_the_picture() {
        for (width, urls) in [
            (4_000, ["320", "800", "1600"]),
            (1_600, ["320", "800", "1600"]),
            (1_000, ["320", "800", "1600"]),
            (800, ["320", "800", "800"]),
            (321, ["320", "800", "800"]),
            (320, ["320", "320", "320"]),
            (1, ["320", "320", "320"]),
        ] {
            let picture = Picture { hash: "ab".to_owned(), width, height: 1 };
            let urls = urls.map(|width| format!("/images/ab/{width}"));
            assert_eq!(WIDTHS.map(|width| picture.url(width)), urls, "{width}");
            assert_eq!(picture.thumbnail(), "/images/ab/320");
        }
    }
}
