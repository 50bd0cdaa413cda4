// Preloaded into a process by `NODE_OPTIONS=--import …`: notes in a file everything that it asks the network for.
import { appendFileSync } from 'node:fs';
import dgram from 'node:dgram';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const file = process.env['BULLA_TEST_CONNECTIONS'];

/** Notes each call of a function before it is made. */
function record(owner, name, describe) {
  const original = owner[name];
  owner[name] = function recorded(...words) {
    appendFileSync(file, `${name} ${describe(...words)}\n`);
    return original.apply(this, words);
  };
}

record(net.Socket.prototype, 'connect', (...words) => JSON.stringify(words.flat()[0], ['host', 'port', 'path']));
record(dgram.Socket.prototype, 'send', () => '');
for (const owner of [dns, dns.promises]) {
  for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6', 'resolveTxt', 'resolveSrv']) {
    record(owner, name, String);
  }
}
syncBuiltinESMExports();
