//! The words of the interactive shell: its verbs, settings and topics. Help, completion, hints and the man page are made
//! of these and of [`crate::schema`].

/// A verb of omshell's or of the interactive shell's own.
#[derive(Clone, Copy, Debug)]
pub struct Verb {
    /// The verb.
    pub name: &'static str,
    /// What follows it.
    pub usage: &'static str,
    /// What it does.
    pub about: &'static str,
    /// Lines to try.
    pub examples: &'static [&'static str],
}

const fn verb(name: &'static str, usage: &'static str, about: &'static str, examples: &'static [&'static str]) -> Verb {
    Verb { name, usage, about, examples }
}

/// omshell's verbs.
pub const OMSHELL: [Verb; 18] = [
    verb("connect", "", "Connects, and shows the server the key if there is one", &["connect"]),
    verb("disconnect", "", "Ends the connection; the object stays", &["disconnect"]),
    verb("server", "HOST", "The server that connect goes to: a name or an address", &["server dhcp1.example.org"]),
    verb("port", "PORT", "The server's OMAPI port, by number or by the name of a service", &["port 7911"]),
    verb(
        "key",
        "NAME [SECRET]",
        "The key to sign with; without a secret it is asked for and not shown",
        &["key omapi_key"],
    ),
    verb("key-algorithm", "NAME", "The key's algorithm; hmac-md5 without it", &["key-algorithm hmac-sha256"]),
    verb("new", "TYPE", "Begins an object, to be looked up or made", &["new host", "new lease"]),
    verb(
        "set",
        "NAME = VALUE",
        "Sets an attribute here; open, create and update send it. Without =, it is about the shell's settings",
        &["set name = \"web1\"", "set ip-address = 10.1.1.77", "set hardware-address = 52:54:00:aa:bb:cc"],
    ),
    verb("unset", "NAME", "Empties an attribute", &["unset ip-address"]),
    verb("open", "", "Looks the object up by what is set, and shows all of it", &["open"]),
    verb("create", "", "Makes the object on the server", &["create"]),
    verb("update", "", "Sends what was set since the object was opened", &["update"]),
    verb("refresh", "", "Asks for the object's attributes again", &["refresh"]),
    verb("remove", "[--yes]", "Removes the object from the server, when it is sure that you want to", &["remove"]),
    verb("close", "", "Forgets the object here", &["close"]),
    verb("help", "[TOPIC]", "Explains: a command, a type of object, or one of the topics it lists", &["help set"]),
    verb("quit", "", "Leaves, as do exit and Ctrl-D", &["quit"]),
    verb("exit", "", "Leaves", &["exit"]),
];

/// The verbs of the interactive shell alone.
pub const OWN: [Verb; 9] = [
    verb("show", "[raw]", "Shows the object again; raw shows it as omshell does", &["show", "show raw"]),
    verb("undo", "[--yes]", "Takes the last write of this session back", &["undo"]),
    verb(
        "changes",
        "[--script | --reverse]",
        "Lists what this session wrote; as a script of omshell's, or as one that takes all of it back",
        &["changes", "changes --script > today.oms", "changes --reverse > back.oms"],
    ),
    verb("source", "FILE", "Runs the lines of a file, and stops at the first that fails", &["source new-hosts.oms"]),
    verb(
        "record",
        "FILE | off",
        "Writes the lines that worked into a new file, to be run with source or omsh -f",
        &["record rack7.oms", "record off"],
    ),
    verb("history", "[WORD]", "Lists earlier lines, or those with a word in them", &["history", "history host add"]),
    verb(
        "alias",
        "[NAME[=WORDS]]",
        "Makes a word stand for several, or tells what they are",
        &["alias act=leases state=active", "alias"],
    ),
    verb("unalias", "NAME", "Forgets an alias", &["unalias act"]),
    verb("!", "COMMAND", "Runs a command of the system's shell", &["!ip address"]),
];

/// A setting of the shell.
#[derive(Clone, Copy, Debug)]
pub struct SettingWord {
    /// Its name behind `set`.
    pub name: &'static str,
    /// What it can be; the first one is how it begins.
    pub values: [&'static str; 2],
    /// What it is about.
    pub about: &'static str,
}

/// The settings of the shell.
pub const SETTINGS: [SettingWord; 5] = [
    SettingWord {
        name: "confirm",
        values: ["on", "off"],
        about: "whether remove, control, undo and changes of more than one object ask first",
    },
    SettingWord { name: "pager", values: ["on", "off"], about: "whether output longer than the screen goes to $PAGER" },
    SettingWord { name: "color", values: ["on", "off"], about: "whether there are colours" },
    SettingWord { name: "hints", values: ["on", "off"], about: "whether the rest of a line is suggested in grey" },
    SettingWord { name: "times", values: ["utc", "local"], about: "the time zone of the attributes' times" },
];

/// The verb of that name.
pub fn find(name: &str) -> Option<&'static Verb> {
    OMSHELL.iter().chain(&OWN).find(|verb| verb.name == name)
}

/// A topic of help that is neither a command nor a type.
#[derive(Clone, Copy, Debug)]
pub struct Topic {
    /// Its name behind `help`.
    pub name: &'static str,
    /// What it is about, in a few words.
    pub about: &'static str,
    /// The title of its section in the man page.
    pub title: &'static str,
    /// Its text. A line that begins with two blanks is to be typed.
    pub text: &'static str,
}

/// The topics.
pub const TOPICS: [Topic; 7] = [
    Topic {
        name: "objects",
        about: "how an object is looked up, made, changed and removed",
        title: "WORKING WITH OBJECTS",
        text: "\
An object is begun with new, found or made by what is set, and changed in the same way:
  new host
  set name = \"web1\"
  open
  set ip-address = 10.1.1.78
  update
  close
The prompt shows the object; a star is for changes that were not sent. The one-shot commands do all of that in a line:
  host set web1 --ip 10.1.1.78",
    },
    Topic {
        name: "values",
        about: "how values are written",
        title: "VALUES",
        text: "\
A value behind = is text in quotes, a number, an address, or octets with colons between them:
  set name = \"web1\"
  set hardware-type = 1
  set ip-address = 10.1.1.77
  set hardware-address = 52:54:00:aa:bb:cc
Commands take values without quotes, and hardware addresses in any spelling:
  host add web1 --mac 5254.00aa.bbcc --ip 10.1.1.77",
    },
    Topic {
        name: "output",
        about: "pipes, files, the pager, JSON",
        title: "OUTPUT",
        text: "\
Output longer than the screen goes to $PAGER; set pager off keeps it here. Browsing and one-shot commands can be sent on:
  leases state=active | grep laptop
  hosts --output csv > hosts.csv
  changes --script >> all.oms
A > at the end of a line is for a file, a | for a command; both need a blank before them.",
    },
    Topic {
        name: "keys",
        about: "what the keys do",
        title: "KEYS",
        text: "\
Tab completes, and lists what there is. Right or End takes the grey suggestion.
Up and Down go through earlier lines, Ctrl-R searches them.
Ctrl-C drops the line, or stops waiting for an answer. Ctrl-D leaves.
Ctrl-A and Ctrl-E go to the ends of the line, Ctrl-W deletes a word, Ctrl-_ takes an edit back.
A line that begins with a blank is not kept in the history; key lines never are.",
    },
    Topic {
        name: "undo",
        about: "what is written, and how it is taken back",
        title: "UNDO",
        text: "\
Each write of this session is kept with what was there before:
  changes
  undo
  changes --script > done.oms
  changes --reverse > back.oms
undo asks, and refuses when somebody else has changed the object since; then it can be left as it is. What dhcpd takes
away from no host is undone by making the host anew, with what the server's files tell of its group and its statements.",
    },
    Topic {
        name: "connection",
        about: "where the server, its key and its files come from",
        title: "CONNECTION",
        text: "\
Without a line that says otherwise, server, port and key come from options, OMSH_* variables, the profile, or the
dhcpd.conf of this machine. omsh --profile NAME takes another profile. Lines take precedence from the next connect on:
  server dhcp2.example.org
  key omapi_key
  connect
A connection that is lost is made again by the next command, and the object is opened again by its key. A write whose
outcome is not known is never repeated without a question. What lines say of another server counts from the next connect
on, for all commands.",
    },
    Topic {
        name: "startup",
        about: "the file of lines that are run first",
        title: "STARTUP",
        text: "\
The lines of omsh/rc in $XDG_CONFIG_HOME, or else ~/.config, are run when the shell starts: settings and aliases.
  set times local
  alias act=leases state=active",
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::TYPES;

    #[test]
    fn a_setting_is_no_attribute() {
        for setting in &SETTINGS {
            let names = TYPES.iter().flat_map(|known| known.attributes);
            assert!(names.clone().all(|attribute| attribute.name != setting.name), "{}", setting.name);
        }
    }
}
