/** Opens an address in the user's browser; false where there is no way to. */
export async function openInBrowser(url: string): Promise<boolean> {
  const [program, ...args] = {
    darwin: ["open", url],
    windows: ["cmd", "/c", "start", "", url],
  }[Deno.build.os as string] ?? ["xdg-open", url];
  try {
    const { success } = await new Deno.Command(program!, {
      args,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  } catch {
    return false;
  }
}
