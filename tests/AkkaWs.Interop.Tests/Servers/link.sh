#!/bin/sh
# Makes or unmakes a network namespace with a link of its own: link.sh up|cut|mend|down NAME NUMBER
# What becomes of the packets on it, once it is up: link.sh swallow|lose|reset|pass NAME NUMBER
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
  # Whether the rights and the kernel allow to filter.
  filter) ip netns exec "$name" nft 'add table inet bad; delete table inet bad' ;;
  # All of them vanish, either way.
  swallow) ip netns exec "$name" nft 'add table inet bad; add chain inet bad in { type filter hook input priority 0; policy drop; }; add chain inet bad out { type filter hook output priority 0; policy drop; }' ;;
  # One of ten vanishes, either way.
  lose) ip netns exec "$name" nft 'add table inet bad; add chain inet bad in { type filter hook input priority 0; }; add chain inet bad out { type filter hook output priority 0; }; add rule inet bad in numgen random mod 10 0 drop; add rule inet bad out numgen random mod 10 0 drop' ;;
  # Each is answered by a reset.
  reset) ip netns exec "$name" nft 'add table inet bad; add chain inet bad in { type filter hook input priority 0; }; add rule inet bad in meta l4proto tcp reject with tcp reset' ;;
  pass) ip netns exec "$name" nft delete table inet bad ;;
  down) ip netns del "$name" ;;
esac
