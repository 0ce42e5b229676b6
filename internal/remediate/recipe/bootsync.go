package recipe

import "docker-mapcount/internal/preflight"

// bootScript is the way of a start script in /var/lib/boot2docker, the one folder
// that boot2docker and minikube's machine keep. Older versions start it as a
// program, so it is made one. What is typed adds the line at the end, which is
// reached unless the script ends before.
func bootScript(find func(preflight.Engine) place, script, why, source string) Way {
	why += " In a script that ends with exit, the line belongs in front of that."
	return func(c Case) Step {
		p, file := find(c.Engine), "/var/lib/boot2docker/"+script
		return Step{
			Title:       "add it to the machine's start script",
			Why:         why,
			Where:       p.where,
			Scope:       Boot,
			Typed:       p.typed,
			Commands:    []string{p.lastSetting(file, "sysctl -w", assignment(c.To)), p.root("chmod +x " + file)},
			Consequence: "Restarts nothing, and is used from the machine's next start on.",
			Source:      source,
			Do:          Do{Kind: EditFile, File: File{On: preflight.OnEngine, Path: file, Syntax: BootScript}},
		}
	}
}

var bootsync = bootScript(machineOf, "bootsync.sh",
	"Apart from this folder the machine's root is memory only. This script runs before the engine, bootlocal.sh after it.",
	"https://github.com/boot2docker/boot2docker/blob/master/files/bootsync.sh")

var bootlocal = bootScript(minikubeOf, "bootlocal.sh",
	"Apart from this folder the machine's root is memory only. minikube runs this script before the engine. Not tried by us.",
	"https://github.com/kubernetes/minikube/blob/master/deploy/iso/minikube-iso/package/automount/minikube-automount")
