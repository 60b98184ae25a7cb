
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
            cand rehearse 'Try a script on a copy of the server''s state, or serve the copy to clients'
        }
        &'omsh;rehearse'= {
            cand --conf 'Begin with what this dhcpd.conf says, files that it includes too'
            cand --leases 'Begin with what this dhcpd.leases says'
            cand --output 'Show the outcome as text or as one JSON document'
            cand --listen 'Serve clients here until a signal or a client ends it; port 0 is any free one'
            cand --log 'Write every message down, at the end of FILE or, for -, to stderr'
            cand --write-leases 'Write what dhcpd would write to its lease file, block by block'
            cand --timeout 'Drop clients that leave a greeting or a message unfinished for so long'
            cand --lenient 'Go on without blocks of the lease file that cannot be read, and say which'
            cand --like-dhcpd-limits 'Reset the connection of a client that has more than 4,048 bytes of requests waiting'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
    ]
    $completions[$command]
}
