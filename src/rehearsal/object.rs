//! Objects of all types.

use crate::dhcpd::statements::Statement;

/// An object, by its number among those of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Object {
    Host(u32),
    Lease(u32),
    Group(u32),
    Class(u32),
    Subclass(u32),
    FailoverPeer(u32),
    Interface(u32),
    Subnet(u32),
    Pool(u32),
    Control,
}

/// Reads the attribute `statements`: what there is before a mistake, and whether there is none.
pub(super) type ParseStatements<'a> = &'a dyn Fn(&[u8]) -> (Vec<Statement>, bool);
