/** SHA-256 of a file as 64 hexadecimal digits. */
export async function sha256(path: string): Promise<string> {
  return await sha256Of(await Deno.readFile(path));
}

/** SHA-256 of an index, or of the tokens of its key frames where folders are the index. */
export async function indexHash(
  frames: readonly { readonly token: string }[],
  file: string | null,
): Promise<string> {
  if (file !== null) return await sha256(file);
  return await sha256Of(new TextEncoder().encode(frames.map(({ token }) => `${token}\n`).join("")));
}

async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
