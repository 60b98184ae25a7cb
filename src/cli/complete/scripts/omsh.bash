# Completion of omsh for bash: omsh itself says what can follow.

_omsh() {
    local kind= line=
    COMPREPLY=()
    {
        IFS= read -r kind
        while IFS= read -r line; do
            COMPREPLY+=("$line")
        done
    } < <(OMSH_COMPLETE=bash command omsh -- "${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null)
    case $kind in
        files)
            if (( ${#COMPREPLY[@]} )); then
                compopt -o filenames 2>/dev/null
                while IFS= read -r line; do
                    COMPREPLY+=("$line")
                done < <(compgen -f -- "$2")
            else
                compopt -o default 2>/dev/null
            fi ;;
        open) compopt -o nospace 2>/dev/null ;;
    esac
    return 0
}

# Older ones cannot leave candidates in their order.
complete -o nosort -F _omsh omsh 2>/dev/null || complete -F _omsh omsh
