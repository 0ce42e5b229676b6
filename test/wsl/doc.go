// Package wsl proves the plugin inside a distribution of WSL 2, as far as a Linux
// machine can be one: the built program runs in a mount namespace whose kernel says
// that it is WSL's, with the drive of a Windows below /mnt, whose programs are
// stand-ins that really run ([docker-mapcount/test/fakewindows]). Engines are fakes
// that answer as recorded ones did. It has tests only.
package wsl
