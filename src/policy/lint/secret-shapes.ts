/**
 * Whether the value of a variable is a secret, by what it looks like or by what the variable is called.
 * @returns what kind of secret, in a word; nothing if it is none
 */
export function looksSecret(name: string, value: string): string | undefined {
  const shape = shapes.find(({ pattern }) => pattern.test(value.slice(0, longest)));
  if (shape !== undefined) return shape.kind;
  return saysSecret(name) && isLiteral(value) ? 'named' : undefined;
}

/** Characters that are looked at; a key in PEM begins well within. */
const longest = 10_000;

/** Shapes by which issuers let their secrets be recognised. */
const shapes: readonly { readonly kind: string; readonly pattern: RegExp }[] = [
  { kind: 'PEM', pattern: /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----/ },
  { kind: 'AWS', pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/ },
  { kind: 'GitHub', pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60})/ },
  { kind: 'GitLab', pattern: /\bgl(?:pat|dt|rt|cbt|ptt)-[\w-]{20}/ },
  { kind: 'Slack', pattern: /\bxox[abeprs]-[\w-]{10}|hooks\.slack\.com\/services\/T/ },
  { kind: 'Stripe', pattern: /\b[sr]k_live_[A-Za-z0-9]{20}/ },
  { kind: 'Google', pattern: /\bAIza[\w-]{35}\b/ },
  { kind: 'npm', pattern: /\bnpm_[A-Za-z0-9]{36}\b/ },
  { kind: 'Docker', pattern: /\bdckr_pat_[\w-]{20}/ },
  { kind: 'JWT', pattern: /\beyJ[\w-]{10,2000}\.eyJ[\w-]{10,4000}\.[\w-]{10}/ },
  { kind: 'URL', pattern: /\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@]{1,100}:[^\s/:@$<{]{3,200}@/i },
];

const secretWords = new Set([
  'password',
  'passwd',
  'passphrase',
  'pwd',
  'secret',
  'token',
  'credentials',
  'apikey',
  'pass',
]);
const secretPairs = new Set([
  'api key',
  'private key',
  'secret key',
  'access key',
  'encryption key',
  'signing key',
  'auth key',
]);

/** Whether a name says that its value is a secret, and not where it is, what it is called or how long it lives. */
function saysSecret(name: string): boolean {
  const words = name
    .slice(0, 200)
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  const last = words.at(-1) ?? '';
  const pair = words.slice(-2).join(' ');
  return secretWords.has(last) || secretPairs.has(pair);
}

/** Whether a value is the secret itself: not empty, put together elsewhere, a place, a switch or a number. */
function isLiteral(value: string): boolean {
  const text = value.trim();
  if (text === '' || /[$<>]|\{\{/.test(text)) return false;
  if (/^(?:true|false|yes|no|none|null|\d{1,3})$/i.test(text)) return false;
  return !/^(?:\/|\.\/|file:|vault:|op:\/\/|secretref|arn:)/i.test(text);
}
