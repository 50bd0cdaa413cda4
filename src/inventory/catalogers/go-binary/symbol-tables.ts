import { addByte, hashPath, packSymbols, startSymbol } from '#inventory/symbols.ts';

/** Whose a package is. */
export type Owner = string | undefined;

export interface SymbolTables {
  /** The packed symbols of an owner, which say so if it has none. */
  of(owner: Owner): string;
  /** Packages of no owner. */
  readonly foreign: readonly string[];
}

/**
 * Sorts the functions of a program by the module that they belong to, and packs the names of each module.
 *
 * @param names function names, a zero byte behind each: `net/http.(*Server).Serve.func1`
 * @param ownerOf the owner of a package, and the import path by which advisories know it; nothing if nobody owns it
 * @returns nothing if there are more packages than any program has
 */
export function buildSymbolTables(
  names: Buffer,
  ownerOf: (path: string) => { readonly owner: Owner; readonly importPath: string } | undefined,
): SymbolTables | undefined {
  const sets = new Map<Owner, Set<number>>();
  const packages = new Map<string, Package>();
  const foreign: string[] = [];

  function packageOf(path: string): Package {
    const known = packages.get(path);
    if (known !== undefined) return known;
    const found = ownerOf(path);
    if (found === undefined) foreign.push(path);
    const hash = hashPath(found?.importPath ?? path);
    const set = found === undefined ? undefined : setOf(sets, found.owner).add(hash);
    const made = { set, seed: startSymbol(hash) };
    packages.set(path, made);
    return made;
  }

  // Functions of one package mostly stand together, so that its path is compared before it is looked up.
  let pathStart = 0;
  let pathEnd = 0;
  let current: Package | undefined;
  for (let start = 0, stop = names.indexOf(0); stop >= 0; start = stop + 1, stop = names.indexOf(0, start)) {
    const end = endOfPath(names, start, stop);
    if (end === undefined) continue;
    if (packages.size > limits.packages) return undefined;
    if (names.compare(names, pathStart, pathEnd, start, end) !== 0) {
      current = packageOf(decodePath(names.toString('latin1', start, end)));
      [pathStart, pathEnd] = [start, end];
    }
    if (current?.set !== undefined) current.set.add(hashSymbol(names, end + 1, stop, current.seed));
  }
  return { of: (owner) => packSymbols(sets.get(owner) ?? new Set()), foreign };
}

const limits = {
  /** The largest real programs have some 5,000. */
  packages: 20_000,
  /** Bytes of an import path. */
  pathBytes: 255,
};

interface Package {
  /** Hashes of what its module has; none if no module owns it. */
  readonly set: Set<number> | undefined;
  readonly seed: number;
}

function setOf(sets: Map<Owner, Set<number>>, owner: Owner): Set<number> {
  const known = sets.get(owner) ?? new Set<number>();
  sets.set(owner, known);
  return known;
}

const dot = 0x2e;
const slash = 0x2f;
const bracket = { open: 0x5b, close: 0x5d };
const parenthesis = { open: 0x28, close: 0x29 };
const star = 0x2a;
const hyphen = 0x2d;
const colon = 0x3a;

/** The path of a package ends at the first dot behind its last slash; type arguments, in brackets, may have more of both. */
function endOfPath(names: Buffer, start: number, stop: number): number | undefined {
  let end: number | undefined;
  for (let at = start; at < stop; at++) {
    const byte = names[at];
    if (byte === slash) end = undefined;
    else if (byte === dot) end ??= at;
    else if (byte === bracket.open || byte === parenthesis.open) break;
    // `type:.eq.…` and `go:…`, which the compiler makes, belong to no package.
    else if (byte === colon && end === undefined) return undefined;
  }
  if (end === undefined || end - start > limits.pathBytes) return undefined;
  return isMadeUp(names, start, end) ? undefined : end;
}

/** Up to Go 1.19 what the compiler makes has names like `type..eq.…` and `go.…`. */
function isMadeUp(names: Buffer, start: number, end: number): boolean {
  const text = end - start <= 4 ? names.toString('latin1', start, end) : '';
  return text === 'type' || text === 'go';
}

/** In the last part of a path dots and unusual characters are written as `%2e`. */
function decodePath(path: string): string {
  const bytes = path.replaceAll(/%([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/**
 * Hashes a function's own name in the form that advisories use: `(*T[...]).Method.func1` is `T.Method`, `Func.func2.1` is `Func`,
 * `Func[...]` is `Func`.
 */
function hashSymbol(names: Buffer, start: number, stop: number, seed: number): number {
  let hash = seed;
  let depth = 0;
  let dots = 0;
  let isReceiver = false;
  for (let at = start; at < stop; at++) {
    const byte = names[at] ?? 0;
    if (byte === bracket.open) depth++;
    else if (byte === bracket.close) depth--;
    else if (depth > 0 || byte === star) continue;
    else if (byte === parenthesis.open) isReceiver = true;
    else if (byte === parenthesis.close) continue;
    else if (byte === hyphen) break;
    else if (byte === dot) {
      if (++dots > 1 || (!isReceiver && isClosure(names, at + 1, stop))) break;
      hash = addByte(hash, dot);
    } else hash = addByte(hash, byte);
  }
  return hash;
}

const closures = ['func', 'gowrap', 'deferwrap'].map((word) => Buffer.from(word));

/** Whether what follows is a number that the compiler gave to a closure: `func1`, `gowrap2`, `1`, or nothing. */
function isClosure(names: Buffer, start: number, stop: number): boolean {
  if (start >= stop || names[start] === dot || isDigit(names[start])) return true;
  return closures.some(
    (word) =>
      isDigit(names[start + word.length]) && names.compare(word, 0, word.length, start, start + word.length) === 0,
  );
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
