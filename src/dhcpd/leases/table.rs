//! What is in effect according to a lease file.

use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use crate::dhcpd::declarations::Context;
use crate::dhcpd::syntax::SyntaxError;

use super::fast::{self, Plain};
use super::flaw::Flaw;
use super::grammar::{Block, Kind, block};
use super::ia::{ByteOrder, Ia, IaAddress, IaKind};
use super::latest::{Batches, Latest};
use super::lease::State;
use super::mistake::{Damage, Place};
use super::source::{ReadError, Source};
use super::summary::{Packed, Summary};
use super::walk::{Region, Standing, Visitor, walk_regions};

/// Something of a lease file, and where its block begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed<T> {
    /// Where.
    pub place: Place,
    /// What.
    pub what: T,
}

/// What is in effect according to a lease file: of each address, and of each identity association, what
/// the last block says.
///
/// A lease takes 24 bytes. The rest of it is read again from the source when it is asked for.
#[derive(Debug, Default)]
pub struct Table {
    leases: Vec<Packed>,
    ias: Vec<Placed<Ia>>,
    /// Addresses and prefixes of the associations, each with who has it: the association, and the address
    /// in there.
    holders: Vec<(Ipv6Addr, u8, u32, u32)>,
    blocks: Vec<Placed<Block>>,
    lease_blocks: u64,
    damage: Damage,
    /// Places with their lines, in order, no further apart than a piece and a block.
    pub(super) marks: Vec<Place>,
    end: Standing,
    order: ByteOrder,
}

impl Table {
    /// Reads a source on as many threads as that. `progress` is told by any of them how many bytes have been
    /// read so far; should the source have to be read again in one go, it begins anew.
    ///
    /// Blocks refer to what `context` defines, which is what the configuration says.
    pub fn read(
        source: &Source,
        context: &Context,
        threads: usize,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<Table, ReadError> {
        if let Some(table) = Self::read_on(source, context, threads, progress)? {
            return Ok(table);
        }
        let table = Self::read_on(source, context, 1, progress)?;
        Ok(table.expect("one region begins where the source does"))
    }

    fn read_on(
        source: &Source,
        context: &Context,
        threads: usize,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<Option<Table>, ReadError> {
        let shared = Shared { latest: Latest::new(), ias: Mutex::default(), context };
        let visitor = |region| Gatherer::new(&shared, region);
        let Some((regions, damage)) = walk_regions(source, threads, &visitor, progress)? else { return Ok(None) };
        let mut table = Table { damage, ..Table::default() };
        let mut orders = Vec::new();
        let mut starts = Vec::with_capacity(regions.len());
        for Region { start, lines, visitor } in regions {
            starts.push(Place { offset: start, line: lines });
            let moved = |place: Place| Place { line: place.line + lines, ..place };
            table.lease_blocks += visitor.lease_blocks;
            table.marks.extend(visitor.marks.into_iter().map(moved));
            table
                .blocks
                .extend(visitor.blocks.into_iter().map(|Placed { place, what }| Placed { place: moved(place), what }));
            orders.extend(visitor.orders);
            table.end = Standing { place: moved(visitor.end.place), ..visitor.end };
        }
        let ias = shared.ias.into_inner().unwrap_or_else(PoisonError::into_inner);
        table.order = orders.last().map_or(ByteOrder::default(), |(_, order)| *order);
        table.leases = shared.latest.into_sorted();
        table.take_ias(ias, &starts, &orders);
        Ok(Some(table))
    }

    fn take_ias(&mut self, ias: HashSet<Named>, starts: &[Place], orders: &[(u64, ByteOrder)]) {
        self.ias = ias
            .into_iter()
            .map(|Named(mut placed)| {
                let offset = placed.place.offset;
                let region = starts.partition_point(|start| start.offset <= offset) - 1;
                placed.place.line += starts[region].line;
                let said = orders.partition_point(|(from, _)| *from < offset);
                if said > 0 && orders[said - 1].1 == ByteOrder::Big {
                    placed.what.iaid = placed.what.iaid.swap_bytes();
                }
                placed
            })
            .collect();
        self.ias.sort_unstable_by_key(|placed| placed.place);
        for (number, placed) in self.ias.iter().enumerate() {
            for (i, held) in placed.what.addresses.iter().enumerate() {
                self.holders.push((held.address, held.length, number as u32, i as u32));
            }
        }
        // The last one that has an address stays. One that says that it is over takes it from nobody.
        let ias = &self.ias;
        let is_over = |ia: u32, i: u32| {
            let held = &ias[ia as usize].what.addresses[i as usize];
            !matches!(held.state, State::Active | State::Abandoned)
        };
        self.holders.sort_unstable_by_key(|&(address, length, ia, i)| {
            (address, length, is_over(ia, i), std::cmp::Reverse((ia, i)))
        });
        self.holders.dedup_by_key(|&mut (address, length, ..)| (address, length));
    }

    /// How many addresses have leases.
    pub fn len(&self) -> usize {
        self.leases.len()
    }

    /// Whether no address has a lease.
    pub fn is_empty(&self) -> bool {
        self.leases.is_empty()
    }

    /// The lease of an address.
    pub fn get(&self, address: Ipv4Addr) -> Option<Summary> {
        let found = self.leases.binary_search_by_key(&u32::from(address), |lease| lease.address());
        found.ok().map(|at| self.leases[at].summary())
    }

    /// All leases in the order of their addresses.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Summary> + DoubleEndedIterator {
        self.leases.iter().map(|lease| lease.summary())
    }

    /// The leases of the addresses from `low` to `high`, both included, in order.
    pub fn range(&self, low: Ipv4Addr, high: Ipv4Addr) -> impl ExactSizeIterator<Item = Summary> + DoubleEndedIterator {
        let start = self.leases.partition_point(|lease| lease.address() < u32::from(low));
        let end = self.leases.partition_point(|lease| lease.address() <= u32::from(high));
        self.leases[start..end.max(start)].iter().map(|lease| lease.summary())
    }

    /// The identity associations in the order of the file.
    pub fn ias(&self) -> &[Placed<Ia>] {
        &self.ias
    }

    /// The addresses and prefixes of DHCPv6 in order, each with the association that had it last. Of
    /// associations that have the same one, only the last has it in effect.
    pub fn bindings(&self) -> impl ExactSizeIterator<Item = (&Placed<Ia>, &IaAddress)> {
        self.holders.iter().map(|holder| self.binding(holder))
    }

    /// Who has an address of DHCPv6; with a length less than 128, a prefix.
    pub fn binding_of(&self, address: Ipv6Addr, length: u8) -> Option<(&Placed<Ia>, &IaAddress)> {
        let found = self.holders.binary_search_by_key(&(address, length), |&(address, length, ..)| (address, length));
        found.ok().map(|at| self.binding(&self.holders[at]))
    }

    fn binding(&self, &(_, _, ia, address): &(Ipv6Addr, u8, u32, u32)) -> (&Placed<Ia>, &IaAddress) {
        let placed = &self.ias[ia as usize];
        (placed, &placed.what.addresses[address as usize])
    }

    /// Everything else in the order of the file: hosts, groups, classes, failover states, server's DUIDs.
    pub fn blocks(&self) -> &[Placed<Block>] {
        &self.blocks
    }

    /// How many blocks of leases there are, those that no longer count included.
    pub fn lease_blocks(&self) -> u64 {
        self.lease_blocks
    }

    /// What is wrong with the file.
    pub fn damage(&self) -> &Damage {
        &self.damage
    }

    /// Where the last block of an address begins, if that is damaged, so that nobody knows what has become of it.
    pub fn doubt_of(&self, address: IpAddr) -> Option<Place> {
        let doubt = self.damage.doubt_of(address)?;
        let known = match address {
            IpAddr::V4(address) => self.get(address).map(|lease| lease.offset),
            IpAddr::V6(address) => self.binding_of(address, 128).map(|(ia, _)| ia.place.offset),
        };
        known.is_none_or(|known| known < doubt.offset).then_some(doubt)
    }

    /// How far the file was read: to its end, or to a last block that is only half written.
    pub fn end(&self) -> Place {
        self.end.place
    }

    pub(super) fn standing(&self) -> Standing {
        self.end
    }

    pub(super) fn byte_order(&self) -> ByteOrder {
        self.order
    }
}

/// An association as it is known by what it is for and its name's bytes.
#[derive(Debug)]
struct Named(Placed<Ia>);

impl Named {
    fn name(&self) -> (IaKind, u32, &[u8]) {
        (self.0.what.kind, self.0.what.iaid, &self.0.what.duid)
    }
}

impl PartialEq for Named {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Named {}

impl Hash for Named {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

/// What all threads work on.
struct Shared<'c> {
    latest: Latest,
    ias: Mutex<HashSet<Named>>,
    context: &'c Context,
}

/// Gathers what is in a region.
struct Gatherer<'s> {
    shared: &'s Shared<'s>,
    is_first: bool,
    leases: Batches<'s>,
    lease_blocks: u64,
    /// What is defined so far; `None` until it matters.
    context: Option<Context>,
    blocks: Vec<Placed<Block>>,
    /// Where the byte order changes.
    orders: Vec<(u64, ByteOrder)>,
    /// Whether a mistake may be none in the light of what is defined in the regions before.
    depends: bool,
    marks: Vec<Place>,
    end: Standing,
}

impl<'s> Gatherer<'s> {
    fn new(shared: &'s Shared<'s>, region: usize) -> Self {
        Gatherer {
            shared,
            is_first: region == 0,
            leases: shared.latest.batches(),
            lease_blocks: 0,
            context: None,
            blocks: Vec::new(),
            orders: Vec::new(),
            depends: false,
            marks: Vec::new(),
            end: Standing::default(),
        }
    }

    fn add(&mut self, summary: &Summary) {
        self.lease_blocks += 1;
        self.leases.add(Packed::new(summary));
    }

    fn add_ia(&mut self, mut ia: Ia, place: Place) {
        ia.addresses.shrink_to_fit();
        let named = Named(Placed { place, what: ia });
        let mut ias = self.shared.ias.lock().unwrap_or_else(PoisonError::into_inner);
        if ias.get(&named).is_none_or(|known| known.0.place.offset < place.offset) {
            ias.replace(named);
        }
    }
}

impl Visitor for Gatherer<'_> {
    #[inline]
    fn plain(&mut self, rest: &[u8], place: Place) -> Option<Plain> {
        if rest.first() == Some(&b'i') {
            let (ia, plain) = fast::ia(rest)?;
            self.add_ia(ia, place);
            return Some(plain);
        }
        let (summary, plain) = fast::summary(rest, place.offset)?;
        self.add(&summary);
        Some(plain)
    }

    fn block(&mut self, kind: Kind, bytes: &[u8], place: Place) -> Result<Option<Flaw>, SyntaxError> {
        let context = self.context.get_or_insert_with(|| self.shared.context.clone());
        // The byte order comes in when all of them are known.
        let outcome = block(bytes, context, ByteOrder::default());
        let is_sound = outcome.as_ref().is_ok_and(|(_, flaw)| flaw.is_none());
        self.depends |= !is_sound && !self.is_first && matches!(kind, Kind::Host | Kind::Group | Kind::Class { .. });
        let (block, flaw) = outcome?;
        match block {
            Block::Lease(lease) => self.add(&Summary::of(&lease, place.offset)),
            Block::Ia(ia) => self.add_ia(ia, place),
            Block::ByteOrder(order) => self.orders.push((place.offset, order)),
            what => self.blocks.push(Placed { place, what }),
        }
        Ok(flaw)
    }

    fn pass(&mut self, place: Place) {
        self.marks.push(place);
    }

    fn finish(&mut self, standing: Standing) {
        self.leases.finish();
        self.end = standing;
    }

    fn depends_on_what_is_before(&self) -> bool {
        self.depends
    }
}
