//! What is shown of a quoted post.
