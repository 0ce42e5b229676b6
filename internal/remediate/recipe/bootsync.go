package recipe

const bootsyncFile = "/var/lib/boot2docker/bootsync.sh"

// bootsync is the way of boot2docker's start script, the one that runs before
// the engine. Older versions start it as a program, so it is made one.
func bootsync(c Case) Step {
	p := machineOf(c.Engine)
	return Step{
		Title:       "add it to the machine's start script",
		Why:         "Apart from this folder the machine's root is memory only. This script runs before the engine, bootlocal.sh after it.",
		Where:       p.where,
		Scope:       Boot,
		Commands:    []string{p.pipe("sysctl -w "+assignment(c.To), "tee -a "+bootsyncFile), p.root("chmod +x " + bootsyncFile)},
		Consequence: "Restarts nothing, and is used from the machine's next start on.",
		Source:      "https://github.com/boot2docker/boot2docker/blob/master/files/bootsync.sh",
	}
}
