import type { RE2JS } from '@bufbuild/re2';

/** Where a regular expression has matched, in characters of JavaScript. */
export interface Match {
  readonly start: number;
  readonly end: number;
}

/**
 * The first match from a place on, which the engine itself does not tell: it only says whether there is one. All ways to match are
 * followed at once, the preferred first (Pike's machine), so that the time is that of text times expression.
 */
export function findMatch(expression: RE2JS, text: string, from = 0): Match | undefined {
  const program = expression.re2Input.prog;
  let threads: Thread[] = [];
  let found: Match | undefined;
  for (let at = from; ;) {
    const code = text.codePointAt(at);
    const next = at + (code === undefined ? 0 : code > 0xffff ? 2 : 1);
    const seen = new Set<number>();
    const ready: Thread[] = [];
    const context = contextAt(text, at);
    for (const thread of threads) follow(program, thread, context, seen, ready);
    if (found === undefined) follow(program, { at: program.start, start: at }, context, seen, ready);
    threads = [];
    for (const thread of ready) {
      const step = program.getInst(thread.at);
      if (step.op === op.match) {
        // Threads after this one are less preferred.
        found = { start: thread.start, end: at };
        break;
      }
      if (code !== undefined && step.matchRune(code)) threads.push({ at: step.out, start: thread.start });
    }
    if (code === undefined || (threads.length === 0 && found !== undefined)) return found;
    at = next;
  }
}

/** Where in the program one way to match has come to, and where it began in the text. */
interface Thread {
  readonly at: number;
  readonly start: number;
}

type Program = RE2JS['re2Input']['prog'];

/** The kinds of steps of the engine's programs. */
const op = { alt: 1, altMatch: 2, capture: 3, emptyWidth: 4, fail: 5, match: 6, nop: 7 } as const;

/** Follows all steps that take no character, and collects those that do. */
function follow(program: Program, first: Thread, context: number, seen: Set<number>, ready: Thread[]): void {
  const waiting = [first];
  for (let thread = waiting.pop(); thread !== undefined; thread = waiting.pop()) {
    if (seen.has(thread.at)) continue;
    seen.add(thread.at);
    const { start } = thread;
    const step = program.getInst(thread.at);
    // What is put last is taken first.
    if (step.op === op.alt || step.op === op.altMatch) waiting.push({ at: step.arg, start }, { at: step.out, start });
    else if (step.op === op.capture || step.op === op.nop) waiting.push({ at: step.out, start });
    else if (step.op === op.emptyWidth) {
      if ((step.arg & ~context) === 0) waiting.push({ at: step.out, start });
    } else if (step.op !== op.fail) ready.push(thread);
  }
}

/** What can be said of a place without taking a character, as bits in the order of RE2. */
function contextAt(text: string, at: number): number {
  const [before, after] = [text[at - 1], text[at]];
  const beginLine = before === undefined || before === '\n' ? 1 : 0;
  const endLine = after === undefined || after === '\n' ? 2 : 0;
  const beginText = before === undefined ? 4 : 0;
  const endText = after === undefined ? 8 : 0;
  const boundary = isWord(before) === isWord(after) ? 32 : 16;
  return beginLine | endLine | beginText | endText | boundary;
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /^\w$/.test(character);
}
