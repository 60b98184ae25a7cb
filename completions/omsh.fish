# Completion of omsh for fish: omsh itself says what can follow.

function __omsh_complete
    set -l words (commandline --current-process --tokenize --cut-at-cursor)
    set -e words[1]
    set -l token (commandline --current-token --cut-at-cursor)
    set -l answer (OMSH_COMPLETE=fish command omsh -- $words (string unescape -- "$token"; or echo -- "$token") 2>/dev/null)
    set -l kind $answer[1]
    set -e answer[1]
    string join -- \n $answer
    if test "$kind" = files
        set -l option (string match --regex -- '^--[^=]+=' "$token")
        for path in (__fish_complete_path (string replace -- "$option" '' "$token"))
            echo -- "$option$path"
        end
    end
end

complete --command omsh --no-files --keep-order --arguments '(__omsh_complete)'
