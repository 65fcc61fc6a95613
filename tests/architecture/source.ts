/** A file of the project: path from its root with forward slashes, and text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Source without comments, in which every string literal is `"§n§"`, and the strings themselves. */
export interface Code {
  readonly text: string;
  readonly strings: readonly string[];
}

/** A module that a file asks for, and how. */
export interface Reference {
  readonly specifier: string;
  readonly kind: "import" | "dynamic import" | "url";
}

/**
 * Takes comments and the contents of strings out of TypeScript, so that patterns find code only.
 *
 * Code inside `${…}` of a template stays. A slash begins a regular expression where a value may
 * begin, which is right for code that `deno fmt` has laid out.
 */
export function readCode(text: string): Code {
  const strings: string[] = [];
  let code = "";
  let i = 0;
  /** Braces open inside each template substitution that we are in. */
  const substitutions: number[] = [];

  const keep = (value: string) => code += `"§${strings.push(value) - 1}§"`;
  const quoted = (quote: string) => {
    let value = "";
    for (i++; i < text.length && text[i] !== quote; i++) {
      if (text[i] === "\\") value += text[i++];
      value += text[i] ?? "";
    }
    i++;
    return value;
  };
  /** Reads a template from after its backtick or from after a substitution's closing brace. */
  const template = () => {
    let value = "";
    for (; i < text.length; i++) {
      if (text[i] === "\\") value += text[i++];
      else if (text[i] === "`") {
        i++;
        return keep(value);
      } else if (text[i] === "$" && text[i + 1] === "{") {
        i += 2;
        substitutions.push(0);
        code += `"§${strings.push(value) - 1}§…"+(`;
        return;
      }
      value += text[i] ?? "";
    }
  };

  while (i < text.length) {
    const char = text[i]!;
    if (char === "/" && text[i + 1] === "/") {
      while (i < text.length && text[i] !== "\n") i++;
    } else if (char === "/" && text[i + 1] === "*") {
      const end = text.indexOf("*/", i + 2);
      i = end < 0 ? text.length : end + 2;
      code += " ";
    } else if (char === '"' || char === "'") keep(quoted(char));
    else if (char === "`") {
      i++;
      template();
    } else if (char === "/" && /(^|[(,=:[!&|?{};\n<>+*%~^-]|=>|\breturn|\bcase)\s*$/.test(code)) {
      let inClass = false;
      for (i++; i < text.length && (inClass || text[i] !== "/"); i++) {
        if (text[i] === "\\") i++;
        else if (text[i] === "[") inClass = true;
        else if (text[i] === "]") inClass = false;
      }
      i++;
      code += "/§/";
    } else {
      const depth = substitutions.length - 1;
      if (depth >= 0 && char === "{") substitutions[depth]!++;
      if (depth >= 0 && char === "}" && substitutions[depth]!-- === 0) {
        substitutions.pop();
        code += ")+";
        i++;
        template();
        continue;
      }
      code += char;
      i++;
    }
  }
  return { text: code, strings };
}

const LITERAL = String.raw`"§(\d+)§"`;
const FROM = new RegExp(String.raw`\b(?:import|export)\b[^;"()]*?\bfrom\s*${LITERAL}`, "g");
const BARE = new RegExp(String.raw`\bimport\s*${LITERAL}`, "g");
const DYNAMIC = new RegExp(String.raw`\bimport\s*\(\s*${LITERAL}`, "g");
const URLS = new RegExp(String.raw`\bnew\s+URL\(\s*${LITERAL}\s*,\s*import\.meta\.url`, "g");
const RESOLVE = new RegExp(String.raw`\bimport\.meta\.resolve\(\s*${LITERAL}`, "g");

/** Every module or file that the code names. */
export function references({ text, strings }: Code): Reference[] {
  const find = (pattern: RegExp, kind: Reference["kind"]): Reference[] =>
    [...text.matchAll(pattern)].map(([, index]) => ({ specifier: strings[Number(index)]!, kind }));
  return [
    ...find(FROM, "import"),
    ...find(BARE, "import"),
    ...find(DYNAMIC, "dynamic import"),
    ...find(URLS, "url"),
    // Unlike a URL, what import.meta.resolve is given goes through the import map.
    ...find(RESOLVE, "dynamic import"),
  ];
}

/** The project path that a relative specifier means. */
export function resolvePath(from: string, specifier: string): string {
  const parts = from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") {
      if (parts.length === 0) return specifier; // out of the project: left as it is
      parts.pop();
    } else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

const FOLDERS = ["cli", "gpu", "model", "data", "loss", "bench", "tests"];

/** The project's own `.ts` and `.wgsl` files, `mod.ts` among them, and what the browser gets. */
export async function readSources(root: URL): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  const read = async (path: string) =>
    files.push({ path, text: await Deno.readTextFile(new URL(path, root)) });
  const walk = async (folder: string) => {
    for await (const entry of Deno.readDir(new URL(`${folder}/`, root))) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory) await walk(path);
      else if (/\.(ts|wgsl|js|css|html)$/.test(entry.name)) await read(path);
    }
  };
  for await (const entry of Deno.readDir(root)) {
    if (entry.isDirectory && FOLDERS.includes(entry.name)) await walk(entry.name);
    else if (entry.isFile && entry.name.endsWith(".ts")) await read(entry.name);
  }
  return files.sort((a, b) => a.path < b.path ? -1 : 1);
}
