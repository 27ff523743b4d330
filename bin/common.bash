# What bin/tach and bin/setup share. Expects $root, the directory of the checkout.

shopt -s globstar nullglob

app=$root/target/app            # what setup builds: jars, class archive, options of the JVM
stamp=$app/stamp                # made last; newer than every source it was built from
agent=$app/_tach_agent.abi3.so  # the C agent; absent if it could not be built here

# complain TEXT: one line for the user.
complain() { printf 'tach: %s\n' "$1" >&2; }

# is_fresh: true if the build is newer than every source. Only built-in commands: this runs at every start.
is_fresh() {
    [[ -e $stamp ]] || return 1
    local file
    for file in "$root"/{,*/}pom.xml "$root"/*/src/main/{java,resources,c}/**; do
        [[ $file -nt $stamp ]] && return 1
    done
    return 0
}
