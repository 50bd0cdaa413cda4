import type { LintCatalogue } from './catalogue.ts';

/** The sentences in English. */
export const english: LintCatalogue = {
  'latest-tag': {
    about: 'An image is named without a version.',
    sentence: (w) => `${w('image')} means whatever was pushed last; nobody can say what runs, or go back to it.`,
    cure: () => 'name a version, and pin it: bulla pin FILE',
  },
  'tag-without-digest': {
    about: 'An image is named by a tag alone.',
    sentence: (w) => `${w('image')} may mean another image tomorrow, because a tag can be moved.`,
    cure: (w) => `bulla pin ${w('file')}`,
  },
  'action-without-commit': {
    about: 'An action is named by a tag or branch.',
    sentence: (w) => `${w('action')} may be other code tomorrow, and it runs with the secrets of the job.`,
    cure: (w) => `bulla pin ${w('file')}`,
  },
  'short-name': {
    about: 'An image is named without its registry.',
    sentence: (w) => `${w('image')} names no registry; which one is asked depends on the machine.`,
    cure: (w) => `write ${w('full')}`,
  },
  'image-not-allowed': {
    about: 'An image is not on the list of those that may be used.',
    sentence: (w) => `${w('image')} is not among the images that may be used (${w('patterns')}).`,
    cure: () => 'use an image that is, or ask whoever keeps the list',
  },
  'image-pull-policy': {
    about: 'A node may run another image than the registry has.',
    sentence: (w) =>
      w('policy') === 'Never'
        ? `With imagePullPolicy Never, whatever a node has under the name ${w('image')} runs, and no registry is asked.`
        : `With imagePullPolicy IfNotPresent, each node keeps what ${w('image')} meant when it came there.`,
    cure: () => 'pin the image to a digest (bulla pin FILE) and leave imagePullPolicy out',
  },
  'tags-differ': {
    about: 'One image is used in several versions.',
    sentence: (w) => `${w('image')} is ${w('tag')} here and ${w('first')} at ${w('where')}.`,
    cure: () => 'use one version, unless several are meant',
  },
  'secret-in-environment': {
    about: 'A secret stands in the file in plain text.',
    sentence: (w) =>
      w('kind') === 'named'
        ? `${w('variable')} has its value in the file, where everyone reads it who may read the file.`
        : `The value of ${w('variable')} looks like a secret (${w('kind')}), and everyone reads it who may read the file.`,
    cure: () => 'revoke it, and take it from a secret: secretKeyRef, secrets of the engine or of CI',
  },
  'moved-tag': {
    about: 'The tag beside a digest means another image now.',
    sentence: (w) => `${w('image')} means ${w('now')} now, and not the digest that stands beside it.`,
    cure: (w) => `bulla pin --update ${w('file')}, after a look at what has changed`,
  },
  'platform-digest': {
    about: 'A digest is that of one platform.',
    sentence: (w) => `The digest beside ${w('image')} is the image of one platform; elsewhere it does not start.`,
    cure: (w) => `use the digest of the index: ${w('index')}`,
  },
};
