//! What the fake servers do, as sentences, over real HTTP and real sockets.
#[cfg(test)]
mod common;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod oauth;
#[cfg(test)]
mod rest;
#[cfg(test)]
mod streaming;
