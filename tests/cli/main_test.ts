import { assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import config from "../../deno.json" with { type: "json" };

const entry = fromFileUrl(new URL("../../cli/main.ts", import.meta.url));

async function voxsplat(args: string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", entry, ...args],
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

Deno.test("the version is that of deno.json", async () => {
  for (const word of ["--version", "version", "-v"]) {
    assertEquals(await voxsplat([word]), {
      code: 0,
      out: `voxsplat ${config.version}\n`,
      err: "",
    });
  }
});

Deno.test("help names every command on stdout", async () => {
  const { code, out, err } = await voxsplat(["--help"]);
  assertEquals([code, err], [0, ""]);
  for (const name of ["doctor", "compile"]) assertStringIncludes(out, `\n  ${name} `);
});

Deno.test("a mistake is told on stderr with its nearest name, exit code 2, no stack", async () => {
  assertEquals(await voxsplat(["doctor", "--jsn"]), {
    code: 2,
    out: "",
    err: `error: Cannot read the command line: no option "--jsn" here\n` +
      "  hint: did you mean --json?\n",
  });
});

Deno.test({
  name: "without an adapter doctor says so and what to do, exit code 1",
  ignore: Deno.build.os !== "linux", // elsewhere drivers cannot be hidden by the environment
  async fn() {
    const hidden = { VK_DRIVER_FILES: "/nowhere", VK_ICD_FILENAMES: "/nowhere" };
    const { code, out, err } = await voxsplat(["doctor"], hidden);
    assertEquals(code, 1);
    assertStringIncludes(out, "adapter         none");
    assertStringIncludes(err, "error: Cannot open a GPU: no WebGPU adapter answers");
    assertStringIncludes(err, "hint: ");
    assertEquals(err.includes("    at "), false);
  },
});
