package enginetest

// LinuxInfo is /info of an ordinary engine on Linux.
const LinuxInfo = `{
  "ID": "FAKE:ENGINE", "Name": "build-01", "ServerVersion": "28.5.2",
  "OperatingSystem": "Debian GNU/Linux 12 (bookworm)", "OSType": "linux", "Architecture": "x86_64",
  "KernelVersion": "6.1.0-13-amd64", "NCPU": 4, "MemTotal": 8000000000,
  "DockerRootDir": "/var/lib/docker", "Driver": "overlay2",
  "Runtimes": {"runc": {"path": "runc"}}, "DefaultRuntime": "runc",
  "SecurityOptions": ["name=seccomp,profile=builtin", "name=cgroupns"],
  "SystemTime": "2026-03-02T14:05:00.000000000Z", "MemoryLimit": true, "PidsLimit": true, "Labels": []
}`

// LinuxVersion is /version of the same engine.
const LinuxVersion = `{
  "Platform": {"Name": "Docker Engine - Community"}, "Version": "28.5.2", "ApiVersion": "1.51", "MinAPIVersion": "1.24",
  "Os": "linux", "Arch": "amd64", "KernelVersion": "6.1.0-13-amd64",
  "Components": [{"Name": "Engine", "Version": "28.5.2"}]
}`

// WindowsInfo is /info of an engine that runs Windows containers.
const WindowsInfo = `{
  "ID": "FAKE:WINDOWS", "Name": "DESKTOP", "ServerVersion": "28.5.2", "OSType": "windows",
  "OperatingSystem": "Microsoft Windows Version 23H2 (OS Build 22631.4317)", "Architecture": "x86_64",
  "KernelVersion": "10.0 22631", "NCPU": 8, "MemTotal": 16000000000
}`

// DegradedInfo is what Docker Desktop answers with status 400 to a client that it
// does not like.
const DegradedInfo = `{"ID":"","Containers":0,"Labels":["com.docker.desktop.address=npipe://\\\\.\\pipe\\docker_cli"],"ServerVersion":"","OperatingSystem":"","OSType":""}`

// Document is what the helper prints without any privilege, on the machine of LinuxInfo.
const Document = `{"version":1,"mode":"read","live":65530,"kernelRelease":"6.1.0-13-amd64","bootId":"947596f8-0fe2-45c4-a111-a5593de81a15",` +
	`"architecture":"x86_64","commandLine":"BOOT_IMAGE=/vmlinuz ro quiet","uidMap":"0 0 4294967295","cpus":4,"memTotal":8000000000}` + "\n"

// MachineDocument is what it prints when it may look at the machine's files, one
// of which keeps a raised value.
const MachineDocument = `{"version":1,"mode":"read-machine","live":262144,"kernelRelease":"6.1.0-13-amd64","bootId":"947596f8-0fe2-45c4-a111-a5593de81a15",` +
	`"architecture":"x86_64","commandLine":"BOOT_IMAGE=/vmlinuz ro quiet","uidMap":"0 0 4294967295","cpus":4,"memTotal":8000000000,` +
	`"init":"systemd","hostname":"build-01","files":[{"path":"/etc/sysctl.d/90-search.conf","content":"\nvm.max_map_count = 262144\n"}]}` + "\n"
