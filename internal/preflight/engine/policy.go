//go:build windows

package engine

import (
	"syscall"
	"unsafe"
)

// policyForbids reports whether the administrator's policies for WSL forbid a
// setting: a number of that name that is zero. Without one it is allowed.
func policyForbids(name string) bool {
	folder, err := syscall.UTF16PtrFromString(`SOFTWARE\Policies\WSL`)
	if err != nil {
		return false
	}
	var key syscall.Handle
	if syscall.RegOpenKeyEx(syscall.HKEY_LOCAL_MACHINE, folder, 0, syscall.KEY_QUERY_VALUE, &key) != nil {
		return false
	}
	defer func() { _ = syscall.RegCloseKey(key) }()
	entry, err := syscall.UTF16PtrFromString(name)
	if err != nil {
		return false
	}
	var kind, value uint32
	size := uint32(unsafe.Sizeof(value))
	err = syscall.RegQueryValueEx(key, entry, nil, &kind, (*byte)(unsafe.Pointer(&value)), &size)
	return err == nil && kind == syscall.REG_DWORD && value == 0
}
