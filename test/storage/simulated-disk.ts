/**
 * A file system in memory that knows what has reached the disk: contents up to the last `sync` of the file, names up to the last
 * `syncFolder`. `powerLoss` goes back to that; a mere kill of the process loses nothing that was called.
 */
import type { FileSystem } from "../../src/storage/file-system.ts";

interface Folder {
  readonly names: Map<string, Node>;
  durable: Map<string, Node>;
}
interface File {
  content: Uint8Array;
  durable: Uint8Array;
}
type Node = Folder | File;

const isFolder = (node: Node | undefined): node is Folder => node !== undefined && "names" in node;

function fail(code: string): never {
  throw Object.assign(new Error(code), { code });
}

export class SimulatedDisk implements FileSystem {
  readonly #root: Folder = { names: new Map(), durable: new Map() };
  readonly #open = new Map<number, { file: File; at: number }>();
  #next = 3;

  powerLoss(): void {
    const forget = (folder: Folder): void => {
      folder.names.clear();
      for (const [name, node] of folder.durable) {
        folder.names.set(name, node);
        if (isFolder(node)) forget(node);
        else node.content = node.durable;
      }
    };
    forget(this.#root);
  }

  /** Another disk with what is on this one. */
  clone(): SimulatedDisk {
    const copies = new Map<Node, Node>();
    const copy = (node: Node): Node => {
      const known = copies.get(node);
      if (known !== undefined) return known;
      if (!isFolder(node)) {
        const file = { ...node };
        copies.set(node, file);
        return file;
      }
      const folder: Folder = { names: new Map(), durable: new Map() };
      copies.set(node, folder);
      for (const [name, own] of node.names) folder.names.set(name, copy(own));
      for (const [name, own] of node.durable) folder.durable.set(name, copy(own));
      return folder;
    };
    const disk = new SimulatedDisk();
    const root = copy(this.#root) as Folder;
    for (const [name, own] of root.names) disk.#root.names.set(name, own);
    disk.#root.durable = root.durable;
    return disk;
  }

  /** Every file with its text, for comparisons. */
  snapshot(folder: Node = this.#root, path = ""): string[] {
    if (!isFolder(folder)) return [`${path}: ${new TextDecoder().decode(folder.content)}`];
    return [...folder.names].flatMap(([name, node]) => this.snapshot(node, `${path}/${name}`)).sort();
  }

  open(path: string, how: "create" | "append" | "replace" | "read"): number {
    const { folder, name } = this.#parent(path);
    let node = folder.names.get(name);
    if (isFolder(node)) fail("EISDIR");
    if (node === undefined) {
      if (how === "read") fail("ENOENT");
      node = { content: new Uint8Array(0), durable: new Uint8Array(0) };
      folder.names.set(name, node);
    } else if (how === "create") fail("EEXIST");
    else if (how === "replace") node.content = new Uint8Array(0);
    this.#open.set(this.#next, { file: node, at: 0 });
    return this.#next++;
  }

  write(file: number, bytes: Uint8Array): number {
    const { file: node } = this.#open.get(file)!;
    const grown = new Uint8Array(node.content.length + bytes.length);
    grown.set(node.content);
    grown.set(bytes, node.content.length);
    node.content = grown;
    return bytes.length;
  }

  read(file: number, into: Uint8Array): number {
    const open = this.#open.get(file)!;
    const part = open.file.content.subarray(open.at, open.at + into.length);
    into.set(part);
    open.at += part.length;
    return part.length;
  }

  truncate(file: number, size: number): void {
    const { file: node } = this.#open.get(file)!;
    node.content = node.content.slice(0, size);
  }

  sync(file: number): void {
    const { file: node } = this.#open.get(file)!;
    node.durable = node.content;
  }

  close(file: number): void {
    this.#open.delete(file);
  }

  syncFolder(path: string): void {
    const folder = this.#find(path);
    if (!isFolder(folder)) fail("ENOENT");
    folder.durable = new Map(folder.names);
  }

  rename(from: string, to: string): void {
    const source = this.#parent(from);
    const target = this.#parent(to);
    const node = source.folder.names.get(source.name) ?? fail("ENOENT");
    source.folder.names.delete(source.name);
    target.folder.names.set(target.name, node);
  }

  link(from: string, to: string): void {
    const { folder, name } = this.#parent(to);
    if (folder.names.has(name)) fail("EEXIST");
    folder.names.set(name, this.#find(from) ?? fail("ENOENT"));
  }

  remove(path: string): void {
    const { folder, name } = this.#parent(path);
    if (isFolder(folder.names.get(name) ?? fail("ENOENT"))) fail("EISDIR");
    folder.names.delete(name);
  }

  makeFolder(path: string): void {
    let folder = this.#root;
    for (const name of parts(path)) {
      let next = folder.names.get(name);
      if (next === undefined) {
        next = { names: new Map(), durable: new Map() };
        folder.names.set(name, next);
      }
      if (!isFolder(next)) fail("ENOTDIR");
      folder = next;
    }
  }

  removeFolder(path: string): void {
    const { folder, name } = this.#parent(path);
    const node = folder.names.get(name);
    if (!isFolder(node)) fail("ENOENT");
    if (node.names.size > 0) fail("ENOTEMPTY");
    folder.names.delete(name);
  }

  list(path: string): string[] {
    const folder = this.#find(path);
    if (!isFolder(folder)) fail("ENOENT");
    return [...folder.names.keys()].sort();
  }

  look(path: string): ReturnType<FileSystem["look"]> {
    const node = this.#find(path);
    if (node === undefined) return undefined;
    return isFolder(node) ? { kind: "folder", size: 0 } : { kind: "file", size: node.content.length };
  }

  realPath(path: string): string {
    return this.#find(path) === undefined ? fail("ENOENT") : path;
  }

  #find(path: string): Node | undefined {
    let node: Node | undefined = this.#root;
    for (const name of parts(path)) node = isFolder(node) ? node.names.get(name) : undefined;
    return node;
  }

  #parent(path: string): { folder: Folder; name: string } {
    const names = parts(path);
    const name = names.pop()!;
    const folder = this.#find(names.join("/"));
    if (!isFolder(folder)) fail("ENOENT");
    return { folder, name };
  }
}

function parts(path: string): string[] {
  return path.split("/").filter((name) => name !== "" && name !== ".");
}

/** Thrown at the moment of a kill, and by everything that is called afterwards. */
export class Killed extends Error {}

/** Short: one byte is written and the caller told so; everything after that goes well. */
export type Fault = "ENOSPC" | "EIO" | "short" | "kill";

const CHANGES = new Set([
  "open",
  "write",
  "truncate",
  "sync",
  "close",
  "syncFolder",
  "rename",
  "link",
  "remove",
  "makeFolder",
  "removeFolder",
]);

/** The disk as seen by a process whose `at`-th change (from 0) fails. */
export function withFault(
  disk: FileSystem,
  fault: Fault,
  at: number,
): { files: FileSystem; reached(): boolean } {
  let changes = 0;
  let dead = false;
  const files = new Proxy(disk, {
    get(target, property) {
      const real = Reflect.get(target, property) as (...given: unknown[]) => unknown;
      return (...given: unknown[]) => {
        if (dead) throw new Killed();
        const changing = CHANGES.has(String(property)) && !(property === "open" && given[1] === "read");
        if (!changing || changes++ !== at) return real.apply(target, given);
        if (fault === "short") {
          if (property !== "write") return real.apply(target, given);
          return real.call(target, given[0], (given[1] as Uint8Array).subarray(0, 1));
        }
        if (fault === "kill") {
          dead = true;
          // Half of what was to be written may be there.
          if (property === "write") {
            const bytes = given[1] as Uint8Array;
            real.call(target, given[0], bytes.subarray(0, bytes.length >> 1));
          }
          throw new Killed();
        }
        fail(fault);
      };
    },
  });
  return { files, reached: () => changes > at };
}
