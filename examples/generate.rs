//! Writes `man/` and `completions/` from the definition of the command line:
//! `cargo run --example generate`. With `--check` it writes nothing and fails when a file there is
//! not what it would write.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use clap_complete::Shell;
use clap_mangen::roff::{Roff, bold, roman};
use omsh::cli;

fn main() -> ExitCode {
    let check = std::env::args().any(|argument| argument == "--check");
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut stale = false;
    for (path, content) in files() {
        let path = root.join(path);
        if !check {
            fs::create_dir_all(path.parent().expect("it has a directory")).expect("the directory can be made");
            fs::write(&path, content).expect("the file can be written");
        } else if fs::read(&path).ok() != Some(content) {
            eprintln!("{} is stale; run `cargo run --example generate` and commit it", path.display());
            stale = true;
        }
    }
    if stale { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn files() -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for page in cli::pages() {
        files.push((format!("man/{}.1", page.name), manual(page.command, &page.sections)));
    }
    for (name, script) in cli::complete::SCRIPTS {
        files.push((format!("completions/{name}"), script.as_bytes().to_vec()));
    }
    // These know commands and options only.
    for (name, shell) in [("omsh.elv", Shell::Elvish), ("_omsh.ps1", Shell::PowerShell)] {
        let mut content = Vec::new();
        clap_complete::generate(shell, &mut cli::command(), "omsh", &mut content);
        files.push((format!("completions/{name}"), content));
    }
    files
}

fn manual(command: clap::Command, sections: &[cli::Section]) -> Vec<u8> {
    let has_commands = command.has_subcommands();
    let has_options = command.get_arguments().next().is_some() || !command.is_disable_help_flag_set();
    let examples = command.get_after_help().map(|help| help.to_string()).filter(|help| help.starts_with("Examples:"));
    let man = clap_mangen::Man::new(command.after_help("")).manual("User Commands");
    let mut page = Vec::new();
    man.render_title(&mut page).expect("a vector takes everything");
    man.render_name_section(&mut page).expect("a vector takes everything");
    man.render_synopsis_section(&mut page).expect("a vector takes everything");
    man.render_description_section(&mut page).expect("a vector takes everything");
    if has_options {
        man.render_options_section(&mut page).expect("a vector takes everything");
    }
    if has_commands {
        man.render_subcommands_section(&mut page).expect("a vector takes everything");
    }
    if let Some(examples) = examples {
        let lines: Vec<String> = examples.lines().skip(1).map(|line| format!("\t{}", line.trim())).collect();
        let section = cli::Section { title: "EXAMPLES", body: lines.join("\n").into() };
        section_of(&section).to_writer(&mut page).expect("a vector takes everything");
    }
    for section in sections {
        section_of(section).to_writer(&mut page).expect("a vector takes everything");
    }
    page
}

/// A section as [`cli::Section`] describes its marks.
fn section_of(section: &cli::Section) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", [section.title]);
    let mut literal = false;
    for line in section.body.lines() {
        if literal != line.starts_with('\t') {
            literal = !literal;
            for request in if literal { ["RS", "EX"] } else { ["EE", "RE"] } {
                roff.control(request, []);
            }
        }
        if let Some(text) = line.strip_prefix('\t') {
            roff.text([roman(text)]);
        } else if let Some((term, text)) = line.strip_prefix("* ").and_then(|item| item.split_once(": ")) {
            roff.control("TP", []);
            roff.text([bold(term)]);
            roff.text([roman(text)]);
        } else {
            roff.control("PP", []);
            roff.text([roman(line)]);
        }
    }
    if literal {
        roff.control("EE", []);
        roff.control("RE", []);
    }
    roff
}
