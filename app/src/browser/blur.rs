//! Blurhashes: a few colours that stand for a picture until it arrives.

mod decode;

use wasm_bindgen::{Clamped, JsCast as _};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// Width and height at which a blurhash is drawn; the browser stretches it smoothly. 32 is the usual measure.
pub const EDGE: u32 = 32;

/// Draws `hash` on a canvas of [`EDGE`] by [`EDGE`]; a hash that cannot be read leaves it empty.
pub fn draw(canvas: &HtmlCanvasElement, hash: &str) {
    let Some(pixels) = decode::pixels(hash) else {
        return;
    };
    let context = canvas
        .get_context("2d")
        .ok()
        .flatten()
        .and_then(|it| it.dyn_into::<CanvasRenderingContext2d>().ok());
    let image = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&pixels), EDGE, EDGE);
    if let (Some(context), Ok(image)) = (context, image) {
        drop(context.put_image_data(&image, 0.0, 0.0));
    }
}
