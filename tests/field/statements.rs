//! Conditions mean what dhcpd makes of them, however they are sent, shown and exported; options of a site's own are known.
//!
//! | module | holds |
//! |---|---|
//! | [`differential`] | random statements through omshell, omsh and every format: what clients are offered |
//! | [`conditions`] | parentheses: what is kept, what is said before it is sent, what is refused |
//! | [`own_options`] | options that dhcpd.conf defines, or a command line, or nobody |
//! | [`clients`] | a dhcpd with many clients |
//! | [`generator`] | the random statements |

mod clients;
mod conditions;
mod differential;
mod generator;
mod own_options;
#[path = "../random_scripts/random.rs"]
#[allow(dead_code, reason = "made for scripts")]
mod random;
