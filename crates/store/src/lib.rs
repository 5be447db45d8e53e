//! What this browser knows, and what was asked for but not yet confirmed.
