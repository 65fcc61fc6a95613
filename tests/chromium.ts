import { type Browser, chromium } from "playwright-core";

/** Where Debian, other systems and Chrome itself put the program. */
const PROGRAMS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Chromium's program; none where it is not installed. */
export const chromiumProgram: string | undefined = PROGRAMS.find((path) => {
  // Some systems have a file of that name which only says how to get the program.
  try {
    return new Deno.Command(path, { args: ["--version"], stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch {
    return false;
  }
});

/** Starts it without a window; it draws and computes in software (SwiftShader). */
export async function launchChromium(): Promise<Browser> {
  return await chromium.launch({
    executablePath: chromiumProgram!,
    args: [
      "--use-angle=swiftshader",
      "--enable-unsafe-swiftshader",
      "--enable-unsafe-webgpu",
      "--use-webgpu-adapter=swiftshader",
      "--no-sandbox",
    ],
  });
}
