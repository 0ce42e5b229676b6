// Package wine proves the Windows build of the plugin by running it, under wine, as
// far as wine is Windows: its paths, its registry, its locks, the profile of its
// user. Engines are reached at DOCKER_HOST=tcp://127.0.0.1:PORT. It has tests only.
package wine
