import { COMPLETE } from '../commands/complete.ts';

/** What each shell does with `mooring __complete`: nothing in them depends on commands or flags, so they need no update. */
export const SCRIPTS = {
  bash: `# Completion of mooring for bash. Load it with: source <(mooring completion bash)
_mooring() {
  local line directive=0 program=\${COMP_WORDS[0]/#\\~\\//$HOME/}
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :*) directive=\${line#:} ;;
      *) COMPREPLY+=("\${line%%$'\\t'*}") ;;
    esac
  done < <("$program" ${COMPLETE} -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  # Names of files come from bash itself (-o default), but where there can be none. compopt is missing in bash 3.
  if [ "$directive" != 0 ]; then compopt +o default 2>/dev/null; fi
}
complete -o default -F _mooring mooring
`,
  zsh: `#compdef mooring
# Completion of mooring for zsh. Load it after compinit with: source <(mooring completion zsh)
_mooring() {
  local line directive=0
  local -a found
  for line in "\${(@f)$("\${(Q)words[1]/#\\~\\//$HOME/}" ${COMPLETE} -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      :*) directive=\${line#:} ;;
      ?*) found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
    esac
  done
  if (( \${#found} )); then
    _describe mooring found
  elif [[ $directive == 0 ]]; then
    _files
  fi
}
if [[ $funcstack[1] == _mooring ]]; then _mooring "$@"; else compdef _mooring mooring; fi
`,
  fish: `# Completion of mooring for fish. Write it to ~/.config/fish/completions/mooring.fish
function __mooring_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in ($words[1] ${COMPLETE} -- $words[2..] "$current" 2>/dev/null)
        switch $line
            case ':0'
                __fish_complete_path "$current"
            case ':*'
            case '*'
                echo $line
        end
    end
end
complete -c mooring -f -a '(__mooring_complete)'
`,
} as const;
