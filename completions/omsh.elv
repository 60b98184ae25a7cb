
use builtin;
use str;

set edit:completion:arg-completer[omsh] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'omsh'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'omsh'= {
            cand -c 'Run these lines, without prompts and status'
            cand --command 'Run these lines, without prompts and status'
            cand -f 'Run the lines of FILE, without prompts and status; - is stdin'
            cand --file 'Run the lines of FILE, without prompts and status; - is stdin'
            cand --timeout 'Wait no longer for a connection, and for each answer'
            cand --trace 'Write every message down, to stderr or to FILE; secrets and signatures are left out'
            cand --strict 'Stop at the first failure, with an exit status that says of which kind it is'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
    ]
    $completions[$command]
}
