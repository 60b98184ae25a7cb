//! omshell and omsh side by side on one live dhcpd: `cargo bench --bench side_by_side`.
//!
//! Every figure is a ratio, omsh to omshell, of two runs one right after the other. The order within such a pair
//! alternates, and the ratio reported is the median over the pairs. Both programs read a script from a file and write
//! to files, in the same small environment (that of cargo has an LD_LIBRARY_PATH, which costs the program with more
//! libraries more), and each has one run before the first pair that does not count. Whatever they print is compared.
//!
//! Two processes take part: the one that cargo starts makes a network namespace with a dhcpd in it, and starts itself
//! again inside, so that the programs measured are its children by fork and exec, with nothing in between.
//!
//! Options, after `--`: `--quick` for few pairs, to try it out; `--check` to fail when a target is missed. Exit
//! status: 0, 1 for a missed target, 2 when there is nothing to report, with the reason.

#[path = "../tests/support/mod.rs"]
mod support;

use std::collections::HashSet;
use std::env;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus};
use std::time::Instant;

use support::confs::conf;
use support::dhcpd::Dhcpd;
use support::net::Net;
use support::scratch::Scratch;

/// The key of the configuration `key-md5`, which also has the host static1.
const KEY: &str =
    "key omapi_key 2wgoV3yukKdKMkmOzOn/hIsM97QgLTT4CLVzg9Zv0sWOSe1yxPxArmr7a/xb5DOJTm5e/9zGgtzL9FKna0NWis==\n";
const LOOK_UP: &str = "new host\nset name = \"static1\"\nopen\n";

/// What only the server can have said: in the answer to a look-up, and to a create.
const FOUND: &str = "hardware-address = 00:11:22:33:44:55\n";
const CREATED: &str = "hardware-type = 00:00:00:01\n";

/// How many objects the long scripts look up or create.
const MANY: usize = 5_000;

/// With more load than this, runs wait for a processor now and then.
const QUIET: f64 = 0.5;

type Result<T> = std::result::Result<T, String>;

fn main() -> ExitCode {
    let outcome = Options::parse(env::args().skip(1))
        .and_then(|options| if options.inside { inside(&options) } else { outside(&options) });
    outcome.unwrap_or_else(|reason| {
        eprintln!("side_by_side: {reason}");
        ExitCode::from(2)
    })
}

struct Options {
    quick: bool,
    check: bool,
    /// We are in the namespace, beside dhcpd.
    inside: bool,
}

impl Options {
    fn parse(arguments: impl Iterator<Item = String>) -> Result<Options> {
        let mut options = Options { quick: false, check: false, inside: false };
        for argument in arguments {
            match argument.as_str() {
                "--bench" => (), // from cargo
                "--quick" => options.quick = true,
                "--check" => options.check = true,
                "--inside" => options.inside = true,
                other => return Err(format!("there is no option {other}; there are --quick and --check")),
            }
        }
        Ok(options)
    }

    /// The number of pairs to run.
    fn pairs(&self, full: usize, quick: usize) -> usize {
        if self.quick { quick } else { full }
    }

    fn pairs_of_creates(&self) -> usize {
        self.pairs(9, 2)
    }
}

/// Makes the namespace and the dhcpd, goes inside, and looks at the lease file afterwards.
fn outside(options: &Options) -> Result<ExitCode> {
    Counter::find()?;
    let net = Net::new();
    let dhcpd = Dhcpd::start(&net, &conf("key-md5"), b"");
    let this = env::current_exe().map_err(|error| format!("cannot tell where this program is: {error}"))?;
    let status = net.command(this).arg("--inside").args(env::args().skip(1)).status();
    let status = status.map_err(|error| format!("cannot start again in the namespace: {error}"))?;
    match status.code() {
        Some(code @ 0..=1) => {
            check_leases(&dhcpd, options.pairs_of_creates())?;
            Ok(ExitCode::from(code as u8))
        }
        Some(_) => Ok(ExitCode::from(2)), // with a reason, given inside
        None => Err(format!("ended early: {status}")),
    }
}

/// Measures, and says what came of it.
fn inside(options: &Options) -> Result<ExitCode> {
    let bench = Bench::new(Counter::find()?);
    describe_machine()?;
    println!("instructions are counted by {}", bench.counter.name());
    let results = [
        one_look_up(&bench, options.pairs(200, 10))?,
        one_look_up_counted(&bench, options.pairs(5, 2))?,
        many_look_ups(&bench, options.pairs(21, 2))?,
        many_creates(&bench, options.pairs_of_creates())?,
    ];
    print_table(&results);
    println!("\nIn every pair both printed the same, but for the names and MACs of the hosts created.");
    let missed = results.iter().any(|result| !result.met());
    Ok(if missed && options.check { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn describe_machine() -> Result<()> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = read(Path::new("/proc/loadavg"))?;
    let load: f64 = load.split(' ').next().and_then(|load| load.parse().ok()).unwrap_or(f64::INFINITY);
    println!("{cores} cores, load average {load:.2}");
    if load > QUIET {
        println!("WARNING: the load is above {QUIET}; these figures are not to be trusted. Wait, and run this again.");
    }
    Ok(())
}

fn one_look_up(bench: &Bench, pairs: usize) -> Result<Measured> {
    let script = format!("{KEY}connect\n{LOOK_UP}");
    let pairs = paired(pairs, |program| bench.time(program, &script)?.expect(FOUND, 1))?;
    Ok(Measured::sum_up("one signed look-up, wall time", 0.4, pairs, seconds))
}

fn one_look_up_counted(bench: &Bench, pairs: usize) -> Result<Measured> {
    let script = format!("{KEY}connect\n{LOOK_UP}");
    let pairs = paired(pairs, |program| bench.count(program, &script)?.expect(FOUND, 1))?;
    Ok(Measured::sum_up("one signed look-up, instructions", 0.15, pairs, instructions))
}

fn many_look_ups(bench: &Bench, pairs: usize) -> Result<Measured> {
    let script = format!("{KEY}connect\n{}", format!("{LOOK_UP}close\n").repeat(MANY));
    let pairs = paired(pairs, |program| bench.time(program, &script)?.expect(FOUND, MANY))?;
    Ok(Measured::sum_up("5,000 look-ups, wall time", 0.4, pairs, seconds))
}

fn many_creates(bench: &Bench, pairs: usize) -> Result<Measured> {
    let mut batches = Batch::all(pairs);
    let pairs = paired(pairs, |program| {
        let batch = batches.next().expect("one for every run");
        let mut sample = bench.time(program, &batch.script())?.expect(CREATED, MANY)?;
        sample.stdout = batch.without_its_own(&sample.stdout);
        Ok(sample)
    })?;
    Ok(Measured::sum_up("5,000 creates, wall time", 1.05, pairs, seconds))
}

/// Fails unless dhcpd wrote down every host that [`many_creates`] created.
fn check_leases(dhcpd: &Dhcpd, pairs: usize) -> Result<()> {
    let leases = dhcpd.leases();
    let leases = String::from_utf8_lossy(&leases);
    let hosts: HashSet<_> = leases.lines().filter_map(|line| line.strip_prefix("host ")?.strip_suffix(" {")).collect();
    let created: Vec<_> = Batch::all(pairs).flat_map(|batch| (0..MANY).map(move |nth| batch.name(nth))).collect();
    let missing = created.iter().filter(|name| !hosts.contains(name.as_str())).count();
    if missing > 0 {
        return Err(format!("of {} hosts created, {missing} are not in the lease file", created.len()));
    }
    println!("The lease file has all {} hosts created.", created.len());
    Ok(())
}

/// The hosts that one run creates, unlike those of every other run.
struct Batch(u16);

impl Batch {
    /// One for each run of both programs, the one that does not count included.
    fn all(pairs: usize) -> impl Iterator<Item = Batch> {
        (0..).map(Batch).take(2 * (pairs + 1))
    }

    fn name(&self, nth: usize) -> String {
        format!("{}{nth}", self.name_start())
    }

    fn name_start(&self) -> String {
        format!("batch-{:04x}-", self.0)
    }

    fn mac_start(&self) -> String {
        let [high, low] = self.0.to_be_bytes();
        format!("02:00:{high:02x}:{low:02x}:")
    }

    fn script(&self) -> String {
        let creates = (0..MANY).map(|nth| {
            let (name, mac, high, low) = (self.name(nth), self.mac_start(), nth / 256, nth % 256);
            format!(
                "new host\nset name = \"{name}\"\nset hardware-address = {mac}{high:02x}:{low:02x}\n\
                 set hardware-type = 1\ncreate\nclose\n"
            )
        });
        format!("{KEY}connect\n{}", creates.collect::<String>())
    }

    fn without_its_own(&self, output: &str) -> String {
        output.replace(&self.name_start(), "").replace(&self.mac_start(), "")
    }
}

struct Program {
    name: &'static str,
    path: &'static str,
}

const OMSHELL: Program = Program { name: "omshell", path: support::OMSHELL };
const OMSH: Program = Program { name: "omsh", path: support::OURS };

/// One run of one program.
struct Sample {
    /// Seconds, or instructions.
    figure: f64,
    stdout: String,
}

impl Sample {
    /// Fails unless `line` was printed so many times.
    fn expect(self, line: &str, times: usize) -> Result<Sample> {
        match self.stdout.matches(line).count() {
            count if count == times => Ok(self),
            count => Err(format!("{line:?} was printed {count} times, not {times}, in\n{:.2000}", self.stdout)),
        }
    }
}

/// The figures of two runs side by side.
struct Pair {
    omshell: f64,
    omsh: f64,
}

/// Runs both programs once for nothing and then `pairs` times.
fn paired(pairs: usize, mut run: impl FnMut(&Program) -> Result<Sample>) -> Result<Vec<Pair>> {
    let mut pair = |omsh_first: bool| {
        let early = if omsh_first { Some(run(&OMSH)?) } else { None };
        let omshell = run(&OMSHELL)?;
        let omsh = early.map_or_else(|| run(&OMSH), Ok)?;
        if omshell.stdout != omsh.stdout {
            return Err(format!("omshell printed\n{:.2000}\nand omsh\n{:.2000}", omshell.stdout, omsh.stdout));
        }
        Ok(Pair { omshell: omshell.figure, omsh: omsh.figure })
    };
    pair(false)?;
    (0..pairs).map(|nth| pair(nth % 2 == 1)).collect()
}

/// Where programs run: the files that they read and write.
struct Bench {
    scratch: Scratch,
    counter: Counter,
}

impl Bench {
    fn new(counter: Counter) -> Bench {
        Bench { scratch: Scratch::new(), counter }
    }

    /// Times a whole process, from before its start to after its end.
    fn time(&self, program: &Program, script: &str) -> Result<Sample> {
        let mut command = Command::new(program.path);
        self.connect(&mut command, script)?;
        let start = Instant::now();
        let status = command.status();
        let figure = start.elapsed().as_secs_f64();
        let sample = self.sample(program, status, figure)?;
        match read(&self.stderr())?.as_str() {
            "" => Ok(sample),
            said => Err(format!("{} says {said}", program.name)),
        }
    }

    /// Counts the instructions that a whole process executes, without those of the kernel.
    fn count(&self, program: &Program, script: &str) -> Result<Sample> {
        let counts = self.scratch.join("counts");
        let mut command = self.counter.command(&counts);
        self.connect(command.arg(program.path), script)?;
        let sample = self.sample(program, command.status(), 0.0)?;
        let counts = read(&counts)?;
        match self.counter.total(&counts) {
            Some(figure) => Ok(Sample { figure, ..sample }),
            None => Err(format!("there is no count of instructions in\n{counts:.2000}")),
        }
    }

    /// Connects a command to files, with an environment that is the same for all.
    fn connect(&self, command: &mut Command, script: &str) -> Result<()> {
        let stdin = self.scratch.join("stdin");
        fs::write(&stdin, script).map_err(|error| cannot("write", &stdin, &error))?;
        let stdin = File::open(&stdin).map_err(|error| cannot("read", &stdin, &error))?;
        let create = |path: PathBuf| File::create(&path).map_err(|error| cannot("write", &path, &error));
        command.stdin(stdin).stdout(create(self.stdout())?).stderr(create(self.stderr())?);
        command.env_clear().env("PATH", env::var_os("PATH").unwrap_or_default()).env("LC_ALL", "C");
        Ok(())
    }

    fn sample(&self, program: &Program, status: io::Result<ExitStatus>, figure: f64) -> Result<Sample> {
        match status {
            Err(error) => Err(cannot("run", Path::new(program.path), &error)),
            Ok(status) if !status.success() => Err(format!("{}: {status}\n{}", program.name, read(&self.stderr())?)),
            Ok(_) => Ok(Sample { figure, stdout: read(&self.stdout())? }),
        }
    }

    fn stdout(&self) -> PathBuf {
        self.scratch.join("stdout")
    }

    fn stderr(&self) -> PathBuf {
        self.scratch.join("stderr")
    }
}

/// What counts instructions.
#[derive(Clone, Copy)]
enum Counter {
    Callgrind,
    Perf,
}

impl Counter {
    fn find() -> Result<Counter> {
        if Command::new("valgrind").arg("--version").output().is_ok_and(|output| output.status.success()) {
            return Ok(Counter::Callgrind);
        }
        let perf = Command::new("perf").args(["stat", "-x,", "-e", "instructions:u", "true"]).output();
        if perf.is_ok_and(|output| Counter::Perf.total(&String::from_utf8_lossy(&output.stderr)).is_some()) {
            return Ok(Counter::Perf);
        }
        Err("nothing here counts instructions; install valgrind: apt-get install -y valgrind".to_owned())
    }

    fn name(self) -> &'static str {
        match self {
            Counter::Callgrind => "callgrind",
            Counter::Perf => "perf",
        }
    }

    /// What runs the program that is its next argument, and leaves a file with the count.
    fn command(self, counts: &Path) -> Command {
        match self {
            Counter::Callgrind => {
                let mut valgrind = Command::new("valgrind");
                valgrind.arg("--tool=callgrind").arg(format!("--callgrind-out-file={}", counts.display()));
                valgrind
            }
            Counter::Perf => {
                let mut perf = Command::new("perf");
                perf.args(["stat", "-x,", "-e", "instructions:u", "-o"]).arg(counts);
                perf
            }
        }
    }

    fn total(self, counts: &str) -> Option<f64> {
        counts.lines().find_map(|line| match self {
            Counter::Callgrind => line.strip_prefix("totals: ")?.parse().ok(),
            Counter::Perf => line.split_once(",,instructions:u")?.0.parse().ok(),
        })
    }
}

/// What came of one measure.
struct Measured {
    measure: &'static str,
    target: f64,
    ratio: f64,
}

impl Measured {
    /// Sums up, and prints what the table has no room for; `unit` writes one figure.
    fn sum_up(measure: &'static str, target: f64, pairs: Vec<Pair>, unit: fn(f64) -> String) -> Measured {
        let ratios = sorted(pairs.iter().map(|pair| pair.omsh / pair.omshell));
        let [omshell, omsh] = [|pair: &Pair| pair.omshell, |pair: &Pair| pair.omsh]
            .map(|figure| unit(median(&sorted(pairs.iter().map(figure)))));
        let (ratio, low, high) = (median(&ratios), ratios[0], ratios[ratios.len() - 1]);
        println!("\n{measure}: omshell {omshell}, omsh {omsh}");
        println!("    ratio {ratio:.3}, from {low:.3} to {high:.3}, {} pairs", pairs.len());
        Measured { measure, target, ratio }
    }

    fn met(&self) -> bool {
        self.ratio <= self.target
    }
}

fn print_table(results: &[Measured]) {
    println!("\n{:<34} {:>6} {:>6}  verdict", "measure", "target", "ratio");
    for result in results {
        let Measured { measure, target, ratio } = result;
        println!("{measure:<34} {target:>6.2} {ratio:>6.3}  {}", if result.met() { "met" } else { "missed" });
    }
}

fn sorted(figures: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut figures: Vec<_> = figures.collect();
    figures.sort_by(f64::total_cmp);
    figures
}

fn median(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[middle] } else { (sorted[middle - 1] + sorted[middle]) / 2.0 }
}

fn seconds(figure: f64) -> String {
    if figure < 0.1 { format!("{:.2} ms", figure * 1e3) } else { format!("{figure:.3} s") }
}

fn instructions(figure: f64) -> String {
    format!("{:.3} million", figure / 1e6)
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|error| cannot("read", path, &error))
}

fn cannot(verb: &str, path: &Path, error: &io::Error) -> String {
    format!("cannot {verb} {}: {error}", path.display())
}
