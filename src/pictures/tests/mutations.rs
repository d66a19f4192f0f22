//! Files that were sound once: whatever became of them, they are read or refused, and soon.
//!
//! `TILLBOX_PICTURES` sets how many are made of each.

use std::time::{Duration, Instant};

use super::*;

const EACH: usize = 200;
const SECONDS_MAX: u64 = 5;

fn sound() -> Vec<(&'static str, Vec<u8>)> {
    let rgb = photograph(61, 43);
    let rgba = with_alpha(&rgb, |at| (at % 256) as u8);
    let notes = notes(6, true);
    let marked = [b"Exif\0\0".as_slice(), &notes].concat();
    let indexes: Vec<u8> = (0_u8..4).cycle().take(64 * 40).collect();
    vec![
        (
            "baseline",
            jpeg(&rgb, 61, |encoder| {
                encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
                encoder.set_restart_interval(4);
                encoder.add_app_segment(1, marked).unwrap();
            }),
        ),
        ("progressive", jpeg(&rgb, 61, |encoder| encoder.set_progressive_scans(9))),
        ("in turn", jpeg(&rgb, 61, |encoder| encoder.set_optimized_huffman_tables(true))),
        ("inks", jpeg_of(&rgba, 61, ColorType::CmykAsYcck, |_| {})),
        ("png", with_chunk(&png(&rgb, 61, png::ColorType::Rgb), *b"eXIf", &notes)),
        ("png with alpha", png(&rgba, 61, png::ColorType::Rgba)),
        ("interlaced", interlaced(&rgba, 61, png::ColorType::Rgba)),
        ("palette", {
            png_of(&indexes, (64, 40), png::ColorType::Indexed, png::BitDepth::Eight, |encoder| {
                encoder.set_palette(CORNERS.concat());
                encoder.set_trns(vec![0, 128, 255]);
            })
        }),
        ("lossless", webp(&rgb, 61, image_webp::ColorType::Rgb8)),
        (
            "lossless with alpha",
            webp_with(&rgba, 61, image_webp::ColorType::Rgba8, |encoder| {
                encoder.set_exif_metadata(notes.clone());
            }),
        ),
        ("lossy", LOSSY.to_vec()),
        ("lossy with alpha", LOSSY_ALPHA.to_vec()),
        ("animated", ANIMATED.to_vec()),
    ]
}

#[test]
fn a_mutation_is_read_or_refused() {
    let each = std::env::var("TILLBOX_PICTURES").ok().and_then(|count| count.parse().ok());
    // Where nothing is optimised, what is merely large would take all the time.
    let limits = Limits { memory: if cfg!(debug_assertions) { 4 << 20 } else { 64 << 20 } };
    let mut random = Random(1);
    for (what, file) in sound() {
        let (mut read, mut slowest) = (0, Duration::ZERO);
        for round in 0..each.unwrap_or(EACH) {
            let mutation = mutated(&file, &mut random, round % 2 == 0);
            let start = Instant::now();
            let result = render(Cursor::new(&mutation), limits);
            let took = start.elapsed();
            assert!(took.as_secs() < SECONDS_MAX, "{what}: {took:?} for round {round}");
            read += usize::from(result.is_ok());
            slowest = slowest.max(took);
        }
        eprintln!("{what}: {read} read, the slowest took {slowest:?}");
    }
}

fn mutated(file: &[u8], random: &mut Random, mends: bool) -> Vec<u8> {
    let mut file = file.to_vec();
    for _ in 0..=random.below(3) {
        let (one, other) = (random.below(file.len()), random.below(file.len()));
        let (from, to) = (one.min(other), one.max(other));
        match random.below(8) {
            0 => file.truncate(to.max(16)),
            1 => {
                let part = file[from..to.min(from + 40)].to_vec();
                let at = random.below(file.len());
                file.splice(at..at, part);
            }
            2 => drop(file.drain(from..to.min(from + 20))),
            3 => file[from..to.min(from + 8)].fill([0, 0xff][random.below(2)]),
            _ => {
                // The first bytes tell most, so they change more often.
                let end = if random.below(2) == 0 { file.len() } else { file.len().min(120) };
                file[random.below(end)] ^= 1 << random.below(8);
            }
        }
        if file.len() < 16 {
            file.resize(16, 0);
        }
    }
    if mends && file.starts_with(b"\x89PNG") { mended(&file) } else { file }
}

/// The same PNG with the sums that its chunks should have.
fn mended(file: &[u8]) -> Vec<u8> {
    let (head, mut rest) = file.split_at(8);
    let mut mended = head.to_vec();
    while let Some((length, more)) = rest.split_first_chunk::<4>() {
        let length = u32::from_be_bytes(*length) as usize;
        if more.len() < length.saturating_add(8) {
            break;
        }
        let kind = *more.first_chunk::<4>().unwrap();
        mended.extend(chunk(kind, &more[4..4 + length]));
        rest = &more[length + 8..];
    }
    [&mended, rest].concat()
}
