#!/bin/sh
# Makes or unmakes a network namespace with a link of its own: link.sh up|cut|mend|down NAME NUMBER
set -e
name=$2
here="10.213.$3.1"
there="10.213.$3.2"
case $1 in
  up)
    ip netns add "$name"
    ip link add "$name" type veth peer name "${name}p" netns "$name"
    ip addr add "$here/30" dev "$name"
    ip link set "$name" up
    ip -n "$name" addr add "$there/30" dev "${name}p"
    ip -n "$name" link set "${name}p" up
    ip -n "$name" link set lo up
    ;;
  cut) ip -n "$name" link set "${name}p" down ;;
  mend) ip -n "$name" link set "${name}p" up ;;
  down) ip netns del "$name" ;;
esac
