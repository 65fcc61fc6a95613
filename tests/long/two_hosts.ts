import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { isInstalled } from "../model/run/ranks/mpi.ts";

// Network namespaces stand for hosts: what MPICH's mpirun starts on each by a program in ssh's place
// reaches the other by TCP alone.
const HOSTS = { "10.77.0.1": "voxsplat-a", "10.77.0.2": "voxsplat-b" };

function run(...words: readonly string[]): boolean {
  const [first, ...args] = words;
  try {
    return new Deno.Command(first!, { args, stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

function joinHosts(): boolean {
  const [a, b] = Object.values(HOSTS) as [string, string];
  return [a, b].every((name) => run("ip", "netns", "add", name)) &&
    run(
      ..."ip link add eth0 netns".split(" "),
      a,
      ..."type veth peer name eth0 netns".split(" "),
      b,
    ) &&
    Object.entries(HOSTS).every(([address, name]) =>
      run("ip", "-n", name, "addr", "add", `${address}/24`, "dev", "eth0") &&
      ["lo", "eth0"].every((device) => run("ip", "-n", name, "link", "set", device, "up"))
    );
}

function leaveHosts(): void {
  for (const name of Object.values(HOSTS)) run("ip", "netns", "del", name);
}

const possible = isInstalled("mpirun.mpich") && joinHosts();
leaveHosts();
if (!possible) console.log("skipped: no mpirun.mpich, or no network namespaces for this user");

Deno.test({
  name: "two ranks on two hosts talk over TCP",
  ignore: !possible,
  fn: async () => {
    const folder = Deno.makeTempDirSync();
    try {
      assert(joinHosts());
      // A pair that was just joined carries nothing for a moment.
      await new Promise((resolve) => setTimeout(resolve, 3000));
      const shell = join(folder, "shell");
      const cases = Object.entries(HOSTS).map(([address, name]) => `${address}) host=${name};;`);
      Deno.writeTextFileSync(
        shell,
        `#!/bin/sh
while [ "\${1#-}" != "$1" ]; do shift; done
case $1 in ${cases.join(" ")} esac
shift
exec ip netns exec $host unshare --uts sh -c "hostname $host; $*"
`,
        { mode: 0o755 },
      );
      const talk = new URL("../model/run/ranks/talk.ts", import.meta.url).pathname;
      const { success, stdout, stderr } = await new Deno.Command(shell, {
        args: [
          ...[Object.keys(HOSTS)[0]!, "mpirun.mpich", "-iface", "eth0"],
          ...["-launcher", "ssh", "-launcher-exec", shell, "-hosts", Object.keys(HOSTS).join(",")],
          ...["-n", "2", "-ppn", "1", Deno.execPath(), "run", "-A", talk],
        ],
        env: { UCX_TLS: "tcp,self", UCX_NET_DEVICES: "eth0" },
      }).output();
      const text = new TextDecoder();
      assert(success, text.decode(stderr));
      const told = text.decode(stdout).trim().split("\n").map((line) => JSON.parse(line));
      assertEquals(told.map(({ rank }) => rank).sort(), [0, 1]);
      for (const { size, localRank, localSize, floats, host } of told) {
        assertEquals([size, localRank, localSize, floats], [2, 0, 1, [2, 1, 1]]);
        assert(Object.values(HOSTS).includes(host), host);
      }
      assertEquals(new Set(told.map(({ host }) => host)).size, 2);
    } finally {
      leaveHosts();
      Deno.removeSync(folder, { recursive: true });
    }
  },
});
