//! A whole relay between real servers and real readers.

#[cfg(test)]
#[path = "running/on_demand.rs"]
mod on_demand;
#[cfg(test)]
#[cfg(unix)]
#[path = "running/sign_in.rs"]
mod sign_in;
