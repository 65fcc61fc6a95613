/** Reads options of the original's configurations one by one; says where one is that cannot be used. */
export class OptionsReader {
  constructor(private readonly value: unknown, readonly path = "") {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new SyntaxError(`${this.#cannot()} is ${describe(value)}, a group is needed`);
    }
  }

  /** Whether an option is there and not null. */
  has(name: string): boolean {
    const value = this.raw(name);
    return value !== undefined && value !== null;
  }

  /** An option as it is. */
  raw(name: string): unknown {
    return (this.value as Record<string, unknown>)[name];
  }

  group(name: string): OptionsReader {
    return new OptionsReader(this.raw(name), this.#at(name));
  }

  groups(name: string): OptionsReader[] {
    const list = this.raw(name);
    if (!Array.isArray(list)) this.#wrong(name, "a list is needed");
    return (list as unknown[]).map((item, i) => new OptionsReader(item, `${this.#at(name)}.${i}`));
  }

  number(name: string, otherwise?: number): number {
    return this.#typed(name, "number", otherwise) as number;
  }

  text(name: string, otherwise?: string): string {
    return this.#typed(name, "string", otherwise) as string;
  }

  flag(name: string, otherwise = false): boolean {
    return this.#typed(name, "boolean", otherwise) as boolean;
  }

  numbers(name: string, length?: number): number[] {
    const list = this.raw(name);
    const fits = Array.isArray(list) && list.every((item) => typeof item === "number") &&
      (length === undefined || list.length === length);
    if (!fits) {
      this.#wrong(name, `a list of ${length === undefined ? "" : `${length} `}numbers is needed`);
    }
    return list as number[];
  }

  /** Refuses a value that has no counterpart here. */
  expect(name: string, wanted: unknown, otherwise?: unknown): void {
    const value = this.raw(name) ?? otherwise;
    if (JSON.stringify(value) !== JSON.stringify(wanted)) {
      this.#wrong(name, `only ${JSON.stringify(wanted)} is known here`);
    }
  }

  #typed(name: string, type: string, otherwise: unknown): unknown {
    const value = this.raw(name) ?? otherwise;
    const kind: string = typeof value;
    if (kind !== type) this.#wrong(name, `a ${type} is needed`);
    return value;
  }

  #wrong(name: string, wanted: string): never {
    throw new SyntaxError(
      `Cannot use the configuration: "${this.#at(name)}" is ${describe(this.raw(name))}, ${wanted}`,
    );
  }

  #at(name: string): string {
    return this.path ? `${this.path}.${name}` : name;
  }

  #cannot(): string {
    return `Cannot use the configuration: "${this.path}"`;
  }
}

function describe(value: unknown): string {
  return value === undefined ? "missing" : JSON.stringify(value);
}
