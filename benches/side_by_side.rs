//! omshell and omsh side by side on one live dhcpd: `cargo bench --bench side_by_side`.
//!
//! Every figure is a ratio, omsh to omshell, of two runs one right after the other. The order within such a pair
//! alternates, and the ratio reported is the median over the pairs. Both programs read a script from a file and write to
//! files, in the same small environment (that of cargo has an LD_LIBRARY_PATH, which costs the program with more
//! libraries more), and each has one run before the first pair that does not count. Whatever they print is compared.
//!
//! Two processes take part: the one that cargo starts makes a network namespace with a dhcpd in it, and starts itself
//! again inside, so that the programs measured are its children by fork and exec, with nothing in between.
//!
//! Options, after `--`: `--quick` for few pairs, to try it out; `--check` to fail when a target is missed. Exit status: 0,
//! 1 for a missed target, 2 when there is nothing to report, with the reason.

#[path = "../tests/support/mod.rs"]
mod support;

use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use support::confs::conf;
use support::dhcpd::Dhcpd;
use support::net::Net;
use support::scratch::Scratch;

/// The key of the configuration `key-md5`, which also has the host static1.
const KEY: &str = "key omapi_key 2wgoV3yukKdKMkmOzOn/hIsM97QgLTT4CLVzg9Zv0sWOSe1yxPxArmr7a/xb5DOJTm5e/9zGgtzL9FKna0NWis==\n";
const LOOK_UP: &str = "new host\nset name = \"static1\"\nopen\n";

/// What only the server can have said: in an answer to a look-up, and to a create.
const FOUND: &str = "hardware-address = 00:11:22:33:44:55\n";
const CREATED: &str = "hardware-type = 00:00:00:01\n";

/// How many objects the long scripts look up or create.
const MANY: usize = 5_000;

/// With this load beside them, runs wait for a processor now and then, and figures are not to be trusted.
const TOO_MUCH_LOAD: f64 = 0.5;

type Result<T> = std::result::Result<T, String>;

fn main() -> ExitCode {
    let outcome = Options::parse(std::env::args().skip(1)).and_then(|options| match &options.leases {
        None => outside(&options),
        Some(leases) => inside(&options, leases),
    });
    outcome.unwrap_or_else(|reason| {
        eprintln!("side_by_side: {reason}");
        ExitCode::from(2)
    })
}

struct Options {
    quick: bool,
    check: bool,
    /// The lease file of the dhcpd beside us, once we are in its namespace.
    leases: Option<PathBuf>,
}

impl Options {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Options> {
        let mut options = Options { quick: false, check: false, leases: None };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--bench" => (), // cargo says so itself
                "--quick" => options.quick = true,
                "--check" => options.check = true,
                "--leases" => options.leases = arguments.next().map(PathBuf::from),
                other => return Err(format!("{other} is no option; there are --quick and --check")),
            }
        }
        Ok(options)
    }

    fn pairs(&self, pairs: usize, quick: usize) -> usize {
        if self.quick { quick } else { pairs }
    }
}

/// Makes the namespace and the dhcpd, and goes inside.
fn outside(options: &Options) -> Result<ExitCode> {
    Counter::find()?;
    let net = Net::new();
    let dhcpd = Dhcpd::start(&net, &conf("key-md5"), b"");
    let this = std::env::current_exe().map_err(|error| format!("cannot tell where this program is: {error}"))?;
    let mut again = net.command(this);
    again.arg("--leases").arg(dhcpd.leases());
    again.args(options.quick.then_some("--quick")).args(options.check.then_some("--check"));
    let status = again.status().map_err(|error| format!("cannot start again in the namespace: {error}"))?;
    Ok(status.code().map_or(ExitCode::FAILURE, |code| ExitCode::from(code as u8)))
}

/// Measures, and says what came of it.
fn inside(options: &Options, leases: &Path) -> Result<ExitCode> {
    let bench = Bench { scratch: Scratch::new(), counter: Counter::find()?, runs: 0 };
    print_machine();
    let results = [
        bench_one_look_up(&bench, options.pairs(200, 10))?,
        bench_instructions(&bench, options.pairs(5, 1))?,
        bench_look_ups(&bench, options.pairs(21, 2))?,
        bench_creates(&bench, options.pairs(9, 2), leases)?,
    ];
    print_table(&results);
    let missed = results.iter().any(|result| !result.met());
    Ok(if missed && options.check { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
