import type { LintCatalogue } from './catalogue.ts';

/** The sentences in German. */
export const german: LintCatalogue = {
  'latest-tag': {
    about: 'Ein Image ist ohne Version genannt.',
    sentence: (w) =>
      `${w('image')} ist, was zuletzt hochgeladen wurde; niemand kann sagen, was läuft, oder dorthin zurück.`,
    cure: () => 'eine Version nennen und festschreiben: bulla pin DATEI',
  },
  'tag-without-digest': {
    about: 'Ein Image ist nur mit einem Tag genannt.',
    sentence: (w) => `${w('image')} kann morgen ein anderes Image sein, denn ein Tag lässt sich verschieben.`,
    cure: (w) => `bulla pin ${w('file')}`,
  },
  'action-without-commit': {
    about: 'Eine Action ist mit einem Tag oder Branch genannt.',
    sentence: (w) => `${w('action')} kann morgen anderer Code sein, und er läuft mit den Geheimnissen des Jobs.`,
    cure: (w) => `bulla pin ${w('file')}`,
  },
  'short-name': {
    about: 'Ein Image ist ohne seine Registry genannt.',
    sentence: (w) => `${w('image')} nennt keine Registry; welche gefragt wird, hängt vom Rechner ab.`,
    cure: (w) => `${w('full')} schreiben`,
  },
  'image-not-allowed': {
    about: 'Ein Image steht nicht auf der Liste der erlaubten.',
    sentence: (w) => `${w('image')} gehört nicht zu den erlaubten Images (${w('patterns')}).`,
    cure: () => 'ein erlaubtes Image nehmen oder fragen, wer die Liste pflegt',
  },
  'image-pull-policy': {
    about: 'Ein Knoten kann ein anderes Image ausführen, als die Registry hat.',
    sentence: (w) =>
      w('policy') === 'Never'
        ? `Mit imagePullPolicy Never läuft, was ein Knoten unter dem Namen ${w('image')} hat; keine Registry wird gefragt.`
        : `Mit imagePullPolicy IfNotPresent behält jeder Knoten, was ${w('image')} war, als es zu ihm kam.`,
    cure: () => 'das Image auf einen Digest festschreiben (bulla pin DATEI) und imagePullPolicy weglassen',
  },
  'tags-differ': {
    about: 'Ein Image wird in mehreren Versionen benutzt.',
    sentence: (w) => `${w('image')} ist hier ${w('tag')} und in ${w('where')} ${w('first')}.`,
    cure: () => 'eine Version nehmen, wenn nicht mehrere gemeint sind',
  },
  'secret-in-environment': {
    about: 'Ein Geheimnis steht im Klartext in der Datei.',
    sentence: (w) =>
      w('kind') === 'named'
        ? `Der Wert von ${w('variable')} steht in der Datei; jeder kann ihn lesen, der die Datei lesen darf.`
        : `Der Wert von ${w('variable')} sieht nach einem Geheimnis aus (${w('kind')}); jeder kann ihn lesen, der die Datei lesen darf.`,
    cure: () => 'zurückziehen und aus einem Secret nehmen: secretKeyRef, Secrets der Engine oder der CI',
  },
  'moved-tag': {
    about: 'Der Tag neben einem Digest ist jetzt ein anderes Image.',
    sentence: (w) => `${w('image')} ist jetzt ${w('now')} und nicht mehr der Digest, der daneben steht.`,
    cure: (w) => `bulla pin --update ${w('file')}, nach einem Blick auf das, was sich geändert hat`,
  },
  'platform-digest': {
    about: 'Ein Digest ist der einer einzigen Plattform.',
    sentence: (w) => `Der Digest neben ${w('image')} ist das Image einer Plattform; anderswo startet es nicht.`,
    cure: (w) => `den Digest des Index nehmen: ${w('index')}`,
  },
};
