// Package thrift lets garbage be collected less often, from before most other
// packages are initialized. The program lives for a fraction of a second, twice
// each time that Docker starts a plugin, and has little to collect: doing it as
// often as a server does would be a tenth of that time.
package thrift

import "runtime/debug"

// percent is how much may come to what is in use before it is looked through.
const percent = 400

var _ = debug.SetGCPercent(percent)
