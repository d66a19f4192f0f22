//! Pictures that the staff uploads: read, turned upright, shrunk to a few widths, and written anew.
//!
//! What is written comes from pixels alone, so nothing of the file survives: no place where it was
//! taken, no thumbnail, no program. Every file is held to be hostile: what it will take is reckoned
//! from its header before anything is unpacked. All arithmetic is of integers, so the same file
//! gives the same pixels on every machine.

pub mod bitmap;
pub mod encode;
mod exif;
mod gate;
mod jpeg;
mod kinds;
mod png;
mod refusal;
mod render;
mod riff;
mod scale;
mod squares;
mod tables;
mod webp;

#[cfg(test)]
mod tests;

pub use self::gate::Pictures;
use self::refusal::damaged;
pub use self::refusal::{Refusal, Result};
pub use self::render::{Format, Limits, PIXELS_MAX, Picture, Rendition, SIDE_MAX, render};
