//! Pixels in memory, and turning them upright.

/// Pixels across and down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    pub width: usize,
    pub height: usize,
}

impl Size {
    pub fn turned(self) -> Self {
        Self { width: self.height, height: self.width }
    }
}

/// Lines of pixels with 8 bits a channel: red, green and blue, or with an alpha that is not
/// multiplied in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bitmap {
    pub size: Size,
    /// 3, or 4 with alpha.
    pub channels: usize,
    pub pixels: Vec<u8>,
}

impl Bitmap {
    /// The bytes of its pixels.
    pub fn bytes(size: Size, channels: usize) -> usize {
        size.width * size.height * channels
    }

    pub fn lines(&self) -> impl Iterator<Item = &[u8]> {
        self.pixels.chunks_exact(self.size.width * self.channels)
    }

    /// Leaves the alpha out.
    pub fn into_opaque(mut self) -> Self {
        if self.channels == 4 {
            for at in 0..self.size.width * self.size.height {
                self.pixels.copy_within(at * 4..at * 4 + 3, at * 3);
            }
            self.pixels.truncate(Self::bytes(self.size, 3));
            self.channels = 3;
        }
        self
    }

    /// Turns and mirrors it as an Exif orientation from 1 to 8 says.
    pub fn into_upright(self, orientation: u8) -> Self {
        match self.channels {
            3 => self.turned::<3>(orientation),
            _ => self.turned::<4>(orientation),
        }
    }

    fn turned<const N: usize>(mut self, orientation: u8) -> Self {
        let Size { width, height } = self.size;
        let pixels = self.pixels.as_chunks_mut::<N>().0;
        match orientation {
            2 => pixels.chunks_exact_mut(width).for_each(<[_]>::reverse),
            3 => pixels.reverse(),
            4 => {
                pixels.reverse();
                pixels.chunks_exact_mut(width).for_each(<[_]>::reverse);
            }
            5..=8 => {
                let mut turned = Vec::with_capacity(pixels.len() * N);
                let from_bottom = matches!(orientation, 6 | 7);
                let from_right = matches!(orientation, 7 | 8);
                for column in 0..width {
                    let x = if from_right { width - 1 - column } else { column };
                    for line in 0..height {
                        let y = if from_bottom { height - 1 - line } else { line };
                        turned.extend_from_slice(&pixels[y * width + x]);
                    }
                }
                self.pixels = turned;
                self.size = self.size.turned();
            }
            _ => {}
        }
        self
    }
}
