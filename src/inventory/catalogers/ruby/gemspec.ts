import { shortText } from '#inventory/catalogers/short-text.ts';

/** What a generated gemspec says of an installed gem. */
export interface Gemspec {
  readonly name?: string;
  readonly version?: string;
  /** Only where it is not plain Ruby. */
  readonly platform?: string;
  readonly licenses: readonly string[];
  /** Names of the programs that it brings. */
  readonly executables: readonly string[];
}

const assignment = /^[ \t]*\w+\.(name|version|platform|licenses?|executables) = (.*)$/gm;
const stub = /^# stub: (\S+) (\S+) (\S+) /m;

/** Programs, licences and the like of one gem. */
const mostTexts = 1000;

/**
 * Reads the Ruby that RubyGems writes for every gem that it installs (`Gem::Specification#to_ruby`): one assignment a line, with
 * literals only. It is never run; what is computed stays unknown. Name, version and platform are in the stub line as well.
 */
export function readGemspec(text: string): Gemspec {
  const values = new Map<string, string[]>();
  for (const [, field = '', expression = ''] of text.matchAll(assignment)) {
    if (!values.has(field)) values.set(field, textsIn(expression));
  }
  const [, stubName, stubVersion, stubPlatform] = stub.exec(text) ?? [];
  const platform = shortText(values.get('platform')?.[0]) ?? stubPlatform;
  return {
    name: shortText(values.get('name')?.[0]) ?? shortText(stubName),
    version: shortText(values.get('version')?.[0]) ?? shortText(stubVersion),
    platform: platform === 'ruby' ? undefined : shortText(platform),
    licenses: values.get('licenses') ?? values.get('license') ?? [],
    executables: values.get('executables') ?? [],
  };
}

/** The texts in an expression: `"rake".freeze`, `["MIT".freeze, "Ruby"]`, `%q{rake}`, `Gem::Version.new("1.0")`. */
function textsIn(expression: string): string[] {
  const texts: string[] = [];
  for (let at = 0; at < expression.length && texts.length < mostTexts; at++) {
    const start = startOfLiteral(expression, at);
    if (start === undefined) continue;
    const end = endOfLiteral(expression, start.from, start.close);
    if (end === undefined) break;
    const text = shortText(expression.slice(start.from, end));
    if (text !== undefined) texts.push(text);
    at = end;
  }
  return texts;
}

const brackets = new Map([
  ['{', '}'],
  ['<', '>'],
  ['(', ')'],
  ['[', ']'],
]);

/** Where the content of a literal starts that opens here, and what closes it. */
function startOfLiteral(expression: string, at: number): { from: number; close: string } | undefined {
  const character = expression.charAt(at);
  if (character === '"' || character === "'") return { from: at + 1, close: character };
  const close = expression.startsWith('%q', at) ? brackets.get(expression.charAt(at + 2)) : undefined;
  return close === undefined ? undefined : { from: at + 3, close };
}

function endOfLiteral(expression: string, from: number, close: string): number | undefined {
  for (let at = from; at < expression.length; at++) {
    if (expression[at] === '\\') at++;
    else if (expression[at] === close) return at;
  }
  return undefined;
}
