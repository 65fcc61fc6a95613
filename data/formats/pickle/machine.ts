import { locate, unreadable } from "../unreadable.ts";
import { ByteCursor } from "./byte_cursor.ts";
import { decodeLong, parseFloatLine, parseInteger } from "./integers.ts";
import { Memo } from "./memo.ts";
import { appendTo, setState } from "./filling.ts";
import { MixedDicts } from "./mixed_dicts.ts";
import { NewLists, unboxed } from "./new_lists.ts";
import { notAnOpcode, OP } from "./opcodes.ts";
import { decodeLatin1, decodeQuoted, decodeRawUnicodeEscape, decodeUtf8 } from "./strings.ts";
import {
  describe,
  Dict,
  isOpaque,
  OpaqueObject,
  type Rebuild,
  type RebuildContext,
  type RebuildTable,
} from "./values.ts";

/** What the machine needs besides the bytes. */
export interface MachineOptions {
  readonly file: string;
  readonly table: RebuildTable;
  /** Resolves the ids of objects that are stored outside the pickle. */
  readonly persistentLoad?: ((id: unknown) => unknown) | undefined;
}

/**
 * Pickle's stack machine for protocols 0 to 5. It has no way to run code: a global is only a name, and
 * calling one looks the name up in the table or records the call.
 */
export class PickleMachine implements RebuildContext {
  readonly fileBytes: number;
  #stack: unknown[] = [];
  #marks: number[] = [];
  #fence = 0;
  #memo = new Memo();
  #lists = new NewLists(this.#memo);
  #globals = new Map<string, OpaqueObject>();
  #rebuilds = new Map<unknown, Rebuild>();
  #mixed = new MixedDicts();
  #at = 0;
  readonly #input: ByteCursor;

  constructor(bytes: Uint8Array, position: number, readonly options: MachineOptions) {
    this.fileBytes = bytes.length;
    this.#input = new ByteCursor(bytes, position);
  }

  /** Runs up to STOP and returns the value and the offset after it. */
  run(): { value: unknown; end: number } {
    try {
      const value = this.#mixed.resolve(this.#run());
      return { value, end: this.#input.position };
    } catch (error) {
      throw locate(error, this.options.file, this.#at);
    }
  }

  /** Calls a global of the pickle with its rebuild function, or records the call as opaque. */
  call(callable: unknown, args: unknown[]): unknown {
    if (!isOpaque(callable)) {
      throw new RangeError(`${describe(callable)} is called, it is no class`);
    }
    const rebuild = this.#rebuilds.get(callable);
    return rebuild ? rebuild(args, this) : new OpaqueObject(callable.module, callable.name, args);
  }

  #run(): unknown {
    const input = this.#input;
    const { bytes, view } = input;
    const stack = this.#stack;
    const memo = this.#memo;
    while (true) {
      const at = input.position;
      this.#at = at;
      input.position = at + 1;
      const op = bytes[at];
      switch (op) {
        case OP.STOP:
          return this.#pop();

        // Numbers and constants.
        case OP.NONE:
          stack.push(null);
          break;
        case OP.NEWTRUE:
          stack.push(true);
          break;
        case OP.NEWFALSE:
          stack.push(false);
          break;
        case OP.BININT1:
          stack.push(bytes[input.take(1)]);
          break;
        case OP.BININT2:
          stack.push(view.getUint16(input.take(2), true));
          break;
        case OP.BININT:
          stack.push(view.getInt32(input.take(4), true));
          break;
        case OP.BINFLOAT:
          stack.push(view.getFloat64(input.take(8)));
          break;
        case OP.LONG1:
          stack.push(decodeLong(input.slice(bytes[input.take(1)]!)));
          break;
        case OP.LONG4:
          stack.push(decodeLong(input.slice(input.length(4))));
          break;
        case OP.INT: {
          const line = input.line();
          stack.push(line === "01" ? true : line === "00" ? false : parseInteger(line));
          break;
        }
        case OP.LONG:
          stack.push(parseInteger(input.line()));
          break;
        case OP.FLOAT:
          stack.push(parseFloatLine(input.line()));
          break;

        // Text and bytes. Python 2 strings are read as Latin-1, which loses nothing.
        case OP.SHORT_BINUNICODE:
          stack.push(decodeUtf8(input.slice(input.length(1))));
          break;
        case OP.BINUNICODE:
          stack.push(decodeUtf8(input.slice(input.length(4))));
          break;
        case OP.BINUNICODE8:
          stack.push(decodeUtf8(input.slice(input.length(8))));
          break;
        case OP.SHORT_BINSTRING:
          stack.push(decodeLatin1(input.slice(input.length(1))));
          break;
        case OP.BINSTRING:
          stack.push(decodeLatin1(input.slice(input.length(4))));
          break;
        case OP.SHORT_BINBYTES:
          stack.push(input.slice(input.length(1)));
          break;
        case OP.BINBYTES:
          stack.push(input.slice(input.length(4)));
          break;
        case OP.BINBYTES8:
        case OP.BYTEARRAY8:
          stack.push(input.slice(input.length(8)));
          break;
        case OP.STRING:
          stack.push(decodeQuoted(input.line().trim()));
          break;
        case OP.UNICODE:
          stack.push(decodeRawUnicodeEscape(input.line()));
          break;

        // Containers.
        case OP.EMPTY_DICT:
          stack.push(new Dict());
          break;
        case OP.EMPTY_LIST:
          stack.push(this.#lists.begin());
          break;
        case OP.EMPTY_TUPLE:
          stack.push([]);
          break;
        case OP.EMPTY_SET:
          stack.push(new Set());
          break;
        case OP.MARK:
          this.#lists.mark(stack[stack.length - 1]);
          this.#marks.push(stack.length);
          this.#fence = stack.length;
          break;
        case OP.TUPLE1:
          stack.push([this.#pop()]);
          break;
        case OP.TUPLE2: {
          const second = this.#pop();
          stack.push([this.#pop(), second]);
          break;
        }
        case OP.TUPLE3: {
          const third = this.#pop();
          const second = this.#pop();
          stack.push([this.#pop(), second, third]);
          break;
        }
        case OP.TUPLE:
        case OP.LIST:
          stack.push(unboxed(this.#popToMark()));
          break;
        case OP.DICT:
          stack.push(this.#setItems(new Dict(), this.#popToMark()));
          break;
        case OP.FROZENSET:
          stack.push(new Set(this.#popToMark()));
          break;
        case OP.APPEND: {
          const item = this.#pop();
          appendTo(this.#top(), [item]);
          break;
        }
        case OP.APPENDS: {
          const items = this.#popToMark();
          const list = this.#lists.filled(this.#top(), items);
          if (list) stack[stack.length - 1] = list;
          else appendTo(this.#top(), items);
          break;
        }
        case OP.SETITEM: {
          const value = this.#pop();
          const key = this.#pop();
          this.#setItems(this.#top(), [key, value]);
          break;
        }
        case OP.SETITEMS: {
          const items = this.#popToMark();
          this.#setItems(this.#top(), items);
          break;
        }
        case OP.ADDITEMS: {
          const items = this.#popToMark();
          const set = this.#top();
          if (!(set instanceof Set)) throw new RangeError(`items are added to ${describe(set)}`);
          for (const item of items) set.add(item);
          break;
        }

        // Stack and memo.
        case OP.POP:
          if (stack.length > this.#fence) stack.pop();
          else this.#popToMark();
          break;
        case OP.POP_MARK:
          this.#popToMark();
          break;
        case OP.DUP:
          stack.push(this.#lists.shared(this.#top()));
          break;
        case OP.BINGET:
          stack.push(this.#lists.shared(memo.get(bytes[input.take(1)]!)));
          break;
        case OP.LONG_BINGET:
          stack.push(this.#lists.shared(memo.get(view.getUint32(input.take(4), true))));
          break;
        case OP.GET:
          stack.push(this.#lists.shared(memo.get(input.lineIndex())));
          break;
        case OP.BINPUT:
          this.#lists.put(bytes[input.take(1)]!, this.#top());
          break;
        case OP.LONG_BINPUT:
          this.#lists.put(view.getUint32(input.take(4), true), this.#top());
          break;
        case OP.PUT:
          this.#lists.put(input.lineIndex(), this.#top());
          break;
        case OP.MEMOIZE:
          this.#lists.put(memo.size, this.#top());
          break;

        // Globals and objects.
        case OP.GLOBAL: {
          const module = input.line();
          stack.push(this.#global(module, input.line()));
          break;
        }
        case OP.STACK_GLOBAL: {
          const name = this.#pop();
          const module = this.#pop();
          if (typeof name !== "string" || typeof module !== "string") {
            throw new RangeError("the name of a global is not a string");
          }
          stack.push(this.#global(module, name));
          break;
        }
        case OP.REDUCE:
        case OP.NEWOBJ: {
          const args = this.#args(this.#pop());
          stack.push(this.call(this.#pop(), args));
          break;
        }
        case OP.NEWOBJ_EX: {
          const keywords = this.#pop();
          const args = this.#args(this.#pop());
          if (Object.keys(keywords ?? {}).length) args.push(keywords);
          stack.push(this.call(this.#pop(), args));
          break;
        }
        case OP.OBJ: {
          const [callable, ...args] = this.#popToMark();
          stack.push(this.call(callable, args));
          break;
        }
        case OP.INST: {
          const module = input.line();
          const callable = this.#global(module, input.line());
          stack.push(this.call(callable, this.#popToMark()));
          break;
        }
        case OP.BUILD: {
          const state = this.#pop();
          setState(this.#top(), state, this);
          break;
        }
        case OP.PERSID:
          stack.push(this.#persistent(input.line()));
          break;
        case OP.BINPERSID:
          stack.push(this.#persistent(this.#pop()));
          break;

        // Frame of the file.
        case OP.PROTO: {
          const protocol = bytes[input.take(1)];
          if (protocol! > 5) throw new RangeError(`pickle protocol ${protocol} is newer than 5`);
          break;
        }
        case OP.FRAME: {
          const length = input.length(8);
          input.need(length);
          break;
        }
        case OP.NEXT_BUFFER:
        case OP.READONLY_BUFFER:
          throw new RangeError(
            "an out-of-band buffer is asked for, it is in no file: pickle without buffer_callback",
          );
        case OP.EXT1:
        case OP.EXT2:
        case OP.EXT4:
          throw new RangeError("an extension code is used, what it stands for is in no file");
        case undefined:
          throw unreadable(this.options.file, at, "the file ends before the STOP of its pickle");
        default:
          throw new RangeError(notAnOpcode(op));
      }
    }
  }

  #pop(): unknown {
    if (this.#stack.length <= this.#fence) throw new RangeError("the stack is empty");
    return this.#stack.pop();
  }

  #top(): unknown {
    if (this.#stack.length <= this.#fence) throw new RangeError("the stack is empty");
    return this.#stack[this.#stack.length - 1];
  }

  #popToMark(): unknown[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw new RangeError("the stack has no mark");
    this.#lists.unmark();
    const items = this.#stack.slice(mark);
    this.#stack.length = mark;
    this.#fence = this.#marks.length ? this.#marks.at(-1)! : 0;
    return items;
  }

  #setItems(target: unknown, items: unknown[]): unknown {
    if (items.length % 2) throw new RangeError("a dict has a key without value");
    if (target instanceof Dict) this.#mixed.set(target, items);
    else {
      const map = isOpaque(target) ? target.entries ??= new Map() : target;
      if (!(map instanceof Map)) throw new RangeError(`entries are set on ${describe(target)}`);
      for (let i = 0; i < items.length; i += 2) map.set(items[i], items[i + 1]);
    }
    return target;
  }

  #global(module: string, name: string): OpaqueObject {
    const path = `${module}.${name}`;
    const known = this.#globals.get(path);
    if (known) return known;
    const global = new OpaqueObject(module, name, null);
    const rebuild = this.options.table.get(path);
    if (rebuild) this.#rebuilds.set(global, rebuild);
    this.#globals.set(path, global);
    return global;
  }

  #args(args: unknown): unknown[] {
    if (!Array.isArray(args)) throw new RangeError(`the arguments of a call are ${describe(args)}`);
    return args;
  }

  #persistent(id: unknown): unknown {
    const { persistentLoad } = this.options;
    if (!persistentLoad) throw new RangeError("an object is stored outside this pickle");
    return persistentLoad(id);
  }
}
