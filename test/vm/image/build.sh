#!/bin/sh
# Makes the engine VM's disk below the folder $1 from the package source that this
# machine's apt uses: disk.qcow2, vmlinuz, initrd and key. Needs root.
set -eu
out=$1
here=$(dirname "$(readlink -f "$0")")
root=$out/root
PATH=$PATH:/usr/sbin:/sbin
export DEBIAN_FRONTEND=noninteractive LC_ALL=C

for program in debootstrap mke2fs qemu-img ssh-keygen; do
	command -v $program >/dev/null || { echo "$program is not there: install debootstrap, e2fsprogs, qemu-utils and openssh-client" >&2; exit 1; }
done

# Where apt gets this machine's release from, and through which proxy.
release=$(. /etc/os-release && echo "$VERSION_CODENAME")
mirror() {
	apt-get indextargets "$@" --format '$(CREATED_BY) $(ORIGIN) $(CODENAME) $(COMPONENT) $(SITE)' |
		awk -v release="$release" '$1 == "Packages" && $2 == "Debian" && $3 == release && $4 == "main" { print $5; exit }'
}
mirror=$(mirror)
if [ -z "$mirror" ]; then
	# apt has no lists here. It gets some that are not the machine's.
	mkdir -p "$out/lists/partial"
	apt-get update -q -o Dir::State::lists="$out/lists" >"$out/log" 2>&1 || { cat "$out/log" >&2; exit 1; }
	mirror=$(mirror -o Dir::State::lists="$out/lists")
	rm -rf "$out/lists"
fi
[ -n "$mirror" ] || { echo "apt has no source of Debian $release" >&2; exit 1; }
for scheme in http https; do
	eval "$(apt-config shell proxy "Acquire::$scheme::Proxy")"
	[ -z "${proxy:-}" ] || [ "$proxy" = DIRECT ] || export "${scheme}_proxy=$proxy"
	unset proxy
done

packages=$(grep -v '^#' "$here/packages" | paste -sd,)
debootstrap --variant=minbase --include="$packages" "$release" "$root" "$mirror" >"$out/log" 2>&1 ||
	{ tail -n 20 "$out/log" "$root/debootstrap/debootstrap.log" >&2; exit 1; }

cp -a --no-preserve=ownership "$here/files/." "$root/"
ssh-keygen -q -t ed25519 -N '' -C engine-vm -f "$out/key"
install -d -m 700 "$root/root/.ssh" && install -m 600 "$out/key.pub" "$root/root/.ssh/authorized_keys"
chroot "$root" sh -eu -s <"$here/configure.sh" >>"$out/log" 2>&1 || { tail -n 20 "$out/log" >&2; exit 1; }
cut -d' ' -f1,2 "$root/etc/ssh/ssh_host_ed25519_key.pub" >"$out/hostkey"

cp "$root/boot"/vmlinuz-* "$out/vmlinuz"
cp "$root/boot"/initrd.img-* "$out/initrd"
rm -rf "$root"/boot/* "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* \
	"$root"/usr/share/doc "$root"/usr/share/man "$root"/usr/share/locale "$root"/etc/resolv.conf
mke2fs -q -t ext4 -L root -d "$root" -O ^has_journal "$out/disk.raw" 6G
qemu-img convert -O qcow2 "$out/disk.raw" "$out/disk.qcow2"
rm -rf "$root" "$out/disk.raw"
