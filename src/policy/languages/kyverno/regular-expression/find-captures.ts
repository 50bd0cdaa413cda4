import type { RE2JS } from '@bufbuild/re2';

type Program = ReturnType<RE2JS['re2']>['prog'];

/** Begin and end of the match, then of each group; -1 for a group that took no part. */
export type Captures = readonly number[];

/** What the instructions of a program of RE2 do (`syntax.InstOp` of Go). */
const alternative = 1;
const alternativeOfMatch = 2;
const capture = 3;
const emptyWidth = 4;
const fail = 5;
const match = 6;
const nothing = 7;

interface Thread {
  readonly at: number;
  readonly captures: Captures;
}

/**
 * Finds the leftmost match with its groups, as Perl would: all ways are followed side by side, the preferred first (Pike's machine), so
 * that each character is looked at once for each instruction. The library itself says only whether there is a match.
 */
export function findCaptures(program: Program, characters: readonly string[], from: number): Captures | undefined {
  const none: Captures = Array.from({ length: program.numCap }, () => -1);
  let threads: Thread[] = [];
  let found: Captures | undefined;
  for (let place = from; place <= characters.length; place++) {
    const seen = new Set<number>();
    const alive: Thread[] = [];
    for (const { at, captures } of threads) follow(program, at, captures, place, characters, seen, alive);
    // What starts here comes last: an earlier start is preferred, and once there is a match no other start counts.
    if (found === undefined) follow(program, program.start, none.with(0, place), place, characters, seen, alive);
    threads = [];
    const point = characters[place]?.codePointAt(0);
    for (const { at, captures } of alive) {
      const instruction = program.getInst(at);
      if (instruction.op === match) {
        found = captures.with(1, place);
        break;
      }
      if (point !== undefined && instruction.matchRune(point)) threads.push({ at: instruction.out, captures });
    }
    if (threads.length === 0 && found !== undefined) break;
  }
  return found;
}

/** Adds the instructions that look at a character and can be reached without one. */
function follow(
  program: Program,
  start: number,
  captures: Captures,
  place: number,
  characters: readonly string[],
  seen: Set<number>,
  alive: Thread[],
): void {
  const waiting: Thread[] = [{ at: start, captures }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { at, captures: known } = next;
    if (seen.has(at)) continue;
    seen.add(at);
    const { op, out, arg } = program.getInst(at);
    if (op === fail) continue;
    if (op === alternative || op === alternativeOfMatch) {
      // The stack gives back what was put last: the preferred way.
      waiting.push({ at: arg, captures: known }, { at: out, captures: known });
    } else if (op === capture) {
      waiting.push({ at: out, captures: arg < known.length ? known.with(arg, place) : known });
    } else if (op === nothing) {
      waiting.push({ at: out, captures: known });
    } else if (op === emptyWidth) {
      if ((arg & ~emptyAt(characters, place)) === 0) waiting.push({ at: out, captures: known });
    } else {
      alive.push({ at, captures: known });
    }
  }
}

/** Which conditions that take no character hold at a place (`syntax.EmptyOp` of Go). */
function emptyAt(characters: readonly string[], place: number): number {
  const [before, after] = [characters[place - 1], characters[place]];
  const isBoundary = isWord(before) !== isWord(after);
  return (
    (before === undefined || before === '\n' ? 1 : 0) |
    (after === undefined || after === '\n' ? 2 : 0) |
    (before === undefined ? 4 : 0) |
    (after === undefined ? 8 : 0) |
    (isBoundary ? 16 : 32)
  );
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /^\w$/.test(character);
}
