# Run inside the new system: what the packages do not set up by themselves.
echo engine-vm >/etc/hostname
echo '127.0.0.1 localhost engine-vm' >/etc/hosts
echo '/dev/vda / ext4 defaults,noatime 0 0' >/etc/fstab
passwd -d root
useradd -m -u 1000 -s /bin/bash user
install -d -m 700 -o user -g user /home/user/.ssh
install -m 600 -o user -g user /root/.ssh/authorized_keys /home/user/.ssh/
systemctl enable systemd-networkd ssh docker containerd apparmor
# Nothing that wakes up by itself in the middle of a test, or that boot would wait for.
systemctl mask apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer \
	systemd-networkd-wait-online.service systemd-timesyncd.service e2scrub_reap.service getty@tty1.service serial-getty@ttyS0.service \
	modprobe@dm_mod.service modprobe@loop.service modprobe@drm.service modprobe@efi_pstore.service \
	podman-auto-update.timer podman-auto-update.service podman-restart.service podman.service podman.socket
# These take seconds to load; that of containers is the engine's own.
rm -f /etc/apparmor.d/lsb_release /etc/apparmor.d/nvidia_modprobe
update-initramfs -u
