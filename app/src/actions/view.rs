//! What the drawn parts need from the window: measures, scrolling, focus, the meaning of clicks and keys.

pub use crate::browser::blur::{EDGE as BLUR_EDGE, draw as draw_blur};
pub use crate::browser::rows::Rows;
pub use crate::browser::view::{
    focus, hits_ground, in_dialog, is_in_control, open_dialog, remove_boot_screen, scroll_by,
    scroll_to, scrolled, shortcut, top_of, window_height,
};
