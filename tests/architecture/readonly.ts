import type { SourceFile } from "./source.ts";

/**
 * Fields of exported interfaces that can be assigned to, on the floors that hand arrays and figures up:
 * who gets one may rely on it.
 */
export function checkReadonly(files: readonly SourceFile[]): string[] {
  const wrong: string[] = [];
  for (const { path, text } of files) {
    if (!/^(data|loss)\/.*\.ts$/.test(path)) continue;
    for (const [, name, body] of text.matchAll(/^export interface (\w+)[^{]*\{(.*?)^\}/gms)) {
      const fields = [...body!.matchAll(/^ {2}(\w+)\??: /gm)].map(([, field]) => field);
      if (fields.length) wrong.push(`${path}: ${name} has fields to write: ${fields.join(", ")}`);
    }
  }
  return wrong;
}
