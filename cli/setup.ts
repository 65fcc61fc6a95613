/**
 * Makes sure that a WebGPU adapter answers; run before anything that needs one.
 *
 * Stands alone: it imports neither the library nor the commands, so that it is quick.
 */
import {
  debianMirror,
  type Distribution,
  hasApt,
  installAdvice,
  offersBackports,
  parseOsRelease,
  prepareVulkan,
} from "./driver.ts";

const PACKAGE = "mesa-vulkan-drivers";
const BACKPORTS_LIST = "/etc/apt/sources.list.d/voxsplat-backports.list";
const CHECK = "--check";

/** Whether an adapter answers in this process; wgpu looks for drivers once, at the first call. */
export async function adapterAnswers(): Promise<boolean> {
  prepareVulkan();
  return await navigator.gpu?.requestAdapter() != null;
}

/** Installs a software adapter where none answers and that can be done; returns the exit code. */
export async function setup(): Promise<number> {
  if (await adapterAnswers()) return 0;
  const distribution = await readDistribution();
  if (distribution && hasApt(distribution) && Deno.uid() === 0 && await runs("apt-get", "-v")) {
    say(`No WebGPU adapter answers: installing ${PACKAGE}, Mesa's software driver`);
    const failure = await install(distribution);
    if (await runs(Deno.execPath(), "run", "-A", import.meta.filename!, CHECK)) {
      say("An adapter answers now");
      return 0;
    }
    if (failure === null) {
      say(`error: Cannot set up WebGPU: ${PACKAGE} is installed and still no adapter answers`);
    } else {
      say(`error: Cannot set up WebGPU: apt-get could not install ${PACKAGE}`);
      say(`  because: ${failure}`);
    }
    return 1;
  }
  say("error: Cannot use WebGPU: no adapter answers, a Vulkan, Metal or D3D12 driver is needed");
  say(`  hint: ${installAdvice(Deno.build.os, distribution)}`);
  return 1;
}

/** Installs the driver; returns null, or what apt-get says went wrong. */
async function install(distribution: Distribution): Promise<string | null> {
  let text = "";
  const aptGet = async (...args: string[]) => {
    const result = await capture("apt-get", [
      ...["-q", "-y", "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"],
      ...args,
    ]);
    text = result.text;
    return result.success;
  };
  // Debian 12's own Mesa 22.3 is about 1.3 times slower than the Mesa 25 of its backports.
  const wantsBackports = distribution.id === "debian" && distribution.codename === "bookworm";
  const added = wantsBackports && await addBackports();
  await aptGet("update"); // fails when any one source does, often not the one that matters
  const from = ["install", "--no-install-recommends"];
  if (wantsBackports) {
    if (await aptGet(...from, "-t", "bookworm-backports", PACKAGE)) return null;
    if (added) {
      await Deno.remove(BACKPORTS_LIST);
      await aptGet("update");
    }
  }
  if (await aptGet(...from, PACKAGE)) return null;
  const errors = text.split("\n").filter((line) => line.startsWith("E: "));
  return errors.map((line) => line.slice(3).trim()).join("; ") || text.trim();
}

/** Adds Debian's backports to apt's sources unless they are there; returns whether it did. */
async function addBackports(): Promise<boolean> {
  const sources = await readSources();
  if (offersBackports(sources)) return false;
  const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
  const signed = await isFile(keyring) ? ` [signed-by=${keyring}]` : "";
  await Deno.writeTextFile(
    BACKPORTS_LIST,
    `deb${signed} ${debianMirror(sources)} bookworm-backports main\n`,
  );
  return true;
}

async function readSources(): Promise<string> {
  const folder = "/etc/apt/sources.list.d";
  const paths = ["/etc/apt/sources.list"];
  try {
    for await (const entry of Deno.readDir(folder)) {
      if (/\.(list|sources)$/.test(entry.name)) paths.push(`${folder}/${entry.name}`);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const texts = await Promise.all(paths.map(async (path) => {
    return await isFile(path) ? await Deno.readTextFile(path) : "";
  }));
  return texts.join("\n");
}

async function readDistribution(): Promise<Distribution | undefined> {
  const path = "/etc/os-release";
  return await isFile(path) ? parseOsRelease(await Deno.readTextFile(path)) : undefined;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}

async function runs(command: string, ...args: string[]): Promise<boolean> {
  return (await capture(command, args)).success;
}

async function capture(command: string, args: readonly string[]) {
  try {
    const { success, stdout, stderr } = await new Deno.Command(command, {
      args: [...args],
      env: { DEBIAN_FRONTEND: "noninteractive" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
    const decoder = new TextDecoder();
    return { success, text: decoder.decode(stdout) + decoder.decode(stderr) };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { success: false, text: error.message };
  }
}

function say(text: string): void {
  console.error(text);
}

if (import.meta.main) {
  if (Deno.args.includes(CHECK)) Deno.exit(await adapterAnswers() ? 0 : 1);
  Deno.exit(await setup());
}
