# shellcheck shell=sh
# Sourced from the checkout's root: how to run containers here.

# Sets CONTAINER_ENGINE, podman or docker; the caller may have chosen.
choose_engine() {
    if [ -z "${CONTAINER_ENGINE:-}" ]; then
        if command -v podman >/dev/null; then
            CONTAINER_ENGINE=podman
        elif docker info >/dev/null 2>&1; then
            CONTAINER_ENGINE=docker
        else
            echo "containers: install podman, or start Docker" >&2
            return 1
        fi
    fi
    export CONTAINER_ENGINE
}

# starts IMAGE: whether a container of it starts.
starts() {
    "$CONTAINER_ENGINE" run --rm --pull=never --network=none --entrypoint= "$1" true
}

# settle_engine IMAGE: exports CONTAINERS_CONF where podman's own defaults fail.
settle_engine() {
    starts "$1" >/dev/null 2>&1 && return
    if [ "$CONTAINER_ENGINE" = podman ] && [ -z "${CONTAINERS_CONF:-}" ]; then
        export CONTAINERS_CONF="$PWD/tests/containers/containers.conf"
    fi
    starts "$1" >/dev/null # what it says is the reason
}
