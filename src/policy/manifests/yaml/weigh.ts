import { Lexer } from 'yaml';
import { limits } from '#policy/manifests/limits.ts';
import type { YamlProblem } from './read-yaml.ts';

/** What the lexer puts before each document, and before the text of a scalar. */
const documentMark = '\u0002';
const scalarMark = '\u001F';

/**
 * Weighs a text before it is parsed, because a parsed document takes a thousand times the memory of the signs in it: how many pieces it
 * has, and how deep its brackets are. Works in one pass, and keeps nothing.
 *
 * @returns why it is too much; nothing if it is not
 */
export function weigh(text: string): YamlProblem | undefined {
  let [at, all, inDocument, depth] = [0, 0, 0, 0];
  let isScalar = false;
  for (const piece of new Lexer().lex(text)) {
    if (isScalar) isScalar = false;
    else if (piece === documentMark || piece === '---') [inDocument, depth] = [0, 0];
    else if (piece === scalarMark) isScalar = true;
    else if (piece === '[' || piece === '{') depth++;
    else if ((piece === ']' || piece === '}') && depth > 0) depth--;
    if (depth > limits.depth) return { problem: 'it is nested too deeply', at };
    if (++inDocument > limits.pieces) return { problem: 'a document has too many parts', at };
    if (++all > limits.piecesOfFile) return { problem: 'it has too many parts', at };
    // Marks have no place in the text.
    if (piece !== documentMark && piece !== scalarMark) at = Math.min(at + piece.length, text.length);
  }
  return undefined;
}
