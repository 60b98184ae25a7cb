//! What the lease file says: damage, details, what `free`, `find` and `watch` make of it, and what monitors are told.

mod damage;
mod details;
mod monitors;
mod offers;
pub mod site;
