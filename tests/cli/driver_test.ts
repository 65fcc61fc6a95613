import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  debianMirror,
  hasApt,
  installAdvice,
  offersBackports,
  parseOsRelease,
} from "../../cli/driver.ts";

const debian = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
VERSION_ID="12"
VERSION_CODENAME=bookworm
ID=debian
`;
const mint = `ID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_CODENAME=virginia\n`;

Deno.test("os-release tells the distribution", () => {
  assertEquals(parseOsRelease(debian), { id: "debian", like: [], codename: "bookworm" });
  assertEquals(parseOsRelease(mint).like, ["ubuntu", "debian"]);
  assertEquals(parseOsRelease(""), { id: "", like: [], codename: "" });
});

Deno.test("apt-get is for Debian, Ubuntu and what is made of them", () => {
  assertEquals([debian, mint, "ID=fedora"].map((text) => hasApt(parseOsRelease(text))), [
    true,
    true,
    false,
  ]);
});

Deno.test("every system gets one thing to do", () => {
  assertStringIncludes(installAdvice("linux", parseOsRelease(mint)), "sudo apt-get update &&");
  assertStringIncludes(installAdvice("linux", parseOsRelease("ID=fedora")), "sudo dnf install");
  assertStringIncludes(installAdvice("linux", parseOsRelease("ID=arch")), "sudo pacman -S");
  assertStringIncludes(installAdvice("linux"), "Vulkan driver");
  assertStringIncludes(installAdvice("darwin"), "Metal");
});

const deb822 = `Types: deb
# http://snapshot.example/archive/debian/
URIs: http://mirror.example/debian/
Suites: bookworm bookworm-updates
`;

Deno.test("backports count only where a source offers them", () => {
  assertEquals(offersBackports(deb822), false);
  assertEquals(offersBackports("# deb http://x/debian bookworm-backports main"), false);
  assertEquals(offersBackports("deb http://x/debian bookworm-backports main"), true);
  assertEquals(offersBackports("Suites: bookworm bookworm-backports"), true);
});

Deno.test("backports come from the machine's own mirror", () => {
  assertEquals(debianMirror(deb822), "http://mirror.example/debian");
  assertEquals(
    debianMirror("deb [arch=amd64] https://a.example/debian bookworm main\n"),
    "https://a.example/debian",
  );
  assertEquals(debianMirror("deb https://a.example/sdk sdk main"), "http://deb.debian.org/debian");
});
