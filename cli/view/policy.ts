import { encodeBase64 } from "@std/encoding/base64";

/**
 * What a page may load: nothing from elsewhere. Its import map is the one script that stands in the HTML and
 * is named by its digest; Spark starts workers from blobs and compiles WebAssembly from data addresses.
 */
export async function policyOf(
  inlineScript: string,
  { workers }: { readonly workers: string },
): Promise<string> {
  const digest = encodeBase64(await sha256(new TextEncoder().encode(inlineScript)));
  return [
    "default-src 'none'",
    `script-src 'self' 'wasm-unsafe-eval' 'sha256-${digest}'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' blob: data:",
    "connect-src 'self' data:",
    `worker-src ${workers}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** SHA-256 of bytes. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}
