import { createHash, createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import { isAbsolute } from 'node:path';
import { signatureError } from '#signatures/errors.ts';
import { kindOfKey } from '#signatures/keys/algorithm.ts';
import { readPkcs11Uri, type Pkcs11Uri } from '#signatures/keys/pkcs11-uri.ts';
import { runProgram, type ProgramResult } from '#signatures/keys/run-program.ts';
import { remoteSigningKey } from '#signatures/keys/signing-key.ts';
import type { KeyProvider, KeyReference, KeySurroundings } from './provider.ts';

/**
 * `pkcs11:token=TOKEN;object=LABEL;id=ID[?module-path=LIBRARY&pin-value=PIN]` (RFC 7512): keys of security modules and cards, which
 * `pkcs11-tool` of OpenSC reaches. A library of the vendor so runs in a process of its own. The PIN reaches it through its
 * environment, never as an argument, which everyone on the machine could read.
 */
export const pkcs11Keys: KeyProvider = {
  schemes: ['pkcs11'],
  usesNetwork: false,
  async find(reference, _purpose, surroundings) {
    const token = openToken(reference, surroundings);
    const publicKey = await readPublicKey(token, reference);
    const sign = (bytes: Buffer) => signOn(token, publicKey, reference, bytes);
    return { kind: 'remote', key: remoteSigningKey(publicKey, reference.name, sign) };
  },
};

interface Token {
  readonly uri: Pkcs11Uri;
  /** Whether a PIN is at hand, without asking anyone. */
  readonly hasPin: boolean;
  /** @param login with the PIN; without it only what is public is there */
  run(words: readonly string[], login: boolean, input?: Buffer): Promise<ProgramResult>;
}

/** Milliseconds: some want a finger first. */
const tokenTime = 120_000;

/** In its environment; the name means nothing to others. */
const pinVariable = 'BULLA_PKCS11_PIN';

function openToken({ path, name }: KeyReference, { environment, askPassword }: KeySurroundings): Token {
  const uri = readPkcs11Uri(path, name);
  const module = uri.module ?? environment['COSIGN_PKCS11_MODULE_PATH'];
  if (!module || !isAbsolute(module)) {
    throw signatureError('key-not-found', `it is not said which library knows ${name}`, {
      hint: 'set COSIGN_PKCS11_MODULE_PATH to its absolute path, or add ?module-path=PATH',
    });
  }
  let pin = uri.pin ?? environment['COSIGN_PKCS11_PIN'];
  const place = uri.token === undefined ? `--slot=${uri.slot}` : `--token-label=${uri.token}`;
  return {
    uri,
    hasPin: pin !== undefined,
    async run(words, login, input) {
      if (login) pin ??= await askPassword?.(`PIN of ${name}: `);
      if (login && pin === undefined) throw noPin(name);
      const result = await runProgram({
        name: 'pkcs11-tool',
        words: [
          `--module=${module}`,
          place,
          ...keyWords(uri),
          ...(login ? [`--pin=env:${pinVariable}`] : []),
          ...words,
        ],
        input,
        environment: { ...environment, ...(login && { [pinVariable]: pin }) },
        time: tokenTime,
        keepsComplaint: true,
      });
      // At once: the next wrong one may lock the token.
      if (typeof result !== 'string' && login && result.complaint.includes('CKR_PIN_')) throw wrongPin(name, result);
      if (typeof result !== 'string') return result;
      throw signatureError('service-failed', `pkcs11-tool cannot reach ${name}: ${result}`, {
        hint: result === 'missing' ? 'install OpenSC: apt install opensc' : 'try it: pkcs11-tool --list-objects',
      });
    },
  };
}

function keyWords({ object, id }: Pkcs11Uri): string[] {
  return [...(object === undefined ? [] : [`--label=${object}`]), ...(id === undefined ? [] : [`--id=${id}`])];
}

function noPin(name: string) {
  return signatureError('key-password-missing', `${name} has a PIN, and nobody can be asked for it`, {
    hint: 'set COSIGN_PKCS11_PIN, or run it on a terminal',
  });
}

function wrongPin(name: string, result: ProgramResult) {
  return signatureError('key-password-wrong', `the PIN does not open ${name}: ${complaintOf(result)}`, {
    hint: 'check COSIGN_PKCS11_PIN; a token is locked after a few wrong ones',
  });
}

/** Where it is: beside the private key, or in its certificate; some tokens show both only to whoever has logged in. */
async function readPublicKey(token: Token, reference: KeyReference): Promise<KeyObject> {
  let complaint = '';
  for (const login of token.hasPin ? [false, true] : [false]) {
    for (const type of ['pubkey', 'cert'] as const) {
      const result = await token.run(['--read-object', `--type=${type}`, ...keyWords(token.uri)], login);
      const key = result.status === 0 ? keyIn(result.output, type) : undefined;
      if (key !== undefined) return key;
      complaint ||= complaintOf(result);
    }
  }
  throw signatureError('key-not-found', `the token has no public key for ${reference.name}: ${complaint}`, {
    hint: 'check token, object and id: pkcs11-tool --list-objects; where it cannot read the key, store its certificate beside it',
  });
}

/** DER; but keys of Ed25519 are written as PEM. */
function keyIn(bytes: Buffer, type: 'pubkey' | 'cert'): KeyObject | undefined {
  try {
    if (type === 'cert') return new X509Certificate(bytes).publicKey;
    const isPem = bytes.toString('latin1').startsWith('-----BEGIN');
    return isPem ? createPublicKey(bytes) : createPublicKey({ key: bytes, format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

/** What PKCS #1 has before a digest of SHA-256 (RFC 8017, 9.2): every token signs that, and not every one hashes itself. */
const sha256Prefix = Buffer.from('3031300d060960864801650304020105000420', 'hex');

async function signOn(token: Token, publicKey: KeyObject, reference: KeyReference, bytes: Buffer): Promise<Buffer> {
  const { hash } = kindOfKey(publicKey, reference.name);
  const digest = hash === undefined ? bytes : createHash(hash).update(bytes).digest();
  const isRsa = publicKey.asymmetricKeyType === 'rsa';
  const mechanism = isRsa ? 'RSA-PKCS' : hash === undefined ? 'EDDSA' : 'ECDSA';
  const id = token.uri.id ?? (await readId(token, reference));
  const words = ['--sign', `--mechanism=${mechanism}`, `--id=${id}`];
  if (mechanism === 'ECDSA') words.push('--signature-format=openssl');
  const result = await token.run(words, true, isRsa ? Buffer.concat([sha256Prefix, digest]) : digest);
  if (result.status === 0) return result.output;
  throw signatureError('service-failed', `${reference.name} does not sign: ${complaintOf(result)}`, {
    hint: 'check that the token has the private key, and that it may sign',
  });
}

/** To sign, `pkcs11-tool` goes by the id alone, and takes any key where it has none. */
async function readId(token: Token, { name }: KeyReference): Promise<string> {
  const { output } = await token.run(['--list-objects', '--type=privkey'], true);
  const objects = output.toString().split(/^(?=\S)/m);
  const ids = objects
    .map((object) => object.split('\n').map((line) => /^ {2}(label|ID): +(.*)$/.exec(line)))
    .map((lines) => new Map(lines.flatMap((line) => (line === null ? [] : [[line[1], line[2]] as const]))))
    .filter((fields) => fields.get('label') === token.uri.object)
    .map((fields) => fields.get('ID') ?? '');
  const [id = '', ...others] = new Set(ids);
  if (/^(?:[0-9a-f]{2})+$/.test(id) && others.length === 0) return id;
  throw signatureError('key-not-found', `the token does not have one private key with an id for ${name}`, {
    hint: 'add its id: pkcs11-tool --login --list-objects --type privkey; then write ;id=%01',
  });
}

function complaintOf({ complaint, status }: ProgramResult): string {
  const line = complaint.split('\n').find((text) => /error|CKR_|No slot/i.test(text));
  const text = (line ?? `it ended with status ${status}`).replaceAll(/[^\x20-\x7e]+/g, ' ');
  return text.trim().slice(0, 200);
}
