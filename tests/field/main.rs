//! What real sites, older servers and hostile files have shown, a kind a file.
//!
//! | module | holds |
//! |---|---|
//! | [`pacing`] | changes leave dhcpd time for its clients |
//! | [`old_servers`] | dhcpd before 4.4.3: keys, status numbers, attributes that are not kept |
//! | [`objects`] | hosts, leases and raw objects of every kind on a live server |
//! | [`statements`] | conditions, options of a site's own, names of algorithms |
//! | [`conf`] | `conf check` and `conf options` beside `dhcpd -t` and real clients |
//! | [`states`] | the state of a lease as dhcpd acts on it, alone and as a failover pair |
//! | [`files`] | damaged blocks, details of leases, what `free`, `find`, `watch` and the monitors say |
//! | [`rough`] | hostile names, output that cannot be written, input without end |

#[path = "../fake_server/mod.rs"]
mod fake_server;
#[path = "../support/old_dhcpd.rs"]
mod old_dhcpd;
#[path = "../support/mod.rs"]
mod support;
#[path = "../terminal/mod.rs"]
mod terminal;

mod conf;
mod files;
mod objects;
mod old_servers;
mod pacing;
mod rough;
mod statements;
mod states;
