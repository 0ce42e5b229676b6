// Package vm starts a whole machine with container engines for one test run: a
// Debian system in qemu, under software emulation, whose engine answers on a
// loopback TCP port and over ssh. It really boots, so what a machine does with
// vm.max_map_count at its start can be seen there instead of believed.
//
// The disk is made once, by the recipe in the folder image, and lies with a
// snapshot of the machine after its first boot in the cache that test/tools uses.
// A test starts from that snapshot in a second. Everything ends with the test
// process, also when it is killed.
package vm
