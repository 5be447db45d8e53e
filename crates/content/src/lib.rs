//! Strangers' HTML as a safe tree.
