/** A Linux distribution as /etc/os-release tells it. */
export interface Distribution {
  readonly id: string;
  readonly like: readonly string[];
  readonly codename: string;
}

/** Reads the text of /etc/os-release. */
export function parseOsRelease(text: string): Distribution {
  const field = (name: string) =>
    text.match(new RegExp(`^${name}=["']?([^"'\\n]*)`, "m"))?.[1]?.trim() ?? "";
  return {
    id: field("ID"),
    like: field("ID_LIKE").split(/\s+/).filter(Boolean),
    codename: field("VERSION_CODENAME"),
  };
}

/** Whether apt-get installs packages there. */
export function hasApt({ id, like }: Distribution): boolean {
  return [id, ...like].some((name) => name === "debian" || name === "ubuntu");
}

/** The one command that gives a system without a GPU driver a Vulkan adapter, or what to do instead. */
export function installAdvice(os: typeof Deno.build.os, distribution?: Distribution): string {
  if (os === "darwin") return "a Mac with Metal is needed, macOS 12 or newer";
  if (os === "windows") return "install the graphics driver of the GPU's maker";
  const names = distribution ? [distribution.id, ...distribution.like] : [];
  const is = (...wanted: string[]) => wanted.some((name) => names.includes(name));
  if (is("debian", "ubuntu")) {
    return "run: sudo apt-get update && sudo apt-get install -y mesa-vulkan-drivers";
  }
  if (is("fedora", "rhel", "centos")) return "run: sudo dnf install -y mesa-vulkan-drivers";
  if (is("arch")) return "run: sudo pacman -S --noconfirm vulkan-swrast";
  if (is("suse", "opensuse")) return "run: sudo zypper install -y libvulkan_lvp";
  if (is("alpine")) return "run: sudo apk add mesa-vulkan-swrast";
  return "install a Vulkan driver: the GPU maker's, or Mesa's software driver lavapipe";
}

/** Whether apt's sources, read as one text, offer Debian 12's backports already. */
export function offersBackports(sources: string): boolean {
  return sources.split("\n").some((line) =>
    !line.trimStart().startsWith("#") && line.includes("bookworm-backports")
  );
}

/** The archive this machine takes Debian from, so that backports come from the same place. */
export function debianMirror(sources: string): string {
  const lines = sources.split("\n").filter((line) => !line.trimStart().startsWith("#"));
  for (const line of lines) {
    const oneLine = line.match(/^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+bookworm\s/)?.[1];
    const url = oneLine ?? line.match(/^URIs:\s*(\S+)/)?.[1];
    if (url !== undefined && /\/debian\/?$/.test(url)) return url.replace(/\/$/, "");
  }
  return "http://deb.debian.org/debian";
}

/**
 * Has wgpu load its Vulkan back end alone on Linux, where nothing else is asked for, and Vulkan choose
 * devices without asking a desktop where there is none; before the first adapter.
 */
export function prepareVulkan(): void {
  // With the GL back end loaded, Deno 2.9 sometimes aborts at exit; Vulkan alone never did.
  if (Deno.build.os === "linux" && !Deno.env.get("DENO_WEBGPU_BACKEND")) {
    Deno.env.set("DENO_WEBGPU_BACKEND", "vulkan");
  }
  // Mesa's layer that chooses devices asks Wayland first, which prints an error for each device where
  // there is no session, as in containers and over SSH.
  const wanted = ["XDG_RUNTIME_DIR", "MESA_VK_DEVICE_SELECT", "DRI_PRIME"];
  if (Deno.build.os === "linux" && !wanted.some((name) => Deno.env.get(name))) {
    Deno.env.set("NODEVICE_SELECT", "1");
  }
}
