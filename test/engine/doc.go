// Package engine starts container engines that belong to one test run: each in
// temporary folders, with its sockets there, in a mount and pid namespace of its
// own with a private /etc/sysctl.d and /run. Ending such an engine ends
// everything that it started, also when the test process was killed.
//
// Engines need root on Linux and are started only when MAPCOUNT_TEST_ENGINE=1:
// see [Require].
package engine
