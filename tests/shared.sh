# What the scripts that try the API from outside share: where things are, the tools that they need,
# a shop that runs, and how they speak. To be read by `tests/api/run` and `tests/clients/run`.

# Finds everything for the tests in the folder of that name. The tools go to the folder of the same
# name in `target`. TILLBOX names the program, if not the debug build.
prepare() {
    program="${TILLBOX:-}"
    [ -z "$program" ] || program="$(realpath -- "$program")"
    root="$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)"
    tests="$root/tests/$1"
    tools="$root/target/$1"
    description="$root/static/openapi.json"
    program="${program:-$root/target/debug/tillbox}"
    [ -x "$program" ] || fail "There is no $program; build it with cargo build, or name it in TILLBOX."
    started=()
    folder="$(mktemp -d)"
    trap leave EXIT
    export PYTHONDONTWRITEBYTECODE=1
    mkdir -p "$tools"
    cd "$tools"
}

# Ends what was started, the last first, and waits for it.
leave() {
    local index
    for ((index = ${#started[@]} - 1; index >= 0; index--)); do
        kill "${started[index]}" 2>/dev/null && wait "${started[index]}" || true
    done
    rm -rf "$folder"
}

# Whether there is a Node.js with npm, and a Python that makes environments.
has_node() {
    command -v npm >/dev/null &&
        node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null
}

has_python() {
    python3 -c 'import ensurepip, venv' 2>/dev/null
}

# The packages of Debian that are missing for these two, one a line. A Node.js from elsewhere does
# not bear Debian's npm beside it.
missing_packages() {
    command -v npm >/dev/null || printf '%s\n' nodejs npm
    has_python || printf '%s\n' python3-venv
}

# Installs packages of Debian where that may be done; whether it helped is for the caller to ask.
install_packages() {
    [ $# -gt 0 ] && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] || return 0
    say "Fetched from Debian: $*"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -qq -y --no-install-recommends "$@" >/dev/null
}

# The tools of npm and PyPI, in the versions that are asked for; nothing where they are there.
fetch() {
    if ! cmp -s "$tests/package.json" node.done; then
        say "The tools of Node.js are fetched"
        rm -rf node_modules
        cp "$tests/package.json" .
        npm install --silent --no-audit --no-fund --no-package-lock
        cp package.json node.done
    fi
    if ! cmp -s "$tests/requirements.txt" python.done; then
        say "The tools of Python are fetched"
        rm -rf python
        python3 -m venv python
        python/bin/pip install --quiet --disable-pip-version-check -r "$tests/requirements.txt"
        cp "$tests/requirements.txt" python.done
    fi
    PATH="$tools/node_modules/.bin:$tools/python/bin:$PATH"
}

# A new shop of that name on a free port without limits, with an admin key. What follows the name are
# options of `serve`.
open_shop() {
    export TILLBOX_LIMITS_LOGINS=0 TILLBOX_LIMITS_SIGN_UPS=0
    export TILLBOX_LIMITS_ORDERS=0 TILLBOX_LIMITS_QUOTES=0
    export TILLBOX_DATA="$folder/$1"
    begin "$1" "$program" serve --port 0 "${@:2}"
    ADMIN_KEY="$("$program" key create --role admin)"
    export ADMIN_KEY
}

# The same with an owner and somebody of the staff.
start() {
    open_shop shop
    local password="a loaf of rye, sliced"
    "$program" staff add owner@example.org >/dev/null <<<"$password"
    "$program" staff add till@example.org --role staff >/dev/null <<<"$password"
}

# Starts a server in the background and waits until it says where it listens; that is in URL.
begin() {
    local name="$1"
    shift
    "$@" >"$folder/$name.out" 2>"$folder/$name.log" &
    local server=$!
    started+=("$server")
    for _ in {1..100}; do
        grep -qs "is listening on" "$folder/$name.out" && break
        kill -0 "$server" 2>/dev/null || break
        sleep 0.1
    done
    URL="$(sed -n 's/.*listening on //p' "$folder/$name.out")"
    [ -n "$URL" ] || fail "The $name did not start: $(cat "$folder/$name.log")"
    export URL
}

# One line for what passes, all that was said for what does not.
step() {
    say "$1"
    shift
    "$@" >log 2>&1 || { cat log >&2; exit 1; }
}

say() {
    printf '== %s\n' "$1"
}

fail() {
    printf '%s\n' "$1" >&2
    exit 1
}
