//! What the fake servers do, as sentences, over real HTTP and real sockets.
#[cfg(test)]
mod faults;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod oauth;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod streaming;
#[cfg(test)]
mod writing;
