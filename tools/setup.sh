#!/bin/sh
# Makes .venv hold exactly what the lock says, or names what this machine lacks and the command that installs it.
#
#   tools/setup.sh run         what `make nightly` and `make ui` need
#   tools/setup.sh dev         that, and what `make test`, `make check` and `make lock` need
#   tools/setup.sh packages    prints the Debian packages that are missing, one a line, and installs nothing
#
# PYTHON=python3.12 (or a path) picks the interpreter. Exit: 0 ready, 1 the installation failed, 2 something is missing.
#
# .venv/setup.stamp is written last. An environment without it, or with the stamp of another lock or another folder,
# is made again from nothing; one whose stamp still holds costs a few milliseconds.

set -eu
unset CDPATH PYTHONHOME PYTHONPATH PIP_CONSTRAINT PIP_PREFIX PIP_TARGET
export PIP_USER=0 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1

cd "$(dirname "$0")/.."
here=$(pwd)
stamp=.venv/setup.stamp
log=.venv/setup.log
pip_pid=

say() { printf '%s\n' "$*"; }

# What a Python says of itself: its version, then each thing it lacks. Old Pythons must be able to read this too.
probe='
import sys
print("%d.%d" % sys.version_info[:2])
for name in ("ctypes", "sqlite3", "ssl", "zlib"):
    try:
        __import__(name)
    except ImportError:
        print(name)
try:
    import ensurepip, venv
except ImportError:
    print("venv")
if sys.platform == "linux":
    try:
        import ctypes
        ctypes.CDLL("libgomp.so.1")
    except (ImportError, OSError):
        print("libgomp")
'
identity='import sys; print("%d.%d" % sys.version_info[:2], sys.base_prefix)'

# Sets python, version and lacks to the first complete Python, or else to the first of a suitable version. Leaves
# python empty, and what was found instead in unsuitable, where there is none.
choose_python() {
    python='' version='' lacks='' unsuitable=''
    if [ -n "${PYTHON:-}" ]; then
        consider "$PYTHON" || :
        return
    fi
    for candidate in python3 python3.13 python3.12 python3.11 \
        /usr/bin/python3 /usr/bin/python3.13 /usr/bin/python3.12 /usr/bin/python3.11; do
        if consider "$candidate"; then return; fi
    done
}

# True when the candidate is suitable and lacks nothing. A shim that exists but fails counts as absent.
consider() {
    found=$("$1" -I -c "$probe" 2>/dev/null | tr '\n' ' ') || return 1
    case $found in
    '') return 1 ;;
    '3.11 '* | '3.12 '* | '3.13 '*) ;;
    *)
        case $unsuitable in *"(${found%% *})"*) ;; *) unsuitable="$unsuitable $1 (${found%% *})" ;; esac
        return 1
        ;;
    esac
    if [ -z "$python" ] || [ "${found#* }" = '' ]; then
        python=$1 version=${found%% *} lacks=${found#* }
    fi
    [ -z "$lacks" ]
}

# Fills packages with what apt-get has to install, and report with one paragraph for each missing thing.
find_missing() {
    packages='' report='' elsewhere=''
    if [ -n "$python" ]; then
        miss_from_python
    else
        miss_python
        [ "$(uname -s)" != Linux ] || has_libgomp_file || miss_libgomp
    fi
}

# Args: what is missing, then the packages that bring it.
need() {
    what=$1
    shift
    packages="$packages $*"
    report="$report
  $what
      sudo apt-get install $*
"
}

# A missing thing that no package of the system brings. Args: what is missing, then what to do.
need_elsewhere() {
    elsewhere=yes
    report="$report
  $1
      $2
"
}

miss_python() {
    what='Python 3.11, 3.12 or 3.13, with its venv module'
    [ -z "$unsuitable" ] || what="$what (found, and not usable:$unsuitable)"
    if [ -n "${PYTHON:-}" ]; then
        need_elsewhere "$what, asked for as PYTHON=$PYTHON" 'unset PYTHON    (or set it to the path of one of these)'
        return
    fi
    names=$(name_python_packages)
    case $names in
    python*)
        # shellcheck disable=SC2086  # one word a package
        need "$what" $names
        ;;
    unlisted) need_elsewhere "$what; apt has no package lists yet to find one in" 'sudo apt-get update' ;;
    *) need_elsewhere "$what, which this system does not package" \
        "curl -LsSf https://astral.sh/uv/install.sh | sh && ~/.local/bin/uv python install 3.13
      (then put PYTHON=\"\$(~/.local/bin/uv python find 3.13)\" before the make command; any other 3.11 to 3.13 will do)" ;;
    esac
}

# Prints the packages of a suitable Python that apt knows, or 'unlisted', or nothing. A machine with no Python and no
# package lists is told of python3, which suits on every supported release of Debian.
name_python_packages() {
    command -v apt-cache >/dev/null || return 0
    case $(package_version python3) in
    3.11.* | 3.12.* | 3.13.*) say python3 python3-venv ;;
    '') if [ -n "$unsuitable" ]; then say unlisted; else say python3 python3-venv; fi ;;
    *)
        for minor in 13 12 11; do
            [ -z "$(package_version "python3.$minor")" ] || { say "python3.$minor python3.$minor-venv" && return; }
        done
        ;;
    esac
}

package_version() { apt-cache show --no-all-versions "$1" 2>/dev/null | sed -n 's/^Version: //p' | head -n 1; }

has_libgomp_file() {
    for file in /lib/libgomp.so.1 /lib64/libgomp.so.1 /lib/*/libgomp.so.1 /usr/lib/libgomp.so.1 \
        /usr/lib64/libgomp.so.1 /usr/lib/*/libgomp.so.1; do
        [ ! -e "$file" ] || return 0
    done
    return 1
}

miss_libgomp() { need 'libgomp.so.1, which LightGBM loads to train and to score' libgomp1; }

# Sorts what the chosen Python lacks into modules of its own, the venv module and libgomp.
miss_from_python() {
    modules='' has_venv=yes has_libgomp=yes
    for thing in $lacks; do
        case $thing in
        venv) has_venv='' ;;
        libgomp) has_libgomp='' ;;
        *) modules="$modules $thing" ;;
        esac
    done
    [ -z "$modules" ] || miss_module "of the standard library:$modules" "python$version"
    [ -n "$has_venv" ] || miss_module 'venv, which makes .venv' "python$version-venv"
    # A Python without ctypes cannot tell whether the library is there.
    case $modules in *ctypes*) if has_libgomp_file; then has_libgomp=yes; fi ;; esac
    [ -n "$has_libgomp" ] || miss_libgomp
}

# Args: which modules, then the package that brings them to the system's own Python.
miss_module() {
    what="a module of $python ($version): $1"
    case $("$python" -I -c 'import sys; print(sys.base_prefix)') in
    /usr) need "$what" "$2" ;;
    *) need_elsewhere "$what; this Python was built without it" \
        'put PYTHON=/usr/bin/python3, or the path of another Python, before the make command' ;;
    esac
}

stop_if_missing() {
    [ -n "$report" ] || return 0
    {
        say "Tidewaiter cannot be set up yet. Missing on this machine:"
        say "$report"
        # shellcheck disable=SC2086  # one word a package
        set -- $packages
        [ $# -eq 0 ] || say "All packages at once: sudo apt-get update && sudo apt-get install $*"
        [ -n "$elsewhere" ] || say "Then give the same make command again."
    } >&2
    exit 2
}

# The stamp has three lines: which locks in which folder, which profile, which project file.
read_stamp() {
    stamped_locks='' stamped_profile='' stamped_project=''
    [ ! -f "$stamp" ] || { read -r stamped_locks && read -r stamped_profile && read -r stamped_project; } <"$stamp" || :
    locks="$(cat requirements.lock requirements-dev.lock | cksum) $here"
    project=$(cat pyproject.toml requirements.in | cksum)
}

# The environment is made of these locks, in this folder, and by the Python asked for, if one was.
is_of_this_lock() {
    [ "$stamped_locks" = "$locks" ] || return 1
    mine=$(.venv/bin/python -I -c "$identity" 2>/dev/null) || return 1
    [ -z "${PYTHON:-}" ] || [ "$mine" = "$("$PYTHON" -I -c "$identity" 2>/dev/null)" ]
}

has_profile() { [ "$stamped_profile" = dev ] || [ "$stamped_profile" = "$profile" ]; }

is_ready() { is_of_this_lock && has_profile && [ "$stamped_project" = "$project" ]; }

# Waits while another set-up of this folder is at work. The lock ends with the processes that hold it.
take_turn() {
    command -v flock >/dev/null || return 0
    exec 9<tools/setup.sh
    flock -n 9 || { say "set-up: another one is at work in this folder, waiting for it" && flock 9; }
}

make_environment() {
    if is_of_this_lock; then
        rm -f "$stamp"
        if has_profile; then profile=$stamped_profile; else install_packages; fi
    else
        again='' && [ ! -e .venv ] || again=' again (it is unfinished, or its lock, folder or Python changed)'
        say "set-up: making .venv$again with $python ($version)"
        rm -f "$stamp"
        "$python" -m venv --clear .venv
        install_packages
    fi
    say 'set-up: linking Tidewaiter itself into .venv'
    .venv/bin/python -m pip install --no-deps --no-build-isolation --editable . >"$log" 2>&1 || fail
    printf '%s\n' "$locks" "$profile" "$project" >"$stamp.part"
    mv "$stamp.part" "$stamp"
    say 'set-up: ready'
}

# The lock is complete, so pip has nothing to work out (--no-deps), and every pin has a wheel for each Python.
install_packages() {
    total=$(grep '^[a-z0-9].*==' "$lock" | grep -cv "sys_platform == 'win32'")
    say "set-up: installing $total packages from $lock; the first time this downloads about 300 MB"
    : >"$log"
    started=$(date +%s)
    PYTHONUNBUFFERED=1 .venv/bin/python -m pip install --no-deps --require-hashes --only-binary :all: \
        --progress-bar off --requirement "$lock" >"$log" 2>&1 &
    pip_pid=$!
    tell_progress
    wait "$pip_pid" || fail
    pip_pid=
}

# One line about every five seconds until pip ends.
tell_progress() {
    beat=0
    while kill -0 "$pip_pid" 2>/dev/null; do
        sleep 1
        beat=$((beat + 1))
        [ $((beat % 5)) -eq 0 ] || continue
        if grep -q '^Installing collected' "$log"; then
            set -- .venv/lib/python*/site-packages/*.dist-info
            count=$# what=unpacked
        else
            count=$(grep -c '^Collecting ' "$log" || :) what=fetched
        fi
        [ "$count" -le "$total" ] || count=$total
        say "  $(($(date +%s) - started)) s: $count of $total $what"
    done
}

fail() {
    {
        grep -v '^WARNING' "$log" | tail -n 15
        say "set-up: pip could not finish; the end of what it said is above, all of it is in $log."
        say 'With no network or behind a proxy, see that pip reaches its package index. The next set-up starts over.'
    } >&2
    exit 1
}

interrupt() {
    [ -z "$pip_pid" ] || kill "$pip_pid" 2>/dev/null || :
    say "set-up: interrupted; the next one starts over" >&2
    exit 130
}

profile=${1:-}
case $profile in
run) lock=requirements.lock ;;
dev) lock=requirements-dev.lock ;;
packages)
    choose_python
    find_missing
    # shellcheck disable=SC2086  # one word a package
    [ -z "$packages" ] || printf '%s\n' $packages
    exit 0
    ;;
*)
    say "usage: tools/setup.sh run|dev|packages" >&2
    exit 2
    ;;
esac

trap interrupt INT TERM HUP
read_stamp
if is_ready; then exit 0; fi
choose_python
find_missing
stop_if_missing
take_turn
read_stamp
if is_ready; then exit 0; fi
make_environment
