import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import { test } from 'node:test';
import fc from 'fast-check';
import { BullaError } from '#kit/error.ts';
import { checkAddressOf, guardedLookup, kindOf } from './guard.ts';
import { realSystem } from './system.ts';

const kinds = {
  public: ['1.1.1.1', '172.32.0.1', '192.169.0.1', '2606:4700::1111', '::ffff:1.1.1.1', '64:ff9b::101:101'],
  private: ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', 'fd12::1', '::ffff:10.0.0.1'],
  loopback: [
    '127.0.0.1',
    '127.255.255.255',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
  ],
  never: [
    '169.254.169.254',
    '0.0.0.0',
    '168.63.129.16',
    '100.100.100.200',
    '192.0.0.192',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    'fe80::1',
    'fe80::1%eth0',
    'febf::1',
    'ff02::1',
    'fd00:ec2::254',
    'fd20:ce::254',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
    '::169.254.169.254',
    '',
    'localhost',
    '1.2.3',
  ],
} as const;

for (const [kind, addresses] of Object.entries(kinds)) {
  for (const address of addresses)
    test(`${address || 'nothing'} is ${kind}`, () => assert.equal(kindOf(address), kind));
}

test('an IPv6 address that stands for an IPv4 one is what that is', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      const hex = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
      const groups = `${hex[0]}${hex[1]}:${hex[2]}${hex[3]}`;
      const forms = [`::ffff:${address}`, `::ffff:${groups}`, `64:ff9b::${groups}`, `2002:${groups}::1`];
      for (const form of forms) assert.equal(kindOf(form), kindOf(address), form);
    }),
  );
  fc.assert(fc.property(fc.oneof(fc.ipV6(), fc.string()), (text) => kindOf(text).length > 0));
});

const urls: readonly (readonly [string, 'public' | 'private' | 'loopback', boolean])[] = [
  ['https://storage.example/', 'public', true],
  ['https://1.1.1.1/', 'public', true],
  ['https://10.0.0.1/', 'public', false],
  ['https://10.0.0.1/', 'private', true],
  ['https://127.0.0.1/', 'private', false],
  ['https://127.0.0.1/', 'loopback', true],
  ['https://localhost/', 'private', false],
  ['https://a.localhost./', 'private', false],
  ['https://[::1]/', 'public', false],
  // Other ways to write 127.0.0.1 and 169.254.169.254.
  ['https://2130706433/', 'private', false],
  ['https://0x7f.1/', 'private', false],
  ['https://0251.0376.0251.0376/', 'loopback', false],
  ['https://169.254.169.254/latest', 'loopback', false],
  ['https://[::ffff:169.254.169.254]/', 'loopback', false],
];

for (const [url, reach, admitted] of urls) {
  test(`${url} is ${admitted ? 'within' : 'beyond'} ${reach}`, () => {
    const check = () => checkAddressOf(new URL(url), reach);
    if (admitted) check();
    else assert.throws(check, (error) => error instanceof BullaError && error.code === 'registry-redirect-refused');
  });
}

test('a lookup gives only addresses within reach, in the form that was asked for', async () => {
  const found = [
    { address: '127.0.0.1', family: 4 },
    { address: '10.0.0.1', family: 4 },
    { address: '1.1.1.1', family: 4 },
  ];
  assert.deepEqual(await ask('public', found, true), { addresses: [found[2]], seen: ['1.1.1.1'] });
  assert.deepEqual(await ask('public', found, false), { addresses: '1.1.1.1', seen: ['1.1.1.1'] });
  assert.deepEqual(await ask('private', found, true), { addresses: found.slice(1), seen: ['10.0.0.1', '1.1.1.1'] });
  assert.deepEqual(await ask('loopback', found, true), {
    addresses: found,
    seen: ['127.0.0.1', '10.0.0.1', '1.1.1.1'],
  });
  await assert.rejects(ask('public', found.slice(0, 2), true), /registry leads to x\.example/);
  await assert.rejects(ask('loopback', [{ address: '169.254.169.254', family: 4 }], true), /no registry uses/);
  await assert.rejects(ask('public', [], true), BullaError);
});

function ask(reach: 'public' | 'private' | 'loopback', found: LookupAddress[], all: boolean) {
  const seen: string[] = [];
  const system = { ...realSystem, lookup: ((_host, _options, done) => done(null, found)) as typeof realSystem.lookup };
  const lookup = guardedLookup(reach, system, (address) => seen.push(address));
  return new Promise((resolve, reject) => {
    lookup('x.example', { all }, (error, addresses) => {
      if (error === null) resolve({ addresses, seen });
      else reject(error);
    });
  });
}
