import manifest from '#package.json' with { type: 'json' };
import { exitCodes } from './context.ts';
import { withoutCosignWords } from './cosign-words.ts';
import { reportFailure } from './failure.ts';
import { verbs } from './verbs.ts';

const usage = `bulla ${manifest.version}: may this image run here, and why?

USAGE
  bulla VERB SOURCE [options]

VERBS
${verbs.map(({ name, brief }) => `  ${name.padEnd(19)}${brief}`).join('\n')}

SOURCES
  REFERENCE or registry:REFERENCE    an image of a registry
  oci:DIR[:TAG]  oci-archive:FILE    an OCI image layout
  docker-archive:FILE                what docker save writes
  docker:NAME  podman:NAME           an image of the local engine
  dir:PATH                           a root file system
  purl:PURL  purls:FILE              package URLs

  bulla VERB --help tells more of a verb. Exit codes: 0 passed, 1 failed the gate, 2 error, 3 unknown.
`;

/** The entry of the program. */
async function main(words: readonly string[]): Promise<void> {
  const [verbName, ...rest] = withoutCosignWords(words);
  if (verbName === '--version' || verbName === '-V') return void process.stdout.write(`bulla ${manifest.version}\n`);
  if (verbName === undefined || verbName === '--help' || verbName === '-h' || verbName === 'help') {
    return void process.stdout.write(usage);
  }
  const verb = verbs.find(({ name }) => name === verbName);
  if (verb === undefined) {
    process.stderr.write(`bulla: there is no verb "${verbName}"; bulla --help lists them\n`);
    process.exitCode = exitCodes.error;
    return;
  }
  const [{ runVerb }, { default: command }] = await Promise.all([import('./run-verb.ts'), verb.load()]);
  await runVerb(verb.name, command, rest);
}

// A reader that has seen enough, such as head, is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? 0 : exitCodes.error),
);

main(process.argv.slice(2)).catch((error: unknown) => {
  reportFailure(process, error);
  process.exitCode = exitCodes.error;
});
